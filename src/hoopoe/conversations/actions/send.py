"""A person writes, or sends again what failed."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.contract import MediaContent, MediaKind, OutboundContent, Provider
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.media import StoredFile, check_media
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.actions.locking import hold_conversation
from hoopoe.conversations.actions.modes import take_held
from hoopoe.conversations.errors import ChannelNotActive, WindowClosed
from hoopoe.conversations.events import ConversationHooks
from hoopoe.conversations.messages import AuthorKind
from hoopoe.conversations.outbox.composing import compose
from hoopoe.conversations.outbox.queue import OutgoingMessage, queue_messages
from hoopoe.conversations.outbox.retry import retry_send
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.window import is_open
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.media.files import FileRow, FileState, find_files


async def send_message(
    conn: Connection,
    scope: WorkspaceScope,
    conversation_id: UUID,
    content: OutboundContent,
    *,
    hooks: ConversationHooks,
) -> UUID:
    """Queue a message of the member in the scope; returns its id, or that of the first where it needs several.

    Takes the conversation over when no person has it. Raises `NotFound`, `WindowClosed` (the sender
    checks once more, at the last moment), `ChannelNotActive`, and `ValidationFailed` for a file that the
    channel's provider would not take.
    """
    held = await hold_conversation(conn, scope, conversation_id)
    if not is_open(held.window_expires_at, held.now):
        closed_at = held.window_expires_at
        raise WindowClosed(details={"window_expires_at": closed_at.isoformat() if closed_at is not None else None})
    channel = await conn.fetchrow(
        "select status, provider from channels where workspace_id = $1 and id = $2", scope.workspace_id, held.channel_id
    )
    if channel is None or channel["status"] != "active":
        raise ChannelNotActive(details={"status": channel["status"] if channel is not None else None})
    if isinstance(content, MediaContent):
        content = await _check_file(conn, scope, content, Provider(channel["provider"]))
    if held.mode is not Mode.HUMAN or held.assignee_id is None:
        await take_held(conn, scope, held, hooks=hooks)
    message = OutgoingMessage(
        workspace_id=scope.workspace_id,
        id=new_id(),
        channel_id=held.channel_id,
        conversation_id=held.id,
        content=content,
        recipient=held.recipient,
        author_kind=AuthorKind.USER,
        author_id=scope.user_id,
        at=held.now,
    )
    await queue_messages(conn, compose(message, capabilities_of(Provider(channel["provider"]))))
    return message.id


async def _check_file(
    conn: Connection, scope: WorkspaceScope, content: MediaContent, provider: Provider
) -> MediaContent:
    """The content with the name that its file is shown by. The sender checks the file once more."""
    file = (await find_files(conn, scope.workspace_id, [content.file_id])).get(content.file_id)
    try:
        # A caption that is too long leaves as a text of its own.
        stored = check_media(replace(content, caption=None), _read_stored(file), adapter_for(provider).capabilities)
    except ContentRefused as refused:
        fault = FieldFault(f"{content.kind.value}.{refused.field}", f"{refused.reason}.", "not_taken")
        raise ValidationFailed(fault) from None
    if content.kind is MediaKind.DOCUMENT and content.filename is None:
        return replace(content, filename=stored.name)
    return content


def _read_stored(file: FileRow | None) -> StoredFile | None:
    if file is None or file.state is not FileState.STORED or file.mime_type is None or file.size is None:
        return None
    return StoredFile(file.id, file.mime_type, file.size, file.name or "file", file.is_animated, file.audio_channels)


async def send_again(conn: Connection, scope: WorkspaceScope, conversation_id: UUID, message_id: UUID) -> None:
    """Queue a message again that gave up, failed, or stays in doubt. Raises `NotFound`, `NothingToRetry`."""
    held = await hold_conversation(conn, scope, conversation_id)
    is_here: bool = await conn.fetchval(
        """
        select exists (
            select from messages
            where workspace_id = $1 and id = $2 and conversation_id = $3 and direction = 'out'
        )
        """,
        scope.workspace_id,
        message_id,
        held.id,
    )
    if not is_here:
        raise NotFound
    await retry_send(conn, scope.workspace_id, message_id)
