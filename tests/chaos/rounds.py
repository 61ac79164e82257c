"""The rounds: a load, what happens to it meanwhile, and what came of it when everything has settled by itself."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import aiohttp
import asyncpg

from tests.chaos import blows
from tests.chaos.blows import Blow, Fault
from tests.chaos.ground import LIFE, Ground, Load
from tests.chaos.judge import Answer, Change, Fate, Key, Unsent, Verdict, judge
from tests.chaos.sight import Seen, answer_as_person, look_for, look_for_changes
from tests.chaos.wire import Told, fetch_answers, fetch_told, read_place
from tests.support.simulator import wait_until

# A person is asked for nothing before the machine has had this long to find out by itself.
PATIENCE_SECONDS = 90.0
SETTLE_SECONDS = 600.0
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, aiohttp.ClientError)

# What may not be left anywhere. An answer in doubt is settled for the machine once it has asked a person.
UNSETTLED = {
    "inputs": "select count(*) from inbox where state = 'waiting'",
    "sends": "select count(*) from outbox where state in ('queued', 'sending', 'retrying')",
    "doubts": "select count(*) from outbox where state = 'unknown'",
    "files": "select count(*) from media_files where state in ('pending', 'fetching')",
}
TALLY = {
    "by status": "select count(*) from message_attempts where outcome = 'settled'",
    "by resend": "select count(*) from outbox where resent",
    "files": "select count(*) from media_files where state = 'stored'",
    "files lost": "select count(*) from media_files where state not in ('pending', 'fetching', 'stored')",
}


@dataclass(frozen=True)
class Round:
    """One story. Its blows happen side by side, its faults are on for as long as the load lasts."""

    name: str
    load: Load
    blows: Sequence[tuple[Blow, float]] = ()
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a round. `left` is what had not settled when patience ended: nothing may be."""

    round: Round
    verdict: Verdict
    seconds: float
    tally: Mapping[str, int]
    kills: int
    cut: int
    pressed: int
    left: Mapping[str, int]
    replayed: int
    told: Told = field(repr=False)
    answers: Sequence[Answer] = field(repr=False)
    unsent: Sequence[Unsent] = field(repr=False)
    shown: Collection[Change] = field(repr=False)

    @property
    def is_kept(self) -> bool:
        """The promise was kept, everything was acknowledged in the end, and nothing hangs."""
        return (
            self.verdict.is_kept
            and self.verdict.acknowledged == self.round.load.messages
            and not any(self.left.values())
            and not self.tally["files lost"]
        )


async def play(ground: Ground, story: Round) -> Outcome:
    """Let it happen, let it settle, judge."""
    stack, simulator = ground.stack, ground.simulator
    log_place, accepted_place = await read_place(simulator)
    before, kills, cut = await count(ground, TALLY), _count_blows(ground), count_cut_transactions(ground)
    replayed = ground.replayed
    await simulator.set_faults(*story.faults)
    tasks: list[asyncio.Task[None]] = [asyncio.create_task(blow(ground, seconds)) for blow, seconds in story.blows]
    try:
        await ground.write(story.load)
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await simulator.set_faults()
    begun = time.monotonic()
    await stack.wait_until_ready()
    left, pressed, seen = await settle(ground, accepted_place, log_place, story.load.messages)
    seconds = time.monotonic() - begun
    told = await fetch_told(simulator, after=log_place)
    answers = await fetch_answers(simulator, after=accepted_place)
    unsent = [each.unsent for each in seen]
    shown = await look_for_changes(ground, told.changes)
    after = await count(ground, TALLY)
    return Outcome(
        round=story,
        verdict=judge(told.posts, answers, unsent, takeovers=told.takeovers, changes=told.changes, shown=shown),
        seconds=seconds,
        tally={name: after[name] - before[name] for name in TALLY},
        kills=_count_blows(ground) - kills,
        cut=count_cut_transactions(ground) - cut,
        pressed=pressed,
        left=left,
        replayed=ground.replayed - replayed,
        told=told,
        answers=answers,
        unsent=unsent,
        shown=shown,
    )


async def settle(
    ground: Ground, accepted_place: int, log_place: int, messages: int
) -> tuple[dict[str, int], int, list[Seen]]:
    """Wait until nothing is under way anywhere: at the provider, in the inbox, the outbox, the fetcher.

    Returns what is left, how often a person had to press "send again", and what there is to see of what did not
    leave.
    """
    begun = time.monotonic()
    pressed = 0
    left: dict[str, int] = {}

    async def look() -> bool | None:
        nonlocal pressed, left
        try:
            left = await count(ground, UNSETTLED)
            left["webhooks"] = (await ground.simulator.world())["check"]["owed"]
            if left["doubts"] and time.monotonic() - begun > PATIENCE_SECONDS:
                missing = await _find_missing(ground, accepted_place, log_place)
                pressed += await answer_as_person(ground, await look_for(ground, missing))
        except AWAY:
            return None  # the database, or a web process, is just coming back
        await asyncio.sleep(0.3)
        return not any(left.values()) or None

    with suppress(AssertionError):
        await wait_until(look, "end of it all", within=SETTLE_SECONDS)
    return left, pressed, await look_for(ground, await _find_missing(ground, accepted_place, log_place))


async def _find_missing(ground: Ground, accepted_place: int, log_place: int) -> set[Key]:
    """Messages of this round without an accepted answer."""
    told = await fetch_told(ground.simulator, after=log_place)
    answers = await fetch_answers(ground.simulator, after=accepted_place)
    return {post.key for post in told.posts} - {answer.key for answer in answers}


async def count(ground: Ground, queries: Mapping[str, str]) -> dict[str, int]:
    """The results of counting queries, in one round trip."""
    columns = ", ".join(f'({sql}) as "{name}"' for name, sql in queries.items())
    [row] = await ground.query(f"select {columns}")  # our own queries above
    return dict(row)


def _count_blows(ground: Ground) -> int:
    return sum(ground.stack.kills.values()) + ground.stack.pauses


def count_cut_transactions(ground: Ground) -> int:
    """How many transactions the death of their process ended, by PostgreSQL's own log."""
    log = (ground.stack.home / "logs" / "postgres.log").read_text(errors="replace")
    return log.count("unexpected EOF on client connection with an open transaction")


def judge_all(outcomes: Sequence[Outcome], answers: Sequence[Answer]) -> Verdict:
    """The verdict over all rounds together, by everything that was accepted until now.

    What a round left as dead may have been tried again by itself since, behind whatever came meanwhile.
    """
    unsent = [each for outcome in outcomes for each in outcome.unsent]
    return judge(
        [post for outcome in outcomes for post in outcome.told.posts],
        answers,
        unsent,
        takeovers=[each for outcome in outcomes for each in outcome.told.takeovers],
        changes={each for outcome in outcomes for each in outcome.told.changes},
        shown={each for outcome in outcomes for each in outcome.shown},
        out_of_line={each.key for each in unsent if each.fate is Fate.DEAD},
    )


def draw_table(outcomes: Sequence[Outcome]) -> str:
    """The counts, a line to a round."""
    heads = (
        *("round", "messages", "posts", "acked", "accepted", "lost", "doubled", "disorder", "uncalled", "by status"),
        *("by resend", "by person", "in doubt", "dead", "stale", "people's", "changes", "files", "replayed", "blows"),
        *("cut", "settled"),
    )
    rows = [heads]
    for each in outcomes:
        verdict, fates = each.verdict, Counter(each.verdict.fates)
        figures = (
            *(each.round.load.messages, verdict.posts, verdict.acknowledged, verdict.accepted),
            *(verdict.losses, len(verdict.doubled), len(verdict.out_of_order), len(verdict.uncalled)),
            *(each.tally["by status"], each.tally["by resend"] - each.pressed, each.pressed),
            *(fates[Fate.UNKNOWN], fates[Fate.DEAD], fates[Fate.STALE], fates[Fate.WITH_PEOPLE], verdict.changes),
            *(each.tally["files"], each.replayed, each.kills, each.cut),
        )
        rows.append((each.round.name, *map(str, figures), f"{each.seconds:.0f} s"))
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    return "\n".join(lines)


def plan_rounds(messages: int) -> list[Round]:
    """All rounds, with so many messages among them. Below 5,000 messages they are fewer, and shorter."""
    return _plan_full(messages) if messages >= 5_000 else _plan_small(messages)


def _plan_full(messages: int) -> list[Round]:
    share = messages / 12.5

    def load(seconds: float = 24, *, pictures: float = LIFE.pictures) -> Load:
        return Load(-(-int(share) // 20), 20, seconds, mix=replace(LIFE, pictures=pictures))

    slow = blows.SLOW_SENDS
    everything = (
        slow,
        blows.NEVER_ANSWERED,
        {**blows.STORM_429, "probability": 0.05},
        blows.DUPLICATES,
        blows.DISORDER,
    )
    return [
        Round("web is killed", load(), [(blows.kill_web, 20), (blows.replay_journal, 20)], [blows.DUPLICATES]),
        Round("worker is killed mid-turn", load(), [(blows.kill_workers, 20)]),
        Round("workers are killed mid-send", load(), [(blows.kill_workers_mid_send, 20)], [slow]),
        Round("worker is stopped past its lease", load(), [(blows.pause_workers, 20)], [slow]),
        Round("PostgreSQL is killed", load(), [(blows.kill_postgres, 20)], [slow]),
        Round("provider is down for a minute", load(80), [(blows.shut_provider, 60)]),
        Round("storm of 429", load(), faults=[blows.STORM_429, blows.STORM_PAIR]),
        Round("5xx", load(), faults=[blows.ERRORS_5XX]),
        Round("accepted and never answered", load(), faults=[blows.NEVER_ANSWERED, slow]),
        Round(
            "duplicates and disorder",
            load(),
            [(blows.replay_journal, 20)],
            faults=[blows.DUPLICATES, blows.DISORDER, blows.LATE_WEBHOOKS, blows.LATE_STATUSES],
        ),
        Round("store is full, then away", load(pictures=0.15), [(blows.fill_store, 16)], [blows.FILES_AWAY]),
        Round(
            "all at once",
            load(40),
            [
                *((blows.kill_web, 30), (blows.kill_workers, 30), (blows.pause_workers, 25), (blows.kill_postgres, 25)),
                *((blows.fill_store, 30), (blows.replay_journal, 30)),
            ],
            everything,
        ),
        Round("a day passes", load(), [(blows.pass_a_day, 20)], [{**blows.STORM_429, "probability": 0.8}]),
    ]


def _plan_small(messages: int) -> list[Round]:
    share = messages / 4

    def load(seconds: float, *, pictures: float = LIFE.pictures) -> Load:
        return Load(-(-int(share) // 10), 10, seconds, mix=replace(LIFE, pictures=pictures))

    disorder = (blows.DUPLICATES, blows.DISORDER, blows.LATE_STATUSES, blows.NEVER_ANSWERED, blows.SLOW_SENDS)
    return [
        Round(
            "everybody is killed",
            load(8),
            [(blows.kill_web, 6), (blows.kill_workers, 6), (blows.kill_postgres, 5)],
            [blows.SLOW_SENDS, blows.NEVER_ANSWERED],
        ),
        Round("provider is away", load(6), [(blows.shut_provider, 2)], [{**blows.STORM_429, "probability": 0.2}]),
        Round(
            "disorder; store is full",
            load(5, pictures=0.1),
            [(blows.fill_store, 2), (blows.replay_journal, 4)],
            disorder,
        ),
        Round("a day passes", load(5), [(blows.pass_a_day, 5)], [{**blows.STORM_429, "probability": 0.8}]),
    ]
