"""What all nodes that ask have in common: the wait, how often they ask again, what they say then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field

from hoopoe.flows.engine import MessageWait, Pause, Visit
from hoopoe.flows.engine.contract import MAX_MESSAGE_TIMEOUT_SECONDS, MIN_MESSAGE_TIMEOUT_SECONDS
from hoopoe.flows.expressions import LocalizedTemplate, LocalizedText
from hoopoe.flows.nodes.asking_again import Sentence, put_before
from hoopoe.flows.nodes.base import Build
from hoopoe.flows.nodes.delivery import SendingConfig
from hoopoe.flows.nodes.fields import Text, ui
from hoopoe.flows.nodes.look import Look

MAX_RETRIES: Final = 10
TIMEOUT_UI: Final = ui(
    "Seconds to wait",
    "مهلة بالثواني",
    widget="duration",
    help_en="10 seconds to 30 days; empty: as long as it takes.",
    help_ar="من 10 ثوان إلى 30 يوما؛ فارغ: بلا مهلة.",
    section="waiting",
)


class AskingConfig(SendingConfig):
    """Fields of a node that waits for an answer."""

    pauses: ClassVar[bool] = True

    retries: int = Field(
        default=2,
        ge=0,
        le=MAX_RETRIES,
        json_schema_extra=ui(
            "How often to ask again",
            "عدد مرات إعادة السؤال",
            widget="number",
            help_en="0 to 10; then the node is left by its exit for that.",
            help_ar="من 0 إلى 10؛ ثم تُغادر العقدة من المخرج المخصص لذلك.",
            section="waiting",
        ),
    )
    retry_text: Text | None = Field(
        default=None,
        json_schema_extra=ui(
            "When the answer does not fit",
            "عندما لا يناسب الجواب",
            widget="localized_textarea",
            help_en="Empty: what fits in one sentence, and the question again.",
            help_ar="فارغ: جملة تقول ما يناسب، ثم السؤال نفسه.",
            section="waiting",
        ),
    )
    timeout: int | None = Field(default=None, json_schema_extra=TIMEOUT_UI)

    def silences(self) -> Mapping[str, int]:
        return {} if self.timeout is None else {"timeout": self.timeout}

    def inspect_waiting(self, look: Look, *, limit: int, fits: Sentence) -> None:
        """Check what is common; `limit` is the size of the body that `retry_text` will stand in, `fits` what is said
        without one.
        """
        look.text("retry_text", self.retry_text, limit=limit, is_required=False, may_be_split=True)
        look.says_by_itself("retry_text", fits)
        if self.timeout is None:
            return
        if not MIN_MESSAGE_TIMEOUT_SECONDS <= self.timeout <= MAX_MESSAGE_TIMEOUT_SECONDS:
            days = MAX_MESSAGE_TIMEOUT_SECONDS // 86_400
            message = f"A question waits {MIN_MESSAGE_TIMEOUT_SECONDS} seconds to {days} days."
            look.error("timeout", "out_of_range", message)

    def build_retry(self, build: Build, asked: LocalizedText, *, limit: int, fits: Sentence) -> LocalizedTemplate:
        """What is said when an answer does not fit: the author's words, else what fits and what was asked."""
        if self.retry_text is not None and not is_blank(self.retry_text):
            return build.text(self.retry_text)
        return build.text(put_before(fits, asked, build.languages, limit=limit))

    def wait(self) -> Pause:
        return Pause(MessageWait(self.timeout))


def is_blank(text: LocalizedText | None) -> bool:
    """Whether an optional text says nothing in any language."""
    if isinstance(text, dict):
        return not any(each.strip() for each in text.values())
    return text is None or not text.strip()


def may_ask_again(visit: Visit, retries: int) -> bool:
    """Count one more answer that did not fit; whether another try is left."""
    failed = visit.memory.get("failed")
    count = (failed if isinstance(failed, int) else 0) + 1
    visit.memory = {**visit.memory, "failed": count}
    return count <= retries
