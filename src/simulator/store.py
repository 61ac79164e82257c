"""The world on disk: one append-only file of changes, and the bytes of media beside it.

Each line is `{"kind", "value"}`. A line is written whole, in one call, before anybody is told of
what it says; it survives a kill of the process (not of the machine: nothing is synced). A torn last
line is cut off when the file is opened again.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from simulator.jsontypes import JsonObject, as_object, as_text
from simulator.state import (
    Content,
    Media,
    Message,
    MetaChannel,
    Person,
    State,
    Template,
    TwilioChannel,
    Update,
    apply_changed,
    apply_channel,
    apply_message,
    apply_owed,
    apply_person,
    apply_person_removed,
    apply_record,
    apply_settled,
    apply_status,
)


class StoreError(Exception):
    """The file of changes is broken somewhere before its last line."""


class Store:
    """Keeps changes and media. Without a folder it keeps media in memory and forgets changes."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._file: int | None = None
        self._end = 0
        self._media: dict[str, bytes] = {}

    def open(self, state: State) -> None:
        """Read the world back into `state` and go on writing behind it.

        Raises StoreError when a line before the last is not a change, or when another simulator has the
        folder (by a lock on the file, which dies with its process).
        """
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / "media").mkdir(exist_ok=True, mode=0o700)
        path = self._folder / "world.jsonl"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise StoreError(f"{self._folder} is in use by another simulator.") from error
        self._end = 0
        for change, end in _read_changes(path):
            replay(state, as_text(change.get("kind")), as_object(change.get("value")))
            self._end = end
        os.truncate(self._file, self._end)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def keep(self, kind: str, value: object) -> None:
        """Append one change; `value` is a dataclass of `state` or a JSON object.

        OSError when the disk is full: then nothing of the line stays in the file.
        """
        if self._file is None:
            return
        line = orjson.dumps({"kind": kind, "value": value}) + b"\n"
        try:
            _write_whole(self._file, line)
        except OSError:
            os.truncate(self._file, self._end)
            raise
        self._end += len(line)

    def put_media(self, media_id: str, data: bytes) -> None:
        if self._folder is None:
            self._media[media_id] = data
        else:
            (self._folder / "media" / media_id).write_bytes(data)

    def get_media(self, media_id: str) -> bytes | None:
        if self._folder is None:
            return self._media.get(media_id)
        path = self._folder / "media" / media_id
        return path.read_bytes() if path.is_file() else None

    def drop_media(self, media_id: str) -> None:
        self._media.pop(media_id, None)
        if self._folder is not None:
            (self._folder / "media" / media_id).unlink(missing_ok=True)


def replay(state: State, kind: str, value: JsonObject) -> None:
    """Apply one change that was read back. Raises StoreError for one that makes no sense."""
    try:
        _REPLAY[kind](state, value)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"a change of kind {kind!r} cannot be applied: {error!r}") from error


# The dataclasses check the names of the fields; their types are as we wrote them.
def _replay_template(state: State, value: JsonObject) -> None:
    template = Template(**value)  # type: ignore[arg-type]  # our own line, read back
    state.templates[template.id] = template


def _replay_content(state: State, value: JsonObject) -> None:
    content = Content(**value)  # type: ignore[arg-type]  # our own line, read back
    state.contents[content.sid] = content


def _replay_media(state: State, value: JsonObject) -> None:
    media = Media(**value)  # type: ignore[arg-type]  # our own line, read back
    state.media[media.id] = media


def _replay_status(state: State, value: JsonObject) -> None:
    apply_status(state, state.messages[as_text(value["id"])], value["status"])  # type: ignore[arg-type]


def _replay_settled(state: State, value: JsonObject) -> None:
    apply_settled(state, int(str(value["seq"])), value["how"])  # type: ignore[arg-type]


def _replay_clock(state: State, value: JsonObject) -> None:
    state.clock_offset = float(str(value["offset"]))


def _replay_unheard(state: State, _: JsonObject) -> None:
    state.unheard += 1


_REPLAY: dict[str, Callable[[State, JsonObject], object]] = {
    "message": lambda state, value: apply_message(state, Message(**value)),  # type: ignore[arg-type]
    "status": _replay_status,
    "owed": lambda state, value: apply_owed(state, Update(**value)),  # type: ignore[arg-type]
    "settled": _replay_settled,
    "unheard": _replay_unheard,
    "channel": lambda state, value: apply_channel(state, MetaChannel(**value)),  # type: ignore[arg-type]
    "twilio_channel": lambda state, value: apply_channel(state, TwilioChannel(**value)),  # type: ignore[arg-type]
    "person": lambda state, value: apply_person(state, Person(**value)),  # type: ignore[arg-type]
    "person_removed": lambda state, value: apply_person_removed(state, as_text(value["key"])),
    "template": _replay_template,
    "template_removed": lambda state, value: state.templates.pop(as_text(value["id"])),
    "content": _replay_content,
    "content_removed": lambda state, value: state.contents.pop(as_text(value["sid"])),
    "changed": lambda state, value: apply_changed(state, as_text(value["id"]), as_object(value["changes"])),
    "record": lambda state, value: apply_record(state, as_text(value["id"]), as_object(value["changes"])),
    "media": _replay_media,
    "media_removed": lambda state, value: state.media.pop(as_text(value["id"])),
    "clock": _replay_clock,
}


def _write_whole(file: int, line: bytes) -> None:
    if os.write(file, line) < len(line):
        raise OSError(errno.ENOSPC, "the disk took only a part of the line")


def _read_changes(path: Path) -> Iterator[tuple[JsonObject, int]]:
    """Each change with the offset behind it; stops before a torn last line."""
    end = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            end += len(line)
            try:
                yield orjson.loads(line), end
            except orjson.JSONDecodeError as error:
                raise StoreError(f"{path}, line {number}: {error}") from error
