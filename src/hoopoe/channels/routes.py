"""Channels over HTTP."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from hoopoe.channels import actions, queries, schemas
from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.checking import CheckClaim, Claim, Finding, MetaClaim, TwilioClaim
from hoopoe.channels.contract import Provider
from hoopoe.channels.refusals import (
    ChannelChanged,
    ChannelExists,
    ChannelInUse,
    ChannelWasActive,
    CredentialsRefused,
    SubAccountNotRead,
)
from hoopoe.identity.http import Conn, CurrentKeyring, CurrentWork, InWorkspace, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router, settings_of
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.json import JsonObject

router = make_router("/api", tag="channels")

# The secrets that a provider can be asked about.
CHECKED = frozenset({"access_token", "app_secret", "auth_token"})

MayRead = Annotated[WorkspaceScope, requires(Permission.CHANNELS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.CHANNELS_WRITE)]


def _read_check(request: Request) -> CheckClaim:
    return cast(CheckClaim, request.app.state.check_channel)


def _read_own_url(request: Request) -> str:
    return settings_of(request).own_url()


Check = Annotated[CheckClaim, Depends(_read_check)]
OwnUrl = Annotated[str, Depends(_read_own_url)]


@router.get("/channels", responses=refusals())
async def list_channels(
    conn: Conn, scope: MayRead, own_url: OwnUrl, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.ChannelPage:
    """Channels, the newest first."""
    found = await queries.list_channels(conn, scope, before=decode_id(cursor), limit=limit + 1, own_url=own_url)
    page, next_cursor = cut_page(found, limit, lambda each: encode_cursor(each.id))
    return schemas.ChannelPage(data=list(page), next_cursor=next_cursor)


@router.post(
    "/workspaces/{workspace_id}/connect-whatsapp",
    status_code=201,
    dependencies=[InWorkspace],
    responses=refusals(ChannelExists, SubAccountNotRead),
)
async def connect_whatsapp(
    work: CurrentWork,
    scope: MayWrite,
    keyring: CurrentKeyring,
    check: Check,
    own_url: OwnUrl,
    *,
    given: schemas.ChannelCreate,
) -> schemas.ChannelCreated:
    """The same as `POST /api/channels`, for the workspace in the path."""
    return await create_channel(work, scope, keyring, check, own_url, given=given)


@router.post("/channels", status_code=201, responses=refusals(ChannelExists, SubAccountNotRead))
async def create_channel(
    work: CurrentWork,
    scope: MayWrite,
    keyring: CurrentKeyring,
    check: Check,
    own_url: OwnUrl,
    *,
    given: schemas.ChannelCreate,
) -> schemas.ChannelCreated:
    """Connect a number. It is read at the provider first: what is wrong stands in `status_reason`.

    A channel with this number that was never active is replaced. A master account's token is kept nowhere: when
    the sub-account's own cannot be read with it, nothing is stored.
    """
    async with work.released():
        finding = await check(_claim(given))
    created = await actions.create_channel(
        work.conn, scope, _new_channel(given, finding), keyring=keyring, finding=finding
    )
    work.hint(Topic.CHANNELS)
    channel = await queries.access_channel(work.conn, scope, created.id, own_url=own_url)
    return schemas.ChannelCreated(**channel.model_dump(), verify_token=created.made_verify_token)


@router.get("/channels/{channel_id}", responses=refusals())
async def read_channel(conn: Conn, scope: MayRead, own_url: OwnUrl, channel_id: UUID) -> schemas.Channel:
    """One channel."""
    return await queries.access_channel(conn, scope, channel_id, own_url=own_url)


@router.patch(
    "/channels/{channel_id}",
    responses=refusals(ChannelExists, ChannelWasActive, ChannelChanged, CredentialsRefused),
)
async def update_channel(
    work: CurrentWork,
    scope: MayWrite,
    keyring: CurrentKeyring,
    check: Check,
    own_url: OwnUrl,
    *,
    channel_id: UUID,
    given: schemas.ChannelUpdate,
) -> schemas.Channel:
    """Change a channel. A new token, other ids, and becoming active again are checked at the provider first.

    An active channel keeps its token when the new one does not open its number.
    """
    before = await queries.access_channel(work.conn, scope, channel_id, own_url=own_url)
    wants_active = given.status is schemas.ChannelStatus.ACTIVE and before.status is not schemas.ChannelStatus.ACTIVE
    _refuse_strange_fields(before.provider, given)
    is_used = before.status is not schemas.ChannelStatus.DISABLED and given.status is not schemas.ChannelStatus.DISABLED
    finding: Finding | None = None
    secrets, ids = _secret_changes(given), _id_changes(given)
    if ids and before.activated_at is not None:
        raise ChannelWasActive(details={"fields": [*ids]})
    if wants_active or ((CHECKED & secrets.keys() or ids) and is_used):
        stored = await queries.read_claim(work.conn, scope, channel_id, keyring=keyring, secrets=secrets, ids=ids)
        async with work.released():
            finding = await check(stored.claim)
        if not finding.is_good and before.status is schemas.ChannelStatus.ACTIVE:
            raise CredentialsRefused(f"{finding.reason} Nothing was changed.", details=_tell(finding))
        await actions.lock_unchanged(work.conn, scope, channel_id, stored.updated_at)
    changes = {**_plain_changes(given), **ids}
    await actions.update_channel(work.conn, scope, channel_id, changes=changes, secrets=secrets, keyring=keyring)
    if finding is not None:
        await actions.apply_finding(work.conn, scope, channel_id, finding)
    elif given.status is schemas.ChannelStatus.DISABLED:
        await actions.disable_channel(work.conn, scope, channel_id)
    work.hint(Topic.CHANNELS)
    return await queries.access_channel(work.conn, scope, channel_id, own_url=own_url)


@router.delete("/channels/{channel_id}", status_code=204, responses=refusals(ChannelInUse))
async def remove_channel(work: CurrentWork, scope: MayWrite, *, channel_id: UUID) -> None:
    """Remove a channel that has no conversations. One that has some may be switched off."""
    await actions.remove_channel(work.conn, scope, channel_id)
    work.hint(Topic.CHANNELS)


@router.post("/channels/{channel_id}/check", responses=refusals(ChannelChanged))
async def check_channel(
    work: CurrentWork,
    scope: MayWrite,
    keyring: CurrentKeyring,
    check: Check,
    own_url: OwnUrl,
    *,
    channel_id: UUID,
) -> schemas.Channel:
    """Try the credentials again: the channel becomes active, or says why not."""
    stored = await queries.read_claim(work.conn, scope, channel_id, keyring=keyring)
    async with work.released():
        finding = await check(stored.claim)
    await actions.lock_unchanged(work.conn, scope, channel_id, stored.updated_at)
    await actions.apply_finding(work.conn, scope, channel_id, finding)
    work.hint(Topic.CHANNELS)
    return await queries.access_channel(work.conn, scope, channel_id, own_url=own_url)


def _plain_changes(given: schemas.ChannelUpdate) -> dict[str, str | float | UUID | None]:
    """What to change. `null` unbinds the bot and gives the speed back; for the name it means leaving it out."""
    changes: dict[str, str | float | UUID | None] = {}
    if given.name is not None:
        changes["name"] = given.name
    if "messages_per_second" in given.model_fields_set:
        changes["messages_per_second"] = given.messages_per_second
    if "bot_id" in given.model_fields_set:
        changes["bot_id"] = given.bot_id
    return changes


def _secret_changes(given: schemas.ChannelUpdate) -> dict[str, str]:
    secrets = {name: getattr(given, name) for name in sorted(actions.ALL_SECRETS)}
    return {name: secret.get_secret_value() for name, secret in secrets.items() if secret is not None}


def _id_changes(given: schemas.ChannelUpdate) -> dict[str, str]:
    ids = {name: getattr(given, name) for name in sorted(actions.ALL_IDS)}
    return {name: value for name, value in ids.items() if value is not None}


def _refuse_strange_fields(provider: Provider, given: schemas.ChannelUpdate) -> None:
    """A secret or an id that this provider does not have would be stored and never used."""
    capabilities = capabilities_of(provider)
    known = (*capabilities.secrets, *capabilities.ids)
    strange = [name for name in (*_id_changes(given), *_secret_changes(given)) if name not in known]
    if strange:
        words = f"A channel at {provider.value.capitalize()} has no such field."
        raise ValidationFailed(*(FieldFault(name, words, "not_of_this_provider") for name in strange))


def _claim(given: schemas.MetaChannelCreate | schemas.TwilioChannelCreate) -> Claim:
    match given:
        case schemas.MetaChannelCreate():
            return MetaClaim(
                given.number,
                given.phone_number_id,
                given.waba_id,
                given.access_token.get_secret_value(),
                given.app_secret.get_secret_value(),
            )
        case schemas.TwilioChannelCreate():
            return TwilioClaim(
                given.number, given.account_sid, given.auth_token.get_secret_value(), given.master_account_sid
            )


def _new_channel(
    given: schemas.MetaChannelCreate | schemas.TwilioChannelCreate, finding: Finding
) -> actions.NewMetaChannel | actions.NewTwilioChannel:
    match given:
        case schemas.MetaChannelCreate():
            return actions.NewMetaChannel(
                name=given.name,
                number=given.number,
                phone_number_id=given.phone_number_id,
                waba_id=given.waba_id,
                access_token=given.access_token.get_secret_value(),
                app_secret=given.app_secret.get_secret_value(),
                verify_token=given.verify_token.get_secret_value() if given.verify_token is not None else None,
            )
        case schemas.TwilioChannelCreate():
            return actions.NewTwilioChannel(
                name=given.name,
                number=given.number,
                account_sid=given.account_sid,
                auth_token=_own_token(given, finding),
            )


def _own_token(given: schemas.TwilioChannelCreate, finding: Finding) -> str:
    """The token of the number's very account. Raises `SubAccountNotRead`: a master's is never kept in its place."""
    if given.master_account_sid is None:
        return given.auth_token.get_secret_value()
    if finding.auth_token is None:
        raise SubAccountNotRead(f"{finding.reason} Nothing was stored.", details=_tell(finding))
    return finding.auth_token


def _tell(finding: Finding) -> JsonObject:
    """Why not, for other languages too."""
    return {"reason_code": finding.reason_code, "reason": finding.reason, **finding.details}
