"""`loop`: go through a list, one item after the other.

What hangs on `item` and can be reached in no other way is the loop's: where a path in it ends, or leads back, the next
item is taken. A way from inside to any other node leaves the loop; coming back to the loop from there begins it anew.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, JsonValue

from hoopoe.flows.engine import Back, Behaviour, Leave, Open, Outcome, ScopeKind, Visit
from hoopoe.flows.engine.contract import MAX_LOOP_ITEMS
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import VariableName, ui
from hoopoe.flows.nodes.json_templates import build_json, inspect_json
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import Json, JsonObject, load_json

ITEM = "item"
DONE = "done"


class LoopConfig(NodeConfig):
    opens_scope: ClassVar[tuple[ScopeKind, str] | None] = (ScopeKind.EACH, ITEM)

    items: JsonValue = Field(
        json_schema_extra=ui(
            "List",
            "القائمة",
            widget="template",
            help_en=f"Such as {{{{ cart.items }}}}; at most {MAX_LOOP_ITEMS} items.",
            help_ar=f"مثل {{{{ cart.items }}}}؛ بحد أقصى {MAX_LOOP_ITEMS} عنصر.",
        )
    )
    batch_size: int = Field(
        default=1,
        ge=1,
        le=MAX_LOOP_ITEMS,
        json_schema_extra=ui(
            "Items at once",
            "عدد العناصر في كل مرة",
            widget="number",
            help_en="More than one: each round gets a list.",
            help_ar="أكثر من واحد: تحصل كل دورة على قائمة.",
        ),
    )
    item_name: VariableName = Field(
        default="item",
        json_schema_extra=ui(
            "Each item is called",
            "اسم العنصر",
            widget="variable",
            help_en="Read as {{ item }} behind the exit 'item'.",
            help_ar="يُقرأ {{ item }} بعد المخرج 'item'.",
        ),
    )
    index_name: VariableName = Field(
        default="index",
        json_schema_extra=ui(
            "Its number is called", "اسم رقمه", widget="variable", help_en="Counted from 1.", help_ar="يبدأ العد من 1."
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (Exit(ITEM), Exit(DONE, ending_is_fine=True))

    def inspect(self, look: Look) -> None:
        inspect_json(look, "items", self.items)
        if self.items is None or (isinstance(self.items, str) and not self.items.strip()):
            look.error("items", "missing", "Say which list is gone through.")
        if isinstance(self.items, list) and len(self.items) > MAX_LOOP_ITEMS:
            look.error("items", "too_many", f"A loop goes through {MAX_LOOP_ITEMS} items at most.")
        if self.item_name == self.index_name:
            look.error("index_name", "duplicate_name", "The item and its number need different names.")
        look.sets("item_name", self.item_name)
        look.sets("index_name", self.index_name)

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        items = build_json(self.items)

        def enter(visit: Visit) -> Outcome:
            return self._take(visit, _cut(visit, items(visit)), 0)

        def back(visit: Visit, given: Back) -> Outcome:  # noqa: ARG001 - only ever the end of a round
            left, taken = visit.memory.get("left"), visit.memory.get("taken")
            return self._take(visit, left if isinstance(left, list) else [], taken if isinstance(taken, int) else 0)

        return Behaviour(enter, back=back)

    def _take(self, visit: Visit, left: list[Json], taken: int) -> Outcome:
        """The next round; `taken` counts those before."""
        if not left:
            return Leave(DONE)
        now, later = left[: self.batch_size], left[self.batch_size :]
        visit.set_variable(self.item_name, now[0] if self.batch_size == 1 else now)
        visit.set_variable(self.index_name, taken + 1)
        memory: JsonObject = {"left": later, "taken": taken + 1}
        return Open(ITEM, memory)


def _cut(visit: Visit, value: Json) -> list[Json]:
    items = _read_list(value)
    if items is None:
        visit.report("not_a_list", "What the loop shall go through is not a list; it goes through nothing.")
        return []
    if len(items) > MAX_LOOP_ITEMS:
        visit.report("too_many_items", f"The list has {len(items)} items; the loop goes through {MAX_LOOP_ITEMS}.")
    return items[:MAX_LOOP_ITEMS]


def _read_list(value: Json) -> list[Json] | None:
    """A list, or a text that is one as JSON. Nothing at all is an empty one."""
    if isinstance(value, str) and value.strip():
        try:
            value = load_json(value)
        except ValueError:
            return None
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else None


register(
    NodeType(
        name="loop",
        config=LoopConfig,
        group=Group.DECIDES,
        icon="repeat",
        label={"en": "For each", "ar": "لكل عنصر"},
        description={
            "en": "Goes through a list: what hangs on 'item' runs once for each, then it goes on at 'done'.",
            "ar": "يمر على قائمة: ما يلي 'item' ينفذ مرة لكل عنصر، ثم يتابع من 'done'.",
        },
        summary=("items", "item_name"),
        example={"items": [{"name": "Latte"}, {"name": "Karak"}], "item_name": "item", "index_name": "index"},
    )
)
