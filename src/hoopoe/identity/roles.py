"""Roles and permissions as data: the one table that says who may do what.

docs/reference/roles.md is made from it. A role is a member's place in one workspace.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a route may ask for."""

    WORKSPACE_READ = "workspace:read"
    WORKSPACE_WRITE = "workspace:write"
    WORKSPACE_DELETE = "workspace:delete"
    WORKSPACES_WRITE = "workspaces:write"
    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    BOTS_READ = "bots:read"
    BOTS_WRITE = "bots:write"
    TABLES_READ = "tables:read"
    TABLES_WRITE = "tables:write"
    ROWS_WRITE = "rows:write"
    CHANNELS_READ = "channels:read"
    CHANNELS_WRITE = "channels:write"
    JOURNAL_READ = "journal:read"
    JOURNAL_WRITE = "journal:write"
    LETTERS_READ = "dead_letters:read"
    LETTERS_WRITE = "dead_letters:write"
    TOKENS_WRITE = "tokens:write"
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    MEMBERSHIP_WRITE = "membership:write"
    ACCOUNT_WRITE = "account:write"
    AUDIT_READ = "audit:read"
    CLOCK_WRITE = "clock:write"


PERMISSION_WORDS: Final[dict[Permission, str]] = {
    Permission.WORKSPACE_READ: "See the workspace and one's own place in it.",
    Permission.WORKSPACE_WRITE: "Change the workspace's name, time zone, currency, languages and logo.",
    Permission.WORKSPACE_DELETE: "Delete the workspace, and restore it within thirty days.",
    Permission.WORKSPACES_WRITE: "Make further workspaces, as their owner.",
    Permission.CONVERSATIONS_READ: "Read conversations and follow them live.",
    Permission.CONVERSATIONS_WRITE: "Write to people, take over, hand back, close, reopen.",
    Permission.BOTS_READ: "See bots and their flows.",
    Permission.BOTS_WRITE: "Change bots, publish flows.",
    Permission.TABLES_READ: "See data tables and their rows, and export them.",
    Permission.TABLES_WRITE: "Make, change and delete data tables and their columns.",
    Permission.ROWS_WRITE: "Add, change, delete and import rows of data tables.",
    Permission.CHANNELS_READ: "See channels. Their secrets are shown to nobody.",
    Permission.CHANNELS_WRITE: "Connect, change and disable channels.",
    Permission.JOURNAL_READ: "Read what providers sent, raw.",
    Permission.JOURNAL_WRITE: "Replay what providers sent: what was not handled is handled now.",
    Permission.LETTERS_READ: "See what could not be handled or sent, and why.",
    Permission.LETTERS_WRITE: "Retry, edit and archive what could not be handled or sent.",
    Permission.TOKENS_WRITE: "Make and revoke one's own personal access tokens. Never with a key.",
    Permission.MEMBERS_READ: "See who belongs to the workspace.",
    Permission.MEMBERS_WRITE: (
        "Invite people, change roles, remove members, revoke their keys. Only owners do so with owners."
    ),
    Permission.MEMBERSHIP_WRITE: "Leave the workspace.",
    Permission.ACCOUNT_WRITE: "Change one's own password, see and end one's own sessions. Never with a key.",
    Permission.AUDIT_READ: "See who did what, and everybody's keys (never their texts).",
    Permission.CLOCK_WRITE: "Move the development clock, where there is one.",
}


class Role(StrEnum):
    """A member's place in a workspace, from most to least."""

    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"
    VIEWER = "viewer"


_VIEWER: Final = frozenset(
    {
        Permission.WORKSPACE_READ,
        Permission.CONVERSATIONS_READ,
        Permission.BOTS_READ,
        Permission.TABLES_READ,
        Permission.CHANNELS_READ,
        Permission.TOKENS_WRITE,
        Permission.MEMBERS_READ,
        Permission.MEMBERSHIP_WRITE,
        Permission.ACCOUNT_WRITE,
        Permission.WORKSPACES_WRITE,
    }
)
_AGENT: Final = _VIEWER | {
    Permission.CONVERSATIONS_WRITE,
    Permission.LETTERS_READ,
    Permission.LETTERS_WRITE,
    Permission.ROWS_WRITE,
}
_ADMIN: Final = _AGENT | {
    Permission.WORKSPACE_WRITE,
    Permission.BOTS_WRITE,
    Permission.TABLES_WRITE,
    Permission.CHANNELS_WRITE,
    Permission.JOURNAL_READ,
    Permission.JOURNAL_WRITE,
    Permission.MEMBERS_WRITE,
    Permission.AUDIT_READ,
}
_OWNER: Final = _ADMIN | {Permission.WORKSPACE_DELETE, Permission.CLOCK_WRITE}

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.OWNER: _OWNER,
    Role.ADMIN: _ADMIN,
    Role.AGENT: _AGENT,
    Role.VIEWER: _VIEWER,
}

# What everybody may with what is one's own. It opens nothing of the workspace: giving it away gives no power over it.
PERSONAL: Final = frozenset(
    {
        Permission.TOKENS_WRITE,
        Permission.MEMBERSHIP_WRITE,
        Permission.ACCOUNT_WRITE,
        Permission.WORKSPACES_WRITE,
    }
)

# What is left to the owner of a deleted workspace.
IN_A_DELETED_WORKSPACE: Final = frozenset({Permission.WORKSPACE_READ, Permission.WORKSPACE_DELETE})
