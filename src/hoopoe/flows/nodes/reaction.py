"""`reaction`: answer the person's last message with an emoji."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from pydantic import Field

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, ui
from hoopoe.flows.nodes.look import Look

_EMOJI_MAX: Final = 16
# What begins with a sign beyond Latin-1 (or is a keycap) and holds no letters: signs are joined in many ways.
_EMOJI: Final = re.compile(r"[#*0-9]\ufe0f?\u20e3|[^\w\s\x00-\xa8][^\w\s\x00-\x7f]*")


class ReactionConfig(NodeConfig):
    enters_silently: ClassVar[bool] = True

    emoji: Source = Field(
        default="",
        json_schema_extra=ui(
            "Emoji",
            "الرمز",
            widget="template",
            help_en="One emoji; empty takes the reaction back. Not every provider carries reactions.",
            help_ar="رمز واحد؛ والفارغ يسحب التفاعل. ولا تدعم كل الجهات التفاعلات.",
        ),
    )

    def inspect(self, look: Look) -> None:
        template = look.template("emoji", self.emoji)
        if template is not None and template.is_literal and not is_reaction(self.emoji.strip()):
            look.error("emoji", "bad_emoji", "This must be one emoji.")

    def build(self, build: Build) -> Behaviour:
        template = build.template(self.emoji)

        def enter(visit: Visit) -> Outcome:
            emoji = visit.render(template).strip()
            if is_reaction(emoji):
                visit.react(emoji)
            else:
                visit.report("bad_emoji", f"'{emoji[:40]}' is not an emoji; no reaction was sent.")
            return Leave("next")

        return Behaviour(enter)


def is_reaction(emoji: str) -> bool:
    """Whether WhatsApp could show this as a reaction: one emoji, or nothing."""
    return not emoji or (len(emoji) <= _EMOJI_MAX and _EMOJI.fullmatch(emoji) is not None)


register(
    NodeType(
        name="reaction",
        config=ReactionConfig,
        group=Group.SAYS,
        icon="smile",
        label={"en": "React", "ar": "تفاعل"},
        description={"en": "Puts an emoji on the person's last message.", "ar": "يضع رمزا على آخر رسالة من الشخص."},
        summary=("emoji",),
        example={"emoji": "👍"},
    )
)
