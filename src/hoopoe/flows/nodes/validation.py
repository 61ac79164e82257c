"""What the answer to a question must be: the part of `ask_question` that reads and checks."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from hoopoe.flows.nodes.fields import OptionId, Text, ui

AnswerType = Literal["text", "number", "email", "phone", "date", "time", "datetime", "location", "media", "choice"]
FileKind = Literal["image", "video", "audio", "voice", "document", "sticker"]

MAX_CHOICES: Final = 20
_PATTERN_MAX: Final = 500
BOUNDED: Final = ("text", "number", "date", "time", "datetime")
TYPES: Final = {
    "text": ("A text", "نص"),
    "number": ("A number", "رقم"),
    "email": ("An e-mail address", "بريد إلكتروني"),
    "phone": ("A phone number", "رقم هاتف"),
    "date": ("A day", "يوم"),
    "time": ("A time of day", "ساعة من اليوم"),
    "datetime": ("A day and a time", "يوم وساعة"),
    "location": ("A place on the map", "موقع على الخريطة"),
    "media": ("A file", "ملف"),
    "choice": ("One of several", "واحد من عدة خيارات"),
}
KINDS: Final = {
    "image": ("Picture", "صورة"),
    "video": ("Video", "فيديو"),
    "audio": ("Sound", "صوت"),
    "voice": ("Voice note", "رسالة صوتية"),
    "document": ("Document", "مستند"),
    "sticker": ("Sticker", "ملصق"),
}


def _title_of(value: object) -> object:
    """A choice may be written as its title alone."""
    is_title = isinstance(value, str) or (isinstance(value, dict) and "title" not in value)
    return {"title": value} if is_title else value


class ChoiceSpec(BaseModel):
    """One of several answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text = Field(
        json_schema_extra=ui(
            "Text",
            "النص",
            widget="localized_text",
            help_en="Understood in every language, any spelling, and with a slip of the pen.",
            help_ar="يُفهم بكل لغة وبأي كتابة وحتى مع خطأ بسيط.",
        )
    )
    id: OptionId | None = Field(
        default=None,
        json_schema_extra=ui(
            "Id",
            "المعرف",
            widget="id",
            help_en="What is saved; empty: the text in the flow's own language.",
            help_ar="ما يُحفظ؛ فارغ: النص بلغة المحادثة الأساسية.",
        ),
    )


class Validation(BaseModel):
    """What the answer must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: AnswerType = Field(
        default="text",
        json_schema_extra=ui(
            "Answer",
            "الجواب",
            widget="select",
            options=TYPES,
            help_en="Days and times are read in words and digits, in English and Arabic, and said in words.",
            help_ar="تُقرأ الأيام والأوقات كلمات وأرقاما بالعربية والإنجليزية، وتقال بالكلمات.",
        ),
    )
    min: float | None = Field(
        default=None,
        json_schema_extra=ui(
            "At least",
            "الحد الأدنى",
            widget="number",
            help_en="A number; of a text its length; of a day the days from today (0: not in the past); of a time "
            "the hour (9.5: half past nine).",
            help_ar="رقم؛ وللنص طوله؛ ولليوم عدد الأيام من اليوم (0: ليس في الماضي)؛ وللوقت الساعة "
            "(9.5: التاسعة والنصف).",
            when={"type": BOUNDED},
        ),
    )
    max: float | None = Field(
        default=None,
        json_schema_extra=ui(
            "At most",
            "الحد الأقصى",
            widget="number",
            help_en="Counted in the same way.",
            help_ar="يُحسب بالطريقة نفسها.",
            when={"type": BOUNDED},
        ),
    )
    whole_number: bool = Field(
        default=False,
        json_schema_extra=ui(
            "Whole numbers only",
            "أعداد صحيحة فقط",
            widget="switch",
            help_en="2.5 is asked for again.",
            help_ar="يعاد السؤال عند رقم مثل 2.5.",
            when={"type": ["number"]},
        ),
    )
    pattern: Annotated[str, StringConstraints(max_length=_PATTERN_MAX)] | None = Field(
        default=None,
        json_schema_extra=ui(
            "Pattern (RE2)",
            "نمط (RE2)",
            widget="pattern",
            help_en="The whole answer must match. Digits of all scripts count as 0 to 9.",
            help_ar="يجب أن يطابقه الجواب كله. والأرقام بكل أشكالها تعد 0 إلى 9.",
            when={"type": ["text"]},
        ),
    )
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = Field(
        default=None,
        json_schema_extra=ui(
            "Country of numbers without a code",
            "بلد الأرقام بلا رمز",
            widget="region",
            help_en="Empty: the channel's own country.",
            help_ar="فارغ: بلد رقم القناة.",
            when={"type": ["phone"]},
        ),
    )
    kinds: list[FileKind] = Field(
        default_factory=list,
        max_length=len(KINDS),
        json_schema_extra=ui(
            "Kinds of files",
            "أنواع الملفات",
            widget="multiselect",
            options=KINDS,
            help_en="Empty: any file.",
            help_ar="فارغ: أي ملف.",
            when={"type": ["media"]},
        ),
    )
    choices: list[Annotated[ChoiceSpec, BeforeValidator(_title_of)]] = Field(
        default_factory=list,
        max_length=MAX_CHOICES,
        json_schema_extra=ui(
            "Choices",
            "الخيارات",
            widget="choices",
            help_en="The question has to name them; a plain text stands for a choice without an id.",
            help_ar="على السؤال أن يذكرها؛ والنص وحده يعني خيارا بلا معرف.",
            when={"type": ["choice"]},
        ),
    )
