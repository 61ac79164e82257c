"""Refusals of bots as files."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class BotFileTooLarge(Refusal):
    """The file would be larger than one that is read: 8 MB. Its tests are what is large; they can be left out."""

    status = 409
    code = "bot_file_too_large"
    message = "With its tests this file would have more than 8 MB, and could not be imported. Leave them out."
