"""`whatsapp_reply`: say something, or send a file with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hoopoe.channels.contract import MediaContent, MediaKind, TextContent
from hoopoe.flows.engine import Behaviour, Effect, EffectFinished, EffectWait, Leave, Outcome, Pause, Resume, Visit
from hoopoe.flows.expressions import LocalizedTemplate
from hoopoe.flows.nodes.base import NEXT, Build, Exit, Group, NodeType, register
from hoopoe.flows.nodes.delivery import SendingConfig
from hoopoe.flows.nodes.fields import Source, Text, ui
from hoopoe.flows.nodes.fit import CAPTION_MAX, TEXT_BODY_MAX, fit_body
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.waiting import is_blank
from hoopoe.kernel.json import Json, JsonObject

Kind = Literal["image", "video", "audio", "voice", "document", "sticker"]

ERROR: Final = "error"
_KINDS: Final = {
    "image": ("Picture", "صورة"),
    "video": ("Video", "فيديو"),
    "audio": ("Sound", "صوت"),
    "voice": ("Voice note", "رسالة صوتية"),
    "document": ("Document", "مستند"),
    "sticker": ("Sticker", "ملصق"),
}
_HTTP: Final = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)


class MediaSpec(BaseModel):
    """A file: one of the workspace's, or one that is fetched from an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = Field(
        json_schema_extra=ui(
            "Sent as",
            "ترسل بصفة",
            widget="select",
            options=_KINDS,
            help_en="A voice note is Opus in Ogg with one channel.",
            help_ar="صيغة الرسالة الصوتية Opus في Ogg بقناة واحدة.",
        )
    )
    file_id: str | None = Field(
        default=None,
        max_length=36,
        json_schema_extra=ui(
            "File",
            "الملف",
            widget="media",
            help_en="One that was uploaded.",
            help_ar="ملف مرفوع.",
        ),
    )
    url: Source = Field(
        default="",
        json_schema_extra=ui(
            "Or its address",
            "أو عنوانه",
            widget="template",
            help_en="Fetched when it is sent, and kept for a day; {{ }} is filled in.",
            help_ar="يُجلب عند الإرسال ويحفظ يوما؛ وتعبأ {{ }}.",
        ),
    )
    filename: Source = Field(
        default="",
        json_schema_extra=ui(
            "Name",
            "الاسم",
            widget="template",
            help_en="Of a document, as the phone shows it.",
            help_ar="للمستند كما يظهر على الهاتف.",
            when={"kind": ["document"]},
        ),
    )


class WhatsappReplyConfig(SendingConfig):
    message: Text = Field(
        default="",
        json_schema_extra=ui(
            "Message",
            "الرسالة",
            widget="localized_textarea",
            help_en="With a file: the words below it, which may be empty.",
            help_ar="مع ملف: النص أسفله، ويجوز أن يكون فارغا.",
        ),
    )
    media: MediaSpec | None = Field(
        default=None,
        json_schema_extra=ui(
            "File", "ملف", widget="object", help_en="Sent with the message.", help_ar="يرسل مع الرسالة."
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        """A file that is fetched may not be there: without `error`, the words go out alone."""
        is_fetched = self.media is not None and bool(self.media.url)
        return (NEXT, Exit(ERROR, ending_is_fine=True, covered_by=NEXT.name)) if is_fetched else (NEXT,)

    def example_result(self) -> JsonObject | None:
        """A file that nobody has; a preview names it only."""
        return {"ok": True, "file_id": str(UUID(int=0)), "error": None}

    def inspect(self, look: Look) -> None:
        media = self.media
        limit = TEXT_BODY_MAX if media is None else CAPTION_MAX
        look.text("message", self.message, limit=limit, is_required=media is None, may_be_split=True)
        if media is None:
            return
        look.template("media.url", media.url)
        look.template("media.filename", media.filename)
        if media.file_id is not None:
            if _read_id(media.file_id) is None:
                look.error("media.file_id", "bad_id", "This is not the id of a file.")
            else:
                look.needs_file("media.file_id", media.file_id)
            if media.url:
                look.warn("media.url", "not_used", "The file was chosen, so its address does not count.")
        elif not media.url.strip():
            look.error("media", "missing", "Choose a file, or give its address.")
        else:
            look.asks_for("fetch_file")
            if not media.url.startswith("{{") and not _HTTP.match(media.url.strip()):
                look.error("media.url", "bad_url", "An address begins with http:// or https://.")

    def build(self, build: Build) -> Behaviour:
        message = build.text(self.message)
        media = self.media
        if media is None:
            return Behaviour(lambda visit: self._say(visit, message))
        filename = build.template(media.filename)

        def send(visit: Visit, file_id: UUID) -> Outcome:
            caption = None if is_blank(self.message) else visit.render(message).strip() or None
            kind = MediaKind.AUDIO if media.kind == "voice" else MediaKind(media.kind)
            name = visit.render(filename).strip() or None if kind is MediaKind.DOCUMENT else None
            content = MediaContent(kind, file_id, caption, name, is_voice=media.kind == "voice")
            visit.send(content, waits_for_delivery=self.wait_for_delivery)
            return Leave(NEXT.name)

        known = None if media.file_id is None else _read_id(media.file_id)
        if known is not None:
            return Behaviour(lambda visit: send(visit, known))
        return self._fetching(build, media, send, message)

    def _fetching(
        self, build: Build, media: MediaSpec, send: Callable[[Visit, UUID], Outcome], message: LocalizedTemplate
    ) -> Behaviour:
        url = build.template(media.url)

        def fail(visit: Visit, reason: str) -> Outcome:
            visit.report("no_file", f"The file was not sent: {reason[:200]}")
            if visit.is_connected(ERROR):
                return Leave(ERROR)
            return Leave(NEXT.name) if is_blank(self.message) else self._say(visit, message)

        def enter(visit: Visit) -> Outcome:
            address = visit.render(url).strip()
            if not _HTTP.match(address):
                return fail(visit, "The address is not an http or https address.")
            return Pause(
                EffectWait(Effect("fetch_file", {"url": address, "kind": media.kind, "retries": 2}, is_safe=True))
            )

        def resume(visit: Visit, given: Resume) -> Outcome:
            result = given.result if isinstance(given, EffectFinished) else {}
            file_id = _read_id(result.get("file_id"))
            return send(visit, file_id) if file_id is not None else fail(visit, str(result.get("error") or ""))

        return Behaviour(enter, resume)

    def _say(self, visit: Visit, message: LocalizedTemplate) -> Outcome:
        body = fit_body(visit, visit.render(message), TEXT_BODY_MAX)
        if body:
            visit.send(TextContent(body), waits_for_delivery=self.wait_for_delivery)
        else:
            visit.report("empty_text", "The message is empty and was not sent.")
        return Leave(NEXT.name)


def _read_id(text: Json) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


register(
    NodeType(
        name="whatsapp_reply",
        config=WhatsappReplyConfig,
        group=Group.SAYS,
        icon="message-square-text",
        label={"en": "Send a message", "ar": "إرسال رسالة"},
        description={"en": "Sends a text or a file and goes on.", "ar": "يرسل نصا أو ملفا ويتابع."},
        summary=("message", "media[kind filename]"),
        example={"message": {"en": "Hello {{ contact.name | default: 'friend' }}!", "ar": "أهلا {{ contact.name }}!"}},
    )
)
