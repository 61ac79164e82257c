"""RapidPro's router tests and what each becomes."""

from __future__ import annotations

from typing import Final

TESTS: Final[dict[str, tuple[str, str | None]]] = {
    # RapidPro's name: (the test of `match_text`, why it is not quite the same)
    "has_any_word": ("any_word", None),
    "has_all_words": ("all_words", None),
    "has_phrase": ("phrase", None),
    "has_only_phrase": ("only_phrase", None),
    "has_only_text": ("only_phrase", None),
    "has_category": ("only_phrase", None),
    "has_beginning": ("beginning", None),
    "has_pattern": ("pattern", None),
    "has_text": ("anything", None),
    "has_value": ("anything", None),
    "has_number": ("number", None),
    "has_number_between": ("number_between", None),
    "has_number_eq": ("number_eq", None),
    "has_number_lt": ("number_lt", None),
    "has_number_lte": ("number_lte", None),
    "has_number_gt": ("number_gt", None),
    "has_number_gte": ("number_gte", None),
    "has_email": ("email", None),
    "has_phone": ("phone", None),
    "has_date": ("date", None),
    "has_time": ("pattern", "test_as_text"),
    "has_state": ("anything", "test_as_text"),
    "has_district": ("anything", "test_as_text"),
    "has_ward": ("anything", "test_as_text"),
    "has_multiple": ("all_words", None),
}
TIME_PATTERN: Final = r"\b([01]?\d|2[0-3])[:.h]?[0-5]\d\b|\b\d{1,2}\s*[ap]m\b"
IN_ALL_LANGUAGES: Final = frozenset({"any_word", "all_words", "phrase", "only_phrase", "beginning", "pattern"})
"""Tests whose words in other languages count as well."""

CONDITIONS: Final[dict[str, str]] = {
    # Tests that do not look at the text: an expression, `{}` is the first argument as a literal.
    "has_group": "contact.tags contains {}",
    "has_image": "message.type == 'image'",
    "has_video": "message.type == 'video'",
    "has_audio": "message.type == 'audio'",
    "has_file": "message.type == 'document'",
    "has_location": "message.type == 'location'",
    "has_media": "message.media",
}

HELD: Final[dict[str, str]] = {
    # What the result is then: a place or a file as it came.
    "has_location": "{{ message.location }}",
    **dict.fromkeys(("has_image", "has_video", "has_audio", "has_file", "has_media"), "{{ message.media }}"),
}

LANGUAGES: Final[dict[str, str]] = {
    "afr": "af", "amh": "am", "ara": "ar", "arb": "ar", "asm": "as", "ben": "bn", "bul": "bg", "cat": "ca", "ces": "cs",
    "cze": "cs", "deu": "de", "ger": "de", "dan": "da", "ell": "el", "eng": "en", "est": "et", "fas": "fa", "per": "fa",
    "fin": "fi", "fra": "fr", "fre": "fr", "guj": "gu", "hau": "ha", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu",
    "ibo": "ig", "ind": "id", "ita": "it", "jpn": "ja", "kan": "kn", "khm": "km", "kin": "rw", "kor": "ko", "kur": "ku",
    "lao": "lo", "lav": "lv", "lit": "lt", "mal": "ml", "mar": "mr", "mkd": "mk", "mon": "mn", "msa": "ms", "mya": "my",
    "nep": "ne", "nld": "nl", "dut": "nl", "nor": "no", "nya": "ny", "ori": "or", "orm": "om", "pan": "pa", "pol": "pl",
    "por": "pt", "pus": "ps", "ron": "ro", "rum": "ro", "run": "rn", "rus": "ru", "sin": "si", "slk": "sk", "slv": "sl",
    "sna": "sn", "som": "so", "spa": "es", "sqi": "sq", "srp": "sr", "swa": "sw", "swe": "sv", "tam": "ta", "tel": "te",
    "tgl": "tl", "tha": "th", "tir": "ti", "tur": "tr", "ukr": "uk", "urd": "ur", "uzb": "uz", "vie": "vi", "wol": "wo",
    "xho": "xh", "yor": "yo", "zho": "zh", "chi": "zh", "zul": "zu", "base": "en", "und": "en", "": "en",
}  # fmt: skip
"""ISO 639-2 and -3 as our two letters; others stay as they are."""

NAMED_LANGUAGES: Final[dict[str, str]] = {
    "arabic": "ar", "assamese": "as", "bengali": "bn", "chinese": "zh", "dutch": "nl", "english": "en", "french": "fr",
    "german": "de", "gujarati": "gu", "hausa": "ha", "hindi": "hi", "igbo": "ig", "indonesian": "id", "italian": "it",
    "kannada": "kn", "kinyarwanda": "rw", "malayalam": "ml", "marathi": "mr", "nepali": "ne", "odia": "or",
    "oriya": "or", "persian": "fa", "portuguese": "pt", "punjabi": "pa", "russian": "ru", "sinhala": "si",
    "somali": "so", "spanish": "es", "swahili": "sw", "tamil": "ta", "telugu": "te", "turkish": "tr", "urdu": "ur",
    "vietnamese": "vi", "yoruba": "yo", "zulu": "zu",
}  # fmt: skip
"""Languages by the names that Glific keeps them under."""
