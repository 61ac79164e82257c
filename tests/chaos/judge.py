"""The verdict: what became of every message that we acknowledged. Pure.

It knows two things only: the provider's own log (which webhooks were posted and answered with 200, which answers
were accepted, in which order), and what people see in Hoopoe of the answers that did not leave. Nothing in it reads
our database.

- **Lost**: acknowledged, and neither an accepted answer nor anything to see that says why not. An edit or a reaction
  that was acknowledged is lost where its message does not show it.
- **Doubled**: one message answered twice, or one answer of ours accepted twice under its id.
- **Out of order**: an answer that was accepted before the answer to a message of the same conversation which we had
  acknowledged before this one was posted at all. Who writes two messages at once gets them answered in either order.
- **Uncalled**: an answer to what no bot may answer: what came after the number's owner had written on the phone, an
  edit, a reaction.

"Exactly one" is therefore one accepted answer, or one thing that a person can see instead: an answer in doubt, an
answer that gave up with its reason (the window closed), or the message itself, marked as too old for a bot when it
was handled at last, or one of a conversation that the owner took.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

# Of an answer that answers no numbered message.
NO_NUMBER = -1


class Key(NamedTuple):
    """One message: the business number it went to, who wrote it, and its place among what they wrote there."""

    line: str
    customer: str
    number: int


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook with a message: when it was posted, and when answered with 200 (None: it was not)."""

    key: Key
    posted: float
    acknowledged: float | None


@dataclass(frozen=True, slots=True)
class Takeover:
    """The owner wrote to a customer on the phone: when that was posted, and when answered with 200."""

    line: str
    customer: str
    posted: float
    acknowledged: float | None


class Change(NamedTuple):
    """What a customer did to a message (by its provider's id) after it was written: `edit` or `reaction`, and to what.

    No message is edited twice, and none gets two reactions: the last one would be another question.
    """

    line: str
    customer: str
    message_id: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that the provider accepted. `message_id` is our own id of it."""

    key: Key
    message_id: str


class Fate(StrEnum):
    """What a person sees where there is no accepted answer."""

    UNKNOWN = "unknown"
    DEAD = "dead"
    STALE = "stale"
    WITH_PEOPLE = "with people"


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is there to see instead of an answer. Without a reason in words it does not count as visible."""

    key: Key
    fate: Fate
    reason: str


@dataclass(frozen=True, slots=True)
class Disorder:
    """`early` was answered before `late`, which had been acknowledged before `early` was posted."""

    line: str
    customer: str
    early: int
    late: int


@dataclass(frozen=True)
class Verdict:
    """Counts, and every violation by name."""

    posts: int
    acknowledged: int
    accepted: int
    fates: Mapping[Fate, int]
    lost: Sequence[Key]
    doubled: Sequence[Key]
    out_of_order: Sequence[Disorder]
    changes: int = 0
    lost_changes: Sequence[Change] = ()
    takeovers: int = 0
    uncalled: Sequence[Key] = ()

    @property
    def losses(self) -> int:
        return len(self.lost) + len(self.lost_changes)

    @property
    def is_kept(self) -> bool:
        """Whether the promise was kept."""
        return not (self.losses or self.doubled or self.out_of_order or self.uncalled)

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged in {self.posts} posts, {self.accepted} answers accepted: "
            f"lost {self.losses}, doubled {len(self.doubled)}, out of order {len(self.out_of_order)}, "
            f"uncalled {len(self.uncalled)}"
        )


@dataclass(frozen=True, slots=True)
class _Arrival:
    posted: float
    acknowledged: float


def judge(
    posts: Sequence[Post],
    answers: Sequence[Answer],
    unsent: Sequence[Unsent] = (),
    *,
    takeovers: Sequence[Takeover] = (),
    changes: Collection[Change] = (),
    shown: Collection[Change] = (),
    out_of_line: Collection[Key] = (),
) -> Verdict:
    """Judge. `answers` are in the order of acceptance, `changes` were acknowledged, `shown` are those to be seen.

    `out_of_line` are answers that had given up and were tried again later: giving up leaves the line, so they have
    no place in the order any more.
    """
    arrivals = _read_arrivals(posts)
    counts = Counter(answer.key for answer in answers)
    taken = {(each.line, each.customer) for each in takeovers}
    visible = {
        each.key: each.fate
        for each in unsent
        if each.reason and (each.fate is not Fate.WITH_PEOPLE or each.key[:2] in taken)
    }
    twice = {key for key, count in counts.items() if count > 1}
    by_id: dict[str, list[Key]] = defaultdict(list)
    for answer in answers:
        by_id[answer.message_id].append(answer.key)
    for keys in by_id.values():
        if len(keys) > 1:
            twice.update(keys)
    return Verdict(
        posts=len(posts),
        acknowledged=len(arrivals),
        accepted=len(answers),
        fates=Counter(fate for key, fate in visible.items() if key not in counts),
        lost=sorted(key for key in arrivals if key not in counts and key not in visible),
        doubled=sorted(twice),
        out_of_order=_find_disorder(arrivals, answers, frozenset(out_of_line)),
        changes=len(set(changes)),
        lost_changes=sorted(set(changes) - set(shown)),
        takeovers=len(taken),
        uncalled=sorted(_find_uncalled(posts, answers, takeovers)),
    )


def _find_uncalled(posts: Iterable[Post], answers: Iterable[Answer], takeovers: Iterable[Takeover]) -> Iterable[Key]:
    """Answers to what is no message, or came when the owner had the conversation and we knew."""
    known: dict[tuple[str, str], float] = {}
    for each in takeovers:
        if each.acknowledged is not None:
            thread = each.line, each.customer
            known[thread] = min(each.acknowledged, known.get(thread, each.acknowledged))
    posted: dict[Key, float] = {}
    for post in posts:
        posted[post.key] = min(post.posted, posted.get(post.key, post.posted))
    for key in {answer.key for answer in answers}:
        is_peoples = key in posted and posted[key] > known.get((key.line, key.customer), float("inf"))
        if key.number == NO_NUMBER or is_peoples:
            yield key


def _read_arrivals(posts: Iterable[Post]) -> dict[Key, _Arrival]:
    """The first post and the first 200 of each message that got one."""
    posted: dict[Key, float] = {}
    acknowledged: dict[Key, float] = {}
    for post in posts:
        posted[post.key] = min(post.posted, posted.get(post.key, post.posted))
        if post.acknowledged is not None:
            acknowledged[post.key] = min(post.acknowledged, acknowledged.get(post.key, post.acknowledged))
    return {key: _Arrival(posted[key], at) for key, at in acknowledged.items()}


def _find_disorder(
    arrivals: Mapping[Key, _Arrival], answers: Iterable[Answer], out_of_line: frozenset[Key]
) -> list[Disorder]:
    threads: dict[tuple[str, str], list[int]] = defaultdict(list)
    for answer in answers:
        if answer.key in arrivals and answer.key not in out_of_line:
            threads[answer.key.line, answer.key.customer].append(answer.key.number)
    found = []
    for (line, customer), numbers in threads.items():
        first = list(dict.fromkeys(numbers))
        for place, early in enumerate(first):
            posted = arrivals[Key(line, customer, early)].posted
            found += [
                Disorder(line, customer, early, late)
                for late in first[place + 1 :]
                if arrivals[Key(line, customer, late)].acknowledged < posted
            ]
    return found
