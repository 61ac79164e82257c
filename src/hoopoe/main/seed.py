"""The demo workspace: an owner, a simulated number at each provider, a café bot. No secret is a constant.

What the first start made is kept in HOOPOE_HOME: `demo.json` for people and programs, `simulator.json` for
the simulator. Later starts only bring addresses and limits up to date.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from hoopoe.channels.actions import NewMetaChannel, NewTwilioChannel, create_channel
from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.checking import Finding
from hoopoe.channels.contract import Provider
from hoopoe.channels.outside import WEBHOOK_PATH
from hoopoe.channels.queries import WEBHOOK_PATHS
from hoopoe.flows.demo import cafe_blueprint
from hoopoe.flows.versions.actions import create_bot, publish_bot
from hoopoe.identity.actions.register import NewOwner, create_user_with_workspace
from hoopoe.identity.actions.tokens import create_token
from hoopoe.identity.operators import keep_operator_key
from hoopoe.identity.passwords import hash_password
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.identity.tokens import OPERATOR_PREFIX
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import Keyring, hash_token, new_token
from hoopoe.kernel.settings import Settings, Switch
from hoopoe.main.wiring import make_keyring

OWNER_NAME = "Noura Al-Saleh"
OWNER_EMAIL = "owner@hoopoe.localhost"
WORKSPACE_NAME = "Qamar Coffee"
META_NAME = "Olaya branch line"
TWILIO_NAME = "Malqa branch line"
TIMEZONE = "Asia/Riyadh"
# The demo's own key is for programs that play with the demo, and these ask often.
NO_QUOTA_MB = 1_000_000
DEMO_PER_MINUTE = 6_000


@dataclass(frozen=True, slots=True)
class DemoMeta:
    """A simulated number, with all that its owner would have copied from Meta."""

    id: str
    number: str
    phone_number_id: str
    waba_id: str
    app_secret: str
    verify_token: str
    access_token: str


@dataclass(frozen=True, slots=True)
class DemoTwilio:
    """A simulated number, with all that its owner would have copied from Twilio."""

    id: str
    number: str
    account_sid: str
    auth_token: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo's files say."""

    owner_email: str
    owner_password: str
    workspace_id: str
    personal_access_token: str
    admin_api_key: str
    meta: DemoMeta
    twilio: DemoTwilio | None
    """None in a home from before there was one; the next start adds it."""


async def seed_demo(settings: Settings, *, api_url: str, simulator_url: str) -> Demo:
    """Make the demo workspace unless it is there, and write its files (mode 0600)."""
    home = settings.hoopoe_home
    async with open_pool(settings.require_database_url(), size=2) as pool:
        demo = _read_demo(home)
        if demo is None or not await _exists(pool, UUID(demo.workspace_id)):
            demo = await _make_demo(pool, make_keyring(settings))
        if demo.twilio is None:
            demo = replace(demo, twilio=await _add_twilio(pool, make_keyring(settings), UUID(demo.workspace_id)))
        async with transaction(pool, role=tenancy.APP) as conn:
            await keep_operator_key(conn, "demo", demo.admin_api_key)
        await _set_limits(pool, demo, is_limited=settings.hoopoe_demo_limits is Switch.ON)
    _write(home / "demo.json", _demo_file(demo, api_url, simulator_url))
    _write(home / "simulator.json", _simulator_file(demo, api_url, settings.own_url()))
    return demo


async def _make_demo(pool: Pool, keyring: Keyring) -> Demo:
    user_id, workspace_id = new_id(), new_id()
    password = secrets.token_urlsafe(12)
    meta = NewMetaChannel(
        name=META_NAME,
        number=f"+96611{secrets.randbelow(10**7):07d}",
        phone_number_id=f"1{secrets.randbelow(10**14):014d}",
        waba_id=f"2{secrets.randbelow(10**14):014d}",
        access_token=new_token("EAA"),
        app_secret=secrets.token_hex(16),
        verify_token=secrets.token_urlsafe(16),
    )
    password_hash = await hash_password(password)
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace_id], user_id=user_id) as conn:
        # A home that was thrown away leaves its owner in an external database: that one keeps its address.
        taken = await conn.fetchval("select true from users where lower(email) = $1", OWNER_EMAIL)
        email = f"owner-{secrets.token_hex(3)}@hoopoe.localhost" if taken else OWNER_EMAIL
        scope = await create_user_with_workspace(
            conn, NewOwner(user_id, workspace_id, OWNER_NAME, email, password_hash, WORKSPACE_NAME)
        )
        await conn.execute("update workspaces set timezone = $2 where id = $1", workspace_id, TIMEZONE)
        # The simulator is ours and starts after this: its numbers need nobody's word.
        made = await create_channel(conn, scope, meta, keyring=keyring, finding=Finding())
        bot_id = await create_bot(conn, scope, name="Café", blueprint=cafe_blueprint())
        await publish_bot(conn, scope, bot_id)
        token = await create_token(conn, scope, name="demo", requests_per_minute=DEMO_PER_MINUTE)
    return Demo(
        owner_email=email,
        owner_password=password,
        workspace_id=str(workspace_id),
        personal_access_token=token.text,
        admin_api_key=new_token(OPERATOR_PREFIX),
        meta=DemoMeta(
            id=str(made.id),
            number=meta.number,
            phone_number_id=meta.phone_number_id,
            waba_id=meta.waba_id,
            app_secret=meta.app_secret,
            verify_token=meta.verify_token or "",
            access_token=meta.access_token,
        ),
        twilio=None,
    )


async def _add_twilio(pool: Pool, keyring: Keyring, workspace_id: UUID) -> DemoTwilio:
    """A second number, at the other provider."""
    new = NewTwilioChannel(
        name=TWILIO_NAME,
        number=f"+96612{secrets.randbelow(10**7):07d}",
        account_sid=f"AC{secrets.token_hex(16)}",
        auth_token=secrets.token_hex(16),
    )
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn:
        owner_id = await conn.fetchval(
            "select user_id from members where workspace_id = $1 and role = 'owner' order by created_at limit 1",
            workspace_id,
        )
        scope = make_scope(workspace_id, owner_id, Role.OWNER, PrincipalKind.SYSTEM)
        made = await create_channel(conn, scope, new, keyring=keyring, finding=Finding())
    return DemoTwilio(str(made.id), new.number, new.account_sid, new.auth_token)


async def _exists(pool: Pool, workspace_id: UUID) -> bool:
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn:
        return bool(await conn.fetchval("select true from workspaces where id = $1", workspace_id))


async def _set_limits(pool: Pool, demo: Demo, *, is_limited: bool) -> None:
    """The demo's limits as settings of the workspace and the channel; HOOPOE_DEMO_LIMITS=off lifts them."""
    workspace_id = UUID(demo.workspace_id)
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn:
        await conn.execute(
            "update workspaces set messages_per_minute = $2, customer_messages_per_minute = $3, media_quota_mb = $4 "
            "where id = $1",
            workspace_id,
            60 if is_limited else None,
            20 if is_limited else None,
            None if is_limited else NO_QUOTA_MB,
        )
        await conn.execute(
            "update personal_access_tokens set requests_per_minute = $3 where workspace_id = $1 and token_hash = $2",
            workspace_id,
            hash_token(demo.personal_access_token),
            DEMO_PER_MINUTE if is_limited else None,
        )
        for provider in Provider:
            per_second = capabilities_of(provider).messages_per_second
            await conn.execute(
                "update channels set messages_per_second = case when $4::boolean then $3::real end, pair_limit = $4 "
                "where workspace_id = $1 and provider = $2 "
                "and ((messages_per_second is null) = $4 or pair_limit <> $4)",
                workspace_id,
                provider,
                per_second,
                is_limited,
            )


def _read_demo(home: Path) -> Demo | None:
    try:
        people = json.loads((home / "demo.json").read_text())
        channels = {channel["provider"]: channel for channel in people["channels"]}
        meta, twilio = channels["meta"], channels.get("twilio")
        simulated = json.loads((home / "simulator.json").read_text())["channels"][0]
        return Demo(
            owner_email=people["owner"]["email"],
            owner_password=people["owner"]["password"],
            workspace_id=people["workspace_id"],
            personal_access_token=people["personal_access_token"],
            admin_api_key=people["admin_api_key"],
            meta=DemoMeta(
                access_token=simulated["access_token"],
                **{name: meta[name] for name in DemoMeta.__slots__ if name != "access_token"},
            ),
            twilio=DemoTwilio(**{name: twilio[name] for name in DemoTwilio.__slots__}) if twilio is not None else None,
        )
    except (FileNotFoundError, KeyError, ValueError, TypeError):
        return None


def _demo_file(demo: Demo, api_url: str, simulator_url: str) -> dict[str, object]:
    meta = asdict(demo.meta)
    del meta["access_token"]
    channels = [{"provider": "meta", **meta}]
    if demo.twilio is not None:
        channels.append({"provider": "twilio", **asdict(demo.twilio)})
    return {
        "api_url": api_url,
        "simulator_url": simulator_url,
        "owner": {"email": demo.owner_email, "password": demo.owner_password},
        "workspace_id": demo.workspace_id,
        "personal_access_token": demo.personal_access_token,
        "admin_api_key": demo.admin_api_key,
        "channels": channels,
    }


def _simulator_file(demo: Demo, api_url: str, own_url: str) -> dict[str, object]:
    """The phones are where the demo workspace is. Meta's webhooks go to this machine; Twilio signs the address that it
    calls, which is the one others see, and tries again as the address that we show asks it to.
    """
    meta = asdict(demo.meta)
    channels = [{"provider": "meta", "name": WORKSPACE_NAME, **meta, "callback_url": api_url + WEBHOOK_PATH}]
    if demo.twilio is not None:
        twilio = asdict(demo.twilio)
        callback = {"callback_url": own_url + WEBHOOK_PATHS[Provider.TWILIO]}
        channels.append({"provider": "twilio", "name": f"{WORKSPACE_NAME} · {TWILIO_NAME}", **twilio, **callback})
    for channel in channels:
        del channel["id"]
    return {"channels": channels, "time_zone": TIMEZONE}


def _write(path: Path, content: dict[str, object]) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, indent=2) + "\n")
    draft.replace(path)
