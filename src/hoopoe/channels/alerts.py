"""A channel that stopped by itself: whoever may mend it is told by mail, once for each time that it stops.

Screens are told in the transaction that stops it (`channels.trouble`); a mail needs people, languages and a key that
this transaction has no business with.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeAlias
from uuid import UUID

import structlog

from hoopoe.identity.roles import PERMISSIONS, Permission, Role
from hoopoe.identity.schemas import Locale
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.mail.queue import Mail, put_mail
from hoopoe.kernel.secrets import Keyring

AT_ONCE: Final = 50
TRIES: Final = 5

Failures: TypeAlias = Counter[tuple[UUID, UUID]]
"""How often the mails about a (workspace, channel) could not be written, as one process knows it."""

log = structlog.get_logger()

# Those that failed come after all others: however many they are, they stand in nobody's way.
LIST: Final = """
select alert.workspace_id, alert.channel_id from channel_alerts as alert
left join unnest($2::uuid[], $3::uuid[], $4::int[]) as failed (workspace_id, channel_id, times)
    on failed.workspace_id = alert.workspace_id and failed.channel_id = alert.channel_id
order by coalesce(failed.times, 0), alert.at limit $1
"""
FORGET: Final = "delete from channel_alerts where workspace_id = $1 and channel_id = $2"

# One that works again by now, or that somebody has switched off, is nobody's trouble any more.
TAKE: Final = """
with alert as (
    delete from channel_alerts where workspace_id = $1 and channel_id = $2 returning words
)
select alert.words, channel.name, channel.number, workspace.name as workspace
from alert join channels as channel on channel.workspace_id = $1 and channel.id = $2 and channel.status = 'error'
join workspaces as workspace on workspace.id = $1 and workspace.deleted_at is null
"""

READERS: Final = """
select users.email, users.locale from members join users on users.id = members.user_id
where members.workspace_id = $1 and members.role = any ($2::text[]) order by users.email
"""
MENDERS: Final = [role.value for role in Role if Permission.CHANNELS_WRITE in PERMISSIONS[role]]


async def tell_of_stops(pool: Pool, keyring: Keyring, own_url: str, failures: Failures) -> int:
    """Write the mails about channels that stopped; returns how many. They leave as all mails do.

    What cannot be written is logged, and tried again with the next call; it is given up after `TRIES`, which the
    caller keeps in `failures` from one call to the next.
    """
    async with transaction(pool, role=tenancy.PIPE) as conn:
        keys = list(failures)
        rows = await conn.fetch(
            LIST, AT_ONCE, [key[0] for key in keys], [key[1] for key in keys], [failures[key] for key in keys]
        )
    count = 0
    for row in rows:
        key = row["workspace_id"], row["channel_id"]
        try:
            async with transaction(pool, role=tenancy.APP, workspaces=[key[0]]) as conn:
                count += await _tell(conn, keyring, *key, f"{own_url}/channels")
        except Exception:
            failures[key] += 1
            is_last = failures[key] >= TRIES
            log.exception("stop_not_told", workspace_id=str(key[0]), channel_id=str(key[1]), is_given_up=is_last)
            if is_last:
                async with transaction(pool, role=tenancy.APP, workspaces=[key[0]]) as conn:
                    await conn.execute(FORGET, *key)
                del failures[key]
        else:
            failures.pop(key, None)
    return count


async def _tell(conn: Connection, keyring: Keyring, workspace_id: UUID, channel_id: UUID, link: str) -> int:
    stopped = await conn.fetchrow(TAKE, workspace_id, channel_id)
    if stopped is None:
        return 0
    readers = await conn.fetch(READERS, workspace_id, MENDERS)
    for reader in readers:
        locale = Locale(reader["locale"])
        await put_mail(
            conn,
            keyring,
            write_stop(
                reader["email"],
                locale=locale,
                channel=stopped["name"],
                number=stopped["number"],
                workspace=stopped["workspace"],
                reason=stopped["words"][locale.value],
                link=link,
            ),
        )
    return len(readers)


def write_stop(
    recipient: str, *, locale: Locale, channel: str, number: str, workspace: str, reason: str, link: str
) -> Mail:
    """That a channel has stopped, why, and where it is mended."""
    match locale:
        case Locale.EN:
            subject = f"{channel} has stopped sending"
            text = (
                f"The number {number} ({channel}, {workspace}) has stopped sending.\n\n{reason}\n\n"
                "It still receives. What was to be sent waits, and leaves in its order once the number works again.\n\n"
                f"See it and mend it here:\n{link}\n"
            )
        case Locale.AR:
            subject = f"توقف الإرسال من {channel}"
            text = (
                f"توقف الإرسال من الرقم {number} ({channel}، {workspace}).\n\n{reason}\n\n"
                "ما زال الرقم يستقبل. وما كان سيُرسل ينتظر، ويخرج بترتيبه حين يعمل الرقم من جديد.\n\n"
                f"اطّلع عليه وأصلحه من هنا:\n{link}\n"
            )
    return Mail(recipient, " ".join(subject.split()), text)
