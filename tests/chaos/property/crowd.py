"""The same machine where others speak too: the owner on the phone, the past, a person who is known as two.

What it knows more of the promise:

- What somebody writes after the owner did is the people's until one hands back, and no bot answers it. What was being
  answered when the owner wrote may have left or not; then it is to be seen in the thread.
- Whom nobody ever heard of by a message of their own is not answered: the past starts no bot.
- Behind a barrier nothing leaves before the message is on the phone, or ten seconds have passed.
"""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from hoopoe.conversations.outbox.policy import DELIVERY_SECONDS
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.json import JsonObject
from tests.chaos.judge import Fate, Key, Takeover, Unsent
from tests.chaos.property.core import Held
from tests.chaos.property.machine import CUSTOMERS, PICK, CrashMachine
from tests.chaos.property.stub import Taken
from tests.chaos.property.violations import Violation
from tests.chaos.property.webhooks import Webhook, make_echo, make_history, make_message, make_own_echo
from tests.chaos.wire import read_number
from tests.contacts.people import Someone

NUMBER, USER_ID = "966550000003", "SA.3003"
TWO_ADDRESSES = (NUMBER, USER_ID)
ADDRESSES = (*CUSTOMERS, *TWO_ADDRESSES)
# What the machine's own steps take of a barrier's seconds.
BARRIER_SECONDS = DELIVERY_SECONDS - 1.0


def make_barred_blueprint() -> JsonObject:
    """The echo bot, whose every answer is to be on the phone before the next one leaves."""
    blueprint = echo_blueprint()
    for node in blueprint["nodes"]:
        if node["id"] == "answer":
            node["config"]["wait_for_delivery"] = True
    return blueprint


def addresses_of_person(address: str) -> tuple[str, ...]:
    return TWO_ADDRESSES if address in TWO_ADDRESSES else (address,)


class CrowdedMachine(CrashMachine):
    """`spoken`: where the owner wrote. `open`: where nobody has handed back since; `unclear`: where somebody may have,
    because the other address of the person was handed back. `silent`: what no bot may answer any more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.has_barriers = False
        self.first_posted: dict[Key, float] = {}
        self.told_ids: set[str] = set()
        self.spoken: set[str] = set()
        self.open: set[str] = set()
        self.unclear: set[str] = set()
        self.released: dict[str, float] = {}
        self.silent: set[Key] = set()
        self.written_down: list[Held] = []
        self.fallen: set[str] = set()
        self.looked_at = 0

    @initialize(has_barriers=st.booleans())
    def open_shop(self, has_barriers: bool) -> None:
        self.has_barriers = has_barriers
        self.runner.run(self.core.begin(make_barred_blueprint() if has_barriers else echo_blueprint()))
        self.held = self.core.desk.held

    # --- a person who is known as two, and turns out to be one

    @rule(address=st.sampled_from(TWO_ADDRESSES), is_heard=st.booleans())
    def write_as_one_of_two(self, address: str, is_heard: bool) -> None:
        self.on_the_way.append(make_message(self.number_next(address)))
        if is_heard:
            self.deliver_all()
            self.take_turn()

    @rule(is_heard=st.booleans())
    def show_that_two_are_one(self, is_heard: bool) -> None:
        """One message with the number and the user id."""
        self.on_the_way.append(make_message(self.number_next(USER_ID), Someone(NUMBER, USER_ID)))
        if is_heard:
            self.deliver_all()
            self.take_turn()

    # --- the owner

    @rule(address=st.sampled_from(ADDRESSES), is_heard=st.booleans())
    def speak_as_owner(self, address: str, is_heard: bool) -> None:
        self.on_the_way.append(make_echo(address))
        if is_heard:
            self.deliver_all()
            self.take_turn()

    @precondition(lambda self: self.core.provider.taken)
    @rule(pick=PICK)
    def tell_what_we_sent(self, pick: int) -> None:
        """Our own message comes back as another app's echo, perhaps before the answer to its send."""
        taken = self.core.provider.taken
        self._deliver(make_own_echo(taken[pick % len(taken)]))

    @precondition(lambda self: self.spoken)
    @rule(pick=PICK)
    def hand_back(self, pick: int) -> None:
        """A person gives one of the conversations that people have to the bot."""
        rows = self._fetch(
            "select conversations.id, array_agg(ltrim(value, '+')) as known from conversations "
            "join identities using (workspace_id, contact_id) "
            "where workspace_id = $1 and mode = 'human' group by conversations.id order by conversations.id"
        )
        if not rows:
            return
        row = rows[pick % len(rows)]
        self.runner.run(self.core.release(row["id"]))
        self.tick += 1
        known = {address for address in ADDRESSES if address in row["known"]}
        for address in known:
            self.open.discard(address)
            self.unclear.discard(address)
            self.released[address] = self.tick
        for address in {other for each in known for other in addresses_of_person(each)} - known:
            if address in self.open:
                self.open.discard(address)
                self.unclear.add(address)

    # --- the past

    @rule(address=st.sampled_from((*CUSTOMERS, NUMBER)), old=st.integers(0, 2), told=st.integers(0, 3))
    def import_history(self, address: str, old: int, told: int) -> None:
        """A thread's past: also of what is on its way by itself, and of what has come."""
        self.on_the_way.append(self._make_history(address, old=old, told=told))

    @precondition(lambda self: any(_is_said(each) for each in self.on_the_way))
    @rule(pick=PICK)
    def hear_of_it_from_the_past(self, pick: int) -> None:
        """A message is on its way, and the past that is told first has it already."""
        said = [each for each in self.on_the_way if _is_said(each)]
        self._deliver(self._make_history(said[pick % len(said)].address, old=0, told=3))
        self.take_turn()

    def _make_history(self, address: str, *, old: int, told: int) -> Webhook:
        mine = [each for each in (*self.delivered, *self.on_the_way) if each.address == address and _is_said(each)]
        return make_history(address, mine[len(mine) - min(told, len(mine)) :], old=old)

    # --- what comes twice

    @precondition(lambda self: self.delivered)
    @rule(pick=st.none() | PICK)
    def replay(self, pick: int | None) -> None:
        """Somebody replays the journal."""
        self.runner.run(self.core.replay(pick))

    @rule()
    def forget_inputs(self) -> None:
        self.runner.run(self.core.forget_inputs())

    @rule(pick=PICK)
    def acknowledge(self, pick: int) -> None:
        answered = [held for held in self.held if held.verdict is not None]
        if answered:
            self.written_down.append(answered[pick % len(answered)])
            super().acknowledge(pick)

    @precondition(lambda self: self.written_down)
    @rule(pick=PICK)
    def acknowledge_again(self, pick: int) -> None:
        """The commit was made, its answer lost: what was said is written once more, however late."""
        self.runner.run(self.core.acknowledge(self.written_down[pick % len(self.written_down)]))

    # --- time

    @rule()
    def end_waits(self) -> None:
        super().end_waits()
        self.runner.run(self.core.end_postponements())
        self.fallen.update(self.runner.run(self.core.end_holds()))

    # --- what is known of it

    def _deliver(self, webhook: Webhook) -> None:
        is_first_echo = webhook.field == "smb_message_echoes" and webhook.message["id"] not in self.told_ids
        super()._deliver(webhook)
        if is_first_echo:
            self.told_ids.add(webhook.message["id"])
            self.spoken.add(webhook.address)
            self.open.add(webhook.address)
        if webhook.key is not None and webhook.key not in self.first_posted:
            self.first_posted[webhook.key] = self.tick
            if webhook.address in self.open:
                self.silent.add(webhook.key)

    def _tell(self, taken: Taken, status: str) -> None:
        super()._tell(taken, status)
        if status in ("delivered", "read", "failed"):
            self.fallen.add(taken.message_id)

    def _is_peoples(self, key: Key) -> bool:
        """Whether no answer is as it should be: the owner wrote, and nobody handed back before this was written."""
        return any(
            address in self.open or address in self.unclear or self.first_posted[key] < self.released.get(address, 0.0)
            for address in addresses_of_person(key.customer)
        )

    def _read_unsent(self) -> Iterable[Unsent]:
        yield from super()._read_unsent()
        rows = self._fetch(
            "select content from messages where workspace_id = $1 and direction = 'in' and not is_imported"
        )
        for number in (read_number(row["content"]["body"]) for row in rows):
            assert number is not None
            if self._is_peoples(self.keys[number]):
                yield Unsent(self.keys[number], Fate.WITH_PEOPLE, "The owner answered on the phone.")

    def _read_takeovers(self) -> Iterable[Takeover]:
        line = self.core.tenant.phone_number_id
        for address in (other for each in sorted(self.spoken) for other in addresses_of_person(each)):
            yield Takeover(line, address, 0.0, None)

    @invariant()
    def look_at_answers(self) -> None:
        """No bot speaks uncalled either, and nothing passes a barrier."""
        super().look_at_answers()
        for answer in self._read_answers():
            self.expect(answer.key not in self.silent, Violation.UNCALLED, answer)
            self.expect(answer.key in self.first_posted, Violation.UNCALLED, answer)

        taken = self.core.provider.taken
        while self.has_barriers and self.looked_at < len(taken):
            later = taken[self.looked_at]
            for earlier in taken[: self.looked_at]:
                self.expect(not self._is_behind(later, earlier), Violation.BARRIER, (earlier, later))
            self.looked_at += 1

    def _is_behind(self, later: Taken, earlier: Taken) -> bool:
        """Whether this one had to wait for that one, and did not."""
        one, other = (self.keys[read_number(taken.text) or 0] for taken in (earlier, later))
        return (
            one.customer == other.customer
            and not {one, other} & self.gave_up
            and earlier.message_id not in self.fallen
            and later.at - earlier.at < BARRIER_SECONDS
        )


def _is_said(webhook: Webhook) -> bool:
    """Whether it is a message of the thread, of the person or the owner."""
    return webhook.key is not None or webhook.field == "smb_message_echoes"
