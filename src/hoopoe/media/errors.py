"""Refusals of files."""

from __future__ import annotations

from typing import ClassVar

from hoopoe.kernel.errors import Refusal


class FileTooLarge(Refusal):
    """The file has more than 100 MB."""

    status = 413
    code = "file_too_large"
    message = "A file may have 100 MB at most."


class FileEmpty(Refusal):
    """There is nothing in the file, or no file in the request."""

    status = 422
    code = "file_empty"
    message = "Send one file, with something in it, in the field `file`."


class FileTypeNotTaken(Refusal):
    """The bytes are of a type that WhatsApp does not carry; `details.type` names it."""

    status = 415
    code = "file_type_not_taken"
    message = "WhatsApp does not carry files of this type."


class FileTypeMismatch(Refusal):
    """The file is not what it says that it is; `details` has `said` and `found`."""

    status = 415
    code = "file_type_mismatch"
    message = "The file is not what its name or its type says."


class VoiceNotTaken(Refusal):
    """A voice note is a recording in Opus with one channel; this file is another one, and is not converted."""

    status = 415
    code = "voice_not_taken"
    message = "This cannot be a voice note: WhatsApp takes Opus with one channel. Send it as a file of sound."


class MediaQuotaReached(Refusal):
    """The workspace keeps as many files as it may; `details` has `used_bytes` and `quota_bytes`."""

    status = 409
    code = "media_quota_reached"
    message = "This workspace keeps as many files as it may. Delete some first."


class StoreFull(Refusal):
    """The place where files are kept is full. Nothing was kept."""

    status = 507
    code = "store_full"
    message = "There is no room for files any more. Whoever runs this Hoopoe should make some."


class StoreUnavailable(Refusal):
    """The place where files are kept does not answer. Nothing was changed; try again."""

    status = 503
    code = "store_unavailable"
    message = "The place where files are kept does not answer. Try again in a moment."

    retry_seconds: ClassVar[str] = "5"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"Retry-After": self.retry_seconds})


class LinkNotFetched(Refusal):
    """The address gave no file; `details.problem` and `details.reason` say why."""

    status = 422
    code = "link_not_fetched"
    message = "The file could not be fetched from this address."


class AddressNotGood(Refusal):
    """The address of a file has run out, or was never ours. Ask for a new one."""

    status = 403
    code = "address_not_good"
    message = "This address has run out. Ask for a new one."


class RangeNotThere(Refusal):
    """The file ends before the range that was asked for begins."""

    status = 416
    code = "range_not_there"
    message = "The file has no such bytes."


class NothingToFetch(Refusal):
    """The file is there, or is being fetched, or the provider cannot be asked for it."""

    status = 409
    code = "nothing_to_fetch"
    message = "This file needs no fetching."
