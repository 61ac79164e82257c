"""With a data folder the world survives a kill: what was accepted, what was said, what is owed."""

from __future__ import annotations

import json
import resource
import signal
from pathlib import Path

import pytest

from simulator.settings import SimulatorSettings
from simulator.state import State
from simulator.store import Store, StoreError
from simulator.world import World
from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver, is_signed
from tests.support.simulator import SimulatorProcess, make_channel, start_simulator

PERSON = "+966500000101"
QUICK = {"SIMULATOR_RETRY_GAP": "0.05", "SIMULATOR_RETRY_GAP_MAX": "0.05"}


async def snapshot(simulator: SimulatorProcess) -> dict[str, object]:
    phones = (await simulator.call("GET", "/phones"))["phones"]
    return {
        "phones": phones,
        "accepted": await simulator.accepted(),
        "threads": {phone["user_id"]: await simulator.messages(phone["user_id"]) for phone in phones},
        "channels": (await simulator.world())["channels"],
        "offset": (await simulator.world())["clock"]["offset_seconds"],
        "templates": (await simulator.call("GET", "/world/templates"))["templates"],
    }


async def test_the_world_is_the_same_after_a_kill(tmp_path: Path, receiver: Receiver) -> None:
    async with start_simulator(tmp_path, is_kept=True, environment=QUICK) as simulator:
        graph = Graph(simulator, await simulator.add_channel(receiver.url))
        await simulator.say(PERSON, graph.channel, "مرحبا")
        await simulator.send(PERSON, graph.channel, "image", {"data": "YQ==", "mime_type": "image/png"})
        await simulator.advance(3600)
        await simulator.add_person("Tariq", username="@t")
        await simulator.change_person("+966500000102", blocked=True, auto_read=True)
        await simulator.call("DELETE", "/phones/+966500000103")
        read = await graph.send_text(PERSON, biz_opaque_callback_data="a.1")
        await receiver.wait_for_statuses(read, "sent", "delivered")
        await simulator.read(PERSON)
        failed = await graph.send_text("+966500000102", biz_opaque_callback_data="b.1")
        await receiver.wait_for_statuses(failed, "failed")
        await receiver.wait_for_statuses(read, "sent", "delivered", "read")
        await simulator.wait_until_settled()
        before = await snapshot(simulator)
        await simulator.kill()
        count = len(receiver.received)
        await simulator.start()
        assert await snapshot(simulator) == before
        assert len(before["accepted"]) == 2  # a list, as snapshot makes it
        assert len(receiver.received) == count
        (picture,) = [message for message in await simulator.messages(PERSON) if message["type"] == "image"]
        async with simulator.session.get(f"{simulator.url}/world/media/{picture['image']['id']}") as response:
            assert await response.read() == b"a"
        # The window that opened before the kill is still open.
        await receiver.wait_for_statuses(await graph.send_text(PERSON), "sent", "delivered")


async def test_what_is_owed_is_delivered_after_a_kill(tmp_path: Path, receiver: Receiver) -> None:
    async with start_simulator(tmp_path, is_kept=True, environment=QUICK) as simulator:
        channel = await simulator.add_channel(receiver.url)
        receiver.answers.extend([500] * 1_000)
        message_id = await simulator.say(PERSON, channel, "take me")
        await receiver.wait(lambda: len(receiver.received) > 2, "tries")
        await simulator.kill()
        receiver.answers.clear()
        refused = {item.body for item in receiver.received}
        await simulator.start()
        await simulator.wait_for_status(PERSON, message_id, "delivered")
        assert {item.body for item in receiver.received} == refused
        assert len(refused) == 1
        assert is_signed(receiver.received[-1], channel.app_secret)
        assert (await simulator.world())["check"] == {
            "ok": True,
            "sentence": "Nothing lost, nothing doubled",
            "lost": 0,
            "doubled": 0,
            "owed": 0,
            "unheard": 0,
        }


async def test_statuses_go_on_after_a_kill(tmp_path: Path, receiver: Receiver) -> None:
    environment = {**QUICK, "SIMULATOR_STATUS_DELAYS": "0.3,1,1"}
    async with start_simulator(tmp_path, is_kept=True, environment=environment) as simulator:
        graph = Graph(simulator, await simulator.add_channel(receiver.url))
        await simulator.say(PERSON, graph.channel, "hi")
        first = await graph.send_text(PERSON)
        await receiver.wait(lambda: receiver.statuses(first), "status")
        second = await graph.send_text(PERSON)
        await simulator.kill()
        assert [item["status"] for item in receiver.statuses(first)] == ["sent"]
        assert receiver.statuses(second) == []
        await simulator.start()
        await receiver.wait_for_statuses(first, "sent", "delivered")
        await receiver.wait_for_statuses(second, "sent", "delivered")


async def test_a_double_is_still_seen_after_a_kill(tmp_path: Path) -> None:
    async with start_simulator(tmp_path, is_kept=True) as simulator:
        graph = Graph(simulator, await simulator.add_channel())
        await simulator.say(PERSON, graph.channel, "hi")
        await graph.send_text(PERSON, biz_opaque_callback_data="m.1")
        assert (await simulator.world())["check"]["ok"] is True
        await simulator.kill()
        await simulator.start()
        await graph.send_text(PERSON, biz_opaque_callback_data="m.2")
        check = (await simulator.world())["check"]
        assert (check["ok"], check["doubled"], check["sentence"]) == (False, 1, "0 lost, 1 doubled")


async def test_without_a_folder_everything_is_forgotten(tmp_path: Path) -> None:
    async with start_simulator(tmp_path) as simulator:
        await simulator.say(PERSON, await simulator.add_channel(), "hi")
        await simulator.kill()
        await simulator.start()
        assert (await simulator.world())["channels"] == []
        assert await simulator.messages(PERSON) == []


async def test_a_torn_last_line_is_cut_off(tmp_path: Path, receiver: Receiver) -> None:
    path = tmp_path / "data" / "world.jsonl"
    async with start_simulator(tmp_path, is_kept=True) as simulator:
        channel = await simulator.add_channel(receiver.url)
        await simulator.say(PERSON, channel, "one")
        await simulator.wait_until_settled()
        before = await snapshot(simulator)
        await simulator.kill()
        whole = path.read_bytes()
        path.write_bytes(whole + b'{"kind":"message","value":{"id":"wamid.torn","se')
        await simulator.start()
        assert await snapshot(simulator) == before
        await simulator.say(PERSON, channel, "two")
        await simulator.wait_until_settled()
        await simulator.kill()
        assert path.read_bytes().startswith(whole)
        assert all(json.loads(line) for line in path.read_bytes().splitlines())
        await simulator.start()
        assert [message["text"]["body"] for message in await simulator.messages(PERSON)] == ["one", "two"]
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (b"not JSON\n", "line 1"),
        (b'{"kind":"miracle","value":{}}\n', "miracle"),
        (b'{"kind":"status","value":{"id":"wamid.unknown","status":"read"}}\n', "wamid.unknown"),
        (b'{"kind":"person","value":{"shoe_size":43}}\n', "shoe_size"),
    ],
)
def test_a_broken_file_is_refused_in_words(lines: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "world.jsonl").write_bytes(lines)
    with pytest.raises(StoreError, match=reason):
        Store(tmp_path).open(State())


def test_reading_back_twice_gives_the_same_state(tmp_path: Path) -> None:
    settings = SimulatorSettings(data=tmp_path)
    first = World(settings)
    first.open()
    first.move_clock(5)
    first.count_unheard()
    first.store.close()
    second = World(settings)
    second.open()
    assert second.state == first.state


def test_a_folder_belongs_to_one_simulator(tmp_path: Path) -> None:
    first, second = Store(tmp_path), Store(tmp_path)
    first.open(State())
    with pytest.raises(StoreError, match="in use"):
        second.open(State())
    first.close()
    second.open(State())
    second.close()


def test_a_full_disk_leaves_no_part_of_a_line(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.open(State())
    store.keep("clock", {"offset": 1})
    whole = (tmp_path / "world.jsonl").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 10, limits[1]))
    try:
        with pytest.raises(OSError, match="part of the line"):
            store.keep("clock", {"offset": 2})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert (tmp_path / "world.jsonl").read_bytes() == whole
    store.keep("clock", {"offset": 3})
    store.close()
    state = State()
    again = Store(tmp_path)
    again.open(state)
    again.close()
    assert state.clock_offset == 3


async def test_what_the_app_set_holds_over_a_restart_with_the_same_configuration(tmp_path: Path) -> None:
    channel = make_channel("http://127.0.0.1:1/hook")
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"channels": [{name: getattr(channel, name) for name in channel.__slots__}]}))
    environment = {"SIMULATOR_CONFIG": str(config)}
    async with start_simulator(tmp_path, environment=environment, is_kept=True) as simulator:
        graph = Graph(simulator, channel)
        assert (await graph.call("DELETE", f"{channel.waba_id}/subscribed_apps"))[0] == 200
        await simulator.kill()
        await simulator.start()
        assert (await graph.call("GET", f"{channel.waba_id}/subscribed_apps"))[1] == {"data": []}
