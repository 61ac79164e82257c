"""What flows keep of people, and how they answer without words."""

from __future__ import annotations

from tests.e2e.house import House, new_phone
from tests.flows_live.blueprints import blueprint, say
from tests.flows_live.rows import fetch, wait_for_rows
from tests.support.simulator import wait_until


async def test_what_a_flow_keeps_of_a_person_is_known_at_once_and_later(house: House) -> None:
    flow = blueprint(
        (
            "keep",
            "update_contact",
            {"name": "Umm Fahd", "language": "ar", "fields": {"visits": "{{ contact.visits | plus: 1 }}", "gone": ""}},
        ),
        ("tag", "tag", {"add": ["customer", "{{ message.text }}"], "remove": ["lead"]}),
        say("show", {"en": "no", "ar": "{{ contact.first_name }} {{ contact.visits }} {{ contact.tags | join: '+' }}"}),
        languages=("en", "ar"),
    )
    shop, phone = await house.open_shop(flow), new_phone()
    assert await shop.ask(phone, "hello") == "Umm 1 customer+hello"
    await fetch(house, shop, "update contacts set fields = fields || '{\"gone\": 1}', tags = tags || '{lead}'")
    # Whatever the profile says: the name was given.
    assert await shop.ask(phone, "again") == "Umm 2 customer+hello+again"
    [row] = await fetch(house, shop, "select name, language, fields, tags from contacts")
    assert dict(row) == {
        "name": "Umm Fahd",
        "language": "ar",
        "fields": {"visits": 2},
        "tags": ["customer", "hello", "again"],
    }
    conversation = await shop.conversation(phone)
    contact = await shop.desk.get(f"/api/contacts/{conversation['contact']['id']}")
    assert (contact["name"], contact["tags"], contact["fields"]) == (row["name"], row["tags"], {"visits": 2})
    found = await shop.desk.conversations("&q=fahd")
    assert [each["id"] for each in found] == [conversation["id"]], "it is found by the name that was given"


async def test_a_reaction_reaches_the_provider_and_the_thread(house: House) -> None:
    flow = blueprint(("react", "reaction", {"emoji": "❤️"}), say("thanks", "Thank you"))
    shop, phone = await house.open_shop(flow), new_phone()
    await shop.say(phone, "hi")

    async def is_thanked() -> bool:
        # The reaction is one of the things that reach the phone, before or after the words.
        return "Thank you" in await shop.heard(phone)

    await wait_until(is_thanked, "words of thanks", within=30)
    rows = await wait_for_rows(house, shop, "select emoji, attempt from reactions_due where state = 'done'")
    assert [tuple(row) for row in rows] == [("❤️", 1)], "taken at once"
    message = await shop.wait_for_message(phone, direction="in")
    assert [(each["author"], each["emoji"]) for each in message["reactions"]] == [("business", "❤️")]


async def test_turns_without_such_nodes_write_none_of_it(house: House) -> None:
    shop, phone = await house.open_shop(blueprint(say("hi", "Hi"))), new_phone()
    assert await shop.ask(phone, "hi") == "Hi"
    assert await fetch(house, shop, "select conversation_id from reactions_due") == []
    assert [tuple(row) for row in await fetch(house, shop, "select tags, has_given_name from contacts")] == [
        ([], False)
    ]
