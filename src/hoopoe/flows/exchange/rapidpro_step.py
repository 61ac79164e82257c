"""One action of RapidPro's on its way to our nodes."""

from __future__ import annotations

from dataclasses import dataclass

from hoopoe.flows.exchange.contract import Outcome
from hoopoe.flows.exchange.rapidpro_scope import Scope
from hoopoe.flows.exchange.reading import as_text
from hoopoe.flows.exchange.writing import Origin, Strand
from hoopoe.kernel.json import JsonObject


@dataclass(frozen=True, slots=True)
class Step:
    """One action on its way: the flow, the strand that it is put at the end of, where it stands."""

    scope: Scope
    strand: Strand
    origin: Origin
    action: JsonObject
    flows: frozenset[str] = frozenset()
    calling: tuple[str, ...] = ()
    after: JsonObject | None = None
    """What is done first where this succeeded."""
    is_routed: bool = False
    """Whether a router of its node goes by whether this succeeded."""

    def text(self, field: str) -> str:
        return as_text(self.action.get(field))

    def note(self, reason: str, detail: str, node_id: str | None) -> None:
        """One more line in the report: what is not as it was."""
        self.scope.writer.note(self.origin, Outcome.CHANGED, reason, detail, node_id)

    def put(self, node_type: str, config: JsonObject, *, reason: str | None = None, detail: str = "") -> str | None:
        onwards = ("next", "ok", "success", "done")
        return self.scope.writer.put(
            self.strand, self.origin, node_type, config, onwards=onwards, reason=reason, detail=detail
        )
