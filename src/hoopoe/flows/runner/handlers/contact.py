"""`contact_updated`, `tags_changed`, `message_reacted`: what a flow learned of a person, and what it answers by."""

from __future__ import annotations

import structlog

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.contacts.changing import ContactChange
from hoopoe.contacts.resolve import NewName
from hoopoe.conversations.outbox.reactions import ReactionRow
from hoopoe.conversations.window import is_open
from hoopoe.flows.engine import ContactUpdated, MessageReacted, TagsChanged
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.flows.runner.sessions import SessionState

log = structlog.get_logger()


def update_contact(scene: Scene, event: ContactUpdated, rows: TurnRows) -> None:
    """Keep it; what is said later in this turn knows it already."""
    conversation, change = scene.conversation, _change_of(scene, rows)
    match event.attribute:
        case "name":
            conversation.contact_name = str(event.value)
            conversation.contact_has_given_name = change.has_given_name = True
            rows.names[conversation.contact_id] = NewName(
                conversation.workspace_id,
                conversation.contact_id,
                conversation.contact_name,
                conversation.contact_username,
            )
            scene.is_changed = True
        case "language":
            conversation.contact_language = change.language = str(event.value)
        case "field":
            change.fields[event.key] = event.value
            fields = {**conversation.contact_fields, event.key: event.value}
            conversation.contact_fields = {name: value for name, value in fields.items() if value is not None}


def change_tags(scene: Scene, event: TagsChanged, rows: TurnRows) -> None:
    """The same of tags."""
    conversation, change = scene.conversation, _change_of(scene, rows)
    change.tags |= dict.fromkeys(event.removed, False) | dict.fromkeys(event.added, True)
    kept = [tag for tag in conversation.contact_tags if tag not in event.removed]
    conversation.contact_tags = [*kept, *(tag for tag in event.added if tag not in kept)]


def react(scene: Scene, session: SessionState, event: MessageReacted, rows: TurnRows) -> None:
    """Queue it. Where the provider carries none, or the window is shut, the flow goes on without."""
    conversation = scene.conversation
    can_react = capabilities_of(conversation.channel_provider).has_reactions
    if conversation.last_inbound_id is None or not can_react or not is_open(conversation.window_expires_at, rows.now):
        log.info("flow_error", bot_id=str(session.bot_id), node_id=event.node_id, code="no_reaction")
        return
    rows.reactions[conversation.id] = ReactionRow(
        workspace_id=conversation.workspace_id,
        conversation_id=conversation.id,
        channel_id=conversation.channel_id,
        provider_id=conversation.last_inbound_id,
        emoji=event.emoji,
        recipient=conversation.recipient,
        at=rows.now,
    )


def _change_of(scene: Scene, rows: TurnRows) -> ContactChange:
    conversation = scene.conversation
    found = rows.contacts.get(conversation.contact_id)
    if found is None:
        found = rows.contacts[conversation.contact_id] = ContactChange(
            conversation.workspace_id, conversation.contact_id
        )
    return found
