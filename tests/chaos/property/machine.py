"""Whatever happens in whatever order: the machine that looks for an order in which the promise breaks.

The provider's part of the bargain is in the rules too. A status may come late, twice, in any order; but a doubt is
resolved only after the provider has told of everything that it took, which is what `SEND_UNKNOWN_AFTER_SECONDS` waits
for. A request leaves only within its lease. A person sends again only what is on no phone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hoopoe.conversations.status import RANKS, MessageStatus
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Record
from tests.chaos.judge import Answer, Fate, Key, Post, Takeover, Unsent, Verdict, judge
from tests.chaos.property.core import Core, End, Held, Turn
from tests.chaos.property.stub import Reply, Taken
from tests.chaos.property.violations import Violation, ViolationError
from tests.chaos.property.webhooks import Webhook, make_message, make_status
from tests.chaos.wire import read_number

CUSTOMERS = ("966550000001", "966550000002")
SETTLING_STEPS = 60
PICK = st.integers(0, 15)


class CrashMachine(RuleBasedStateMachine):
    """One example is one workspace. `core` and `runner` are there for all examples.

    `looked_for` is what ends the search; anything else that breaks is passed over. `found` keeps what broke in any
    example, also in one that does not break again when it is run twice.
    """

    core: ClassVar[Core]
    runner: ClassVar[asyncio.Runner]
    looked_for: ClassVar[frozenset[Violation]] = frozenset(Violation)
    found: ClassVar[list[Violation]] = []

    def __init__(self) -> None:
        super().__init__()
        self.tick = 0.0
        self.keys: list[Key] = []
        self.on_the_way: list[Webhook] = []
        self.delivered: list[Webhook] = []
        self.posts: list[Post] = []
        self.turn: Turn | None = None
        self.held: list[Held] = []
        self.told: set[str] = set()
        self.gave_up: set[Key] = set()
        self.pressed: set[object] = set()
        self.ranks: dict[object, tuple[int, int]] = {}
        self.is_broken = False

    def expect(self, is_kept: bool, violation: Violation, what: object) -> None:
        """Raise `ViolationError` where the promise is broken in a part that is looked for."""
        if not is_kept and violation in self.looked_for:
            self.is_broken = True
            self.found.append(violation)
            raise ViolationError(violation, what)

    # --- customers and their webhooks

    @initialize()
    def open_shop(self) -> None:
        self.runner.run(self.core.begin(echo_blueprint()))
        self.held = self.core.desk.held

    @rule(customer=st.sampled_from(CUSTOMERS), count=st.integers(1, 3))
    def write(self, customer: str, count: int) -> None:
        """A customer writes: the webhooks are on their way."""
        for _ in range(count):
            self.on_the_way.append(make_message(self.number_next(customer)))

    def number_next(self, address: str) -> Key:
        """The key of what is written next from an address. Its number is its place among all that are written."""
        self.keys.append(Key(self.core.tenant.phone_number_id, address, len(self.keys)))
        return self.keys[-1]

    @precondition(lambda self: self.on_the_way)
    @rule(pick=PICK)
    def deliver(self, pick: int) -> None:
        """A webhook arrives; not always the oldest."""
        self._deliver(self.on_the_way.pop(pick % len(self.on_the_way)))

    @rule(customer=st.sampled_from(CUSTOMERS), count=st.integers(1, 3))
    def write_and_be_heard(self, customer: str, count: int) -> None:
        """As it usually goes: the search shall come further than to the first webhook."""
        self.write(customer, count)
        self.deliver_all()
        self.take_turn()

    @precondition(lambda self: len(self.on_the_way) > 1)
    @rule()
    def deliver_all(self) -> None:
        """Everything arrives in its order."""
        while self.on_the_way:
            self._deliver(self.on_the_way.pop(0))

    @precondition(lambda self: self.delivered)
    @rule(pick=PICK)
    def deliver_again(self, pick: int) -> None:
        self._deliver(self.delivered[pick % len(self.delivered)])

    def _deliver(self, webhook: Webhook) -> None:
        self.tick += 1
        status = self.runner.run(self.core.post(webhook))
        assert status == 200
        if webhook.key is not None:
            self.posts.append(Post(webhook.key, self.tick, self.tick + 0.5))
        self.delivered.append(webhook)

    # --- turns

    @rule()
    def take_turn(self) -> None:
        self.runner.run(self.core.take_turn())

    @rule()
    def take_two_turns(self) -> None:
        self.runner.run(self.core.take_two_turns())

    @precondition(lambda self: self.turn is None)
    @rule()
    def begin_turn(self) -> None:
        """A worker claims, and something holds it up."""
        self.turn = self.runner.run(self.core.open_turn())

    @precondition(lambda self: self.turn is not None)
    @rule(end=st.sampled_from(End))
    def end_turn(self, end: End) -> None:
        """It goes on and commits, or its process dies."""
        turn, self.turn = self.turn, None
        assert turn is not None
        self.runner.run(self.core.end_turn(turn, end))

    # --- sends

    @rule(room=st.sampled_from((0, 1, 4)))
    def let_answers_leave(self, room: int) -> None:
        """From now on so many answers of each channel leave with their turn, without a claim."""
        self.core.desk.room = room

    @rule(room=st.integers(1, 4))
    def claim(self, room: int) -> None:
        self.held += self.runner.run(self.core.claim(room=room))

    @rule(reply=st.sampled_from(Reply))
    def claim_and_send(self, reply: Reply) -> None:
        """As it usually goes."""
        self.claim(4)
        for held in self.held:
            if held.verdict is None:
                self.runner.run(self.core.send(held, reply))

    @rule()
    def answer_all(self) -> None:
        """As it goes on a good day: everything arrives, is handled, leaves and is written down."""
        self.deliver_all()
        self._take_all_turns()
        self._send_all()

    def _send_all(self) -> None:
        """Whatever may leave does, and is accepted."""
        self.claim(10)
        for held in self.held:
            if held.verdict is None:
                self.runner.run(self.core.send(held, Reply.ACCEPT))
        while any(held.verdict is not None for held in self.held):
            self.acknowledge(0)

    @precondition(lambda self: any(held.verdict is None for held in self.held))
    @rule(pick=PICK, reply=st.sampled_from(Reply))
    def send(self, pick: int, reply: Reply) -> None:
        """A claimed send leaves; the provider does with it what it does."""
        waiting = [held for held in self.held if held.verdict is None]
        self.runner.run(self.core.send(waiting[pick % len(waiting)], reply))

    @precondition(lambda self: any(held.verdict is not None for held in self.held))
    @rule(pick=PICK)
    def acknowledge(self, pick: int) -> None:
        """What the provider said is written down, perhaps long after."""
        answered = [held for held in self.held if held.verdict is not None]
        held = answered[pick % len(answered)]
        self.held.remove(held)
        self.runner.run(self.core.acknowledge(held))

    @precondition(lambda self: self.held)
    @rule(pick=PICK)
    def die_with_a_send(self, pick: int) -> None:
        """The sender dies: before the request, after it, or before it wrote the answer down."""
        del self.held[pick % len(self.held)]

    @rule()
    def end_leases(self) -> None:
        """A sender was away for too long: what it had not sent may not leave any more."""
        for held in self.held:
            held.is_late = True
        self.runner.run(self.core.end_leases())

    @rule()
    def end_waits(self) -> None:
        self.runner.run(self.core.end_waits())

    # --- statuses, doubts, people

    @precondition(lambda self: self.core.provider.taken)
    @rule(pick=PICK, status=st.sampled_from(["sent", "delivered", "read", "failed"]))
    def tell_status(self, pick: int, status: str) -> None:
        """A status of any message, in any order, as often as it likes."""
        taken = self.core.provider.taken
        self._tell(taken[pick % len(taken)], status)

    @rule()
    def tell_of_a_stranger(self) -> None:
        """A status of a message that is not ours."""
        self._tell(Taken(f"{uuid4()}.1", CUSTOMERS[0], "", f"wamid.{uuid4()}"), "delivered")

    def _tell(self, taken: Taken, status: str) -> None:
        assert self.runner.run(self.core.post(make_status(taken, status))) == 200
        self.told.add(taken.provider_id)

    @rule(is_behind=st.booleans())
    def resolve_doubts(self, is_behind: bool) -> None:
        """So much time passes that the provider has told of everything, and doubts are looked at.

        `is_behind`: no turn has come to what it told.
        """
        if self.turn is not None and not is_behind:
            self.end_turn(End.COMMITS)
        for taken in self.core.provider.taken:
            if taken.provider_id not in self.told:
                self._tell(taken, "sent")
        if not is_behind:
            self._take_all_turns()
        self.runner.run(self.core.resolve())

    @rule()
    def send_again_as_person(self) -> None:
        """A person looks at the phone, and sends again what is not on it."""
        for row in self._fetch("select message_id from outbox where workspace_id = $1 and needs_person"):
            if str(row["message_id"]) not in self._arrived():
                self._press(row["message_id"])

    @rule()
    def retry_dead_letters(self) -> None:
        """A person tries again what the provider had refused."""
        for key, message_id in self._read_dead():
            self.gave_up.add(key)
            self._press(message_id)

    def _press(self, message_id: object) -> None:
        self.pressed.add(message_id)
        self.runner.run(self.core.press_again(message_id))

    # --- what must hold at every moment

    @invariant()
    def look_at_answers(self) -> None:
        """Nothing is doubled or out of order."""
        verdict = self._judge()
        self.expect(not verdict.doubled, Violation.DOUBLED, verdict.doubled)
        self.expect(not verdict.out_of_order, Violation.OUT_OF_ORDER, verdict.out_of_order)

    @invariant()
    def one_is_under_way_per_conversation(self) -> None:
        if not self.posts:
            return
        crowded = self._fetch(
            "select conversation_id from outbox where workspace_id = $1 and state = 'sending' "
            "group by conversation_id having count(*) > 1"
        )
        self.expect(not crowded, Violation.CROWDED, crowded)

    @invariant()
    def statuses_only_move_forward(self) -> None:
        if not self.core.provider.taken:
            return
        rows = self._fetch("select id, attempt, status from messages where workspace_id = $1 and direction = 'out'")
        for row in rows:
            attempt, rank = row["attempt"], RANKS[MessageStatus(row["status"])]
            before = self.ranks.get(row["id"], (attempt, rank))
            began_anew = before[1] == RANKS[MessageStatus.FAILED] and (attempt > before[0] or row["id"] in self.pressed)
            self.expect(rank >= before[1] or began_anew, Violation.BACKWARDS, (row, before))
            self.ranks[row["id"]] = attempt, rank

    # --- the end

    def teardown(self) -> None:
        """Everybody comes back, and all of it settles: nothing may be missing."""
        if self.is_broken or not hasattr(self.core, "tenant"):
            return
        if self.turn is not None:
            self.end_turn(End.DIES_BEFORE_THE_COMMIT)
        self.held.clear()
        while self.on_the_way:
            self._deliver(self.on_the_way.pop(0))
        self._take_all_turns()
        # One message of a conversation leaves with each step.
        for _ in range(SETTLING_STEPS + len(self.keys)):
            self.end_leases()
            self.end_waits()
            self._send_all()
            self.look_at_answers()
            self.resolve_doubts(is_behind=False)
            self.send_again_as_person()
            if self._is_settled():
                break
        else:
            self.expect(False, Violation.UNSETTLED, self._unsettled())
        verdict = self._judge([*self._read_unsent()])
        self.expect(not verdict.lost, Violation.LOST, verdict.lost)
        assert verdict.acknowledged == len(self.keys)

    def _read_unsent(self) -> Iterable[Unsent]:
        """What there is to see in place of answers."""
        for key, _ in self._read_dead():
            yield Unsent(key, Fate.DEAD, "refused")

    def _is_settled(self) -> bool:
        waiting, states = self._unsettled()
        return waiting == 0 and not states & {"queued", "sending", "retrying", "unknown"}

    def _unsettled(self) -> tuple[int, set[str]]:
        [row] = self._fetch(
            "select (select count(*) from inbox where workspace_id = $1 and state = 'waiting') as waiting, "
            "(select coalesce(array_agg(distinct state), '{}') from outbox where workspace_id = $1) as states"
        )
        return row["waiting"], set(row["states"])

    def _judge(self, unsent: list[Unsent] | None = None) -> Verdict:
        return judge(
            self.posts,
            self._read_answers(),
            unsent or (),
            takeovers=[*self._read_takeovers()],
            out_of_line=self.gave_up,
        )

    def _read_takeovers(self) -> Iterable[Takeover]:
        """Whose messages may be the people's."""
        return ()

    def _read_answers(self) -> list[Answer]:
        answers = []
        for taken in self.core.provider.taken:
            number = read_number(taken.text)
            if number is None:
                self.expect(False, Violation.UNCALLED, taken)
            else:
                answers.append(Answer(self.keys[number], taken.message_id))
        return answers

    def _arrived(self) -> set[str]:
        return {taken.message_id for taken in self.core.provider.taken}

    def _read_dead(self) -> list[tuple[Key, object]]:
        """What gave up and is on no phone: whose answer it is, and its id."""
        rows = self._fetch("select message_id, content from outbox where workspace_id = $1 and state = 'dead'")
        arrived = self._arrived()
        return [
            (self.keys[read_number(row["content"]["body"]) or 0], row["message_id"])
            for row in rows
            if str(row["message_id"]) not in arrived
        ]

    def _take_all_turns(self) -> None:
        """Take turns until nothing is due."""
        # One message of a conversation leaves with each step.
        for _ in range(SETTLING_STEPS + len(self.keys)):
            if not self.runner.run(self.core.take_turn()):
                return

    def _fetch(self, sql: str) -> list[Record]:
        return self.runner.run(self.core.fetch(sql))
