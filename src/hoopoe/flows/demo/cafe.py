"""The café: the demo bot, in English and Arabic.

It greets by name, shows a menu, asks how many, sums up, takes the order or not, and hands to a person on
request. Every message is answered with exactly one message, for ever: what fits nothing is asked again,
and after the last try the welcome comes back. Only a person who asked for a person is left to one.

Prices are minor units of the riyal (1800 is 18.00).
"""

from __future__ import annotations

from typing import Final

from hoopoe.kernel.json import Json, JsonObject

_NAME: Final = "{{ contact.first_name | default: contact.name | first_name | default: '%s' }}"
_EN: Final = _NAME % "friend"
_AR: Final = _NAME % "بك"

_IDLE_SECONDS: Final = 30 * 60

_LOST: Final[JsonObject] = {
    "en": "Sorry, I did not get that. Please tap one of the buttons, or write “menu”.",
    "ar": "عذرًا، لم أفهم ذلك. اضغط أحد الأزرار من فضلك، أو اكتب «قائمة».",
}


def cafe_blueprint() -> JsonObject:
    """The blueprint, anew at every call."""
    return {
        "spec_version": 2,
        "name": "Hoopoe Café",
        "description": "A small café that takes orders in English and Arabic. A demo: nothing is brewed.",
        "languages": ["en", "ar"],
        "default_language": "en",
        "variables": {"total": 0},
        "credentials": [],
        "required_fields": [],
        "nodes": [*_triggers(), _welcome(), _hours(), _menu(), _quantity(), _total(), _confirm(), *_endings()],
        "edges": _edges(),
    }


def _node(node_id: str, kind: str, name: str, at: tuple[int, int], config: JsonObject) -> JsonObject:
    # (row, column): flows run top to bottom.
    position: JsonObject = {"x": 270 * at[1], "y": 210 * at[0]}
    return {"id": node_id, "type": kind, "name": name, "config": config, "position": position}


def _triggers() -> list[Json]:
    return [
        _node("start", "whatsapp_trigger", "Any message", (0, 1), {"trigger_type": "any_message"}),
        _node(
            "restart",
            "whatsapp_trigger",
            "“menu”",
            (1, 0),
            {
                "trigger_type": "keyword",
                "keywords": ["menu", "the menu", "قائمة", "القائمة", "المنيو"],
                "match": "exact",
                "interrupts": True,
            },
        ),
        _node(
            "ask_person",
            "whatsapp_trigger",
            "Asks for a person",
            (1, 2),
            {
                "trigger_type": "keyword",
                "keywords": [
                    *("agent", "human", "person", "someone", "waiter"),
                    *("موظف", "الموظف", "لموظف", "إنسان", "شخص", "خدمة العملاء"),
                ],
                "match": "contains",
                "interrupts": True,
            },
        ),
    ]


def _welcome() -> JsonObject:
    return _node(
        "welcome",
        "buttons",
        "Welcome",
        (1, 1),
        {
            "message": {
                "en": f"Hello {_EN}! 👋 This is Hoopoe Café. What can we do for you?",
                "ar": f"أهلًا {_AR}! 👋 معك مقهى الهدهد. كيف نخدمك اليوم؟",
            },
            "buttons": [
                {"id": "see_menu", "title": {"en": "See the menu ☕", "ar": "القائمة ☕"}},
                {"id": "hours", "title": {"en": "Opening hours", "ar": "أوقات العمل"}},
                {"id": "person", "title": {"en": "Talk to a person", "ar": "التحدث مع موظف"}},
            ],
            "retries": 2,
            "retry_text": _LOST,
            "timeout": _IDLE_SECONDS,
        },
    )


def _hours() -> JsonObject:
    return _node(
        "hours",
        "buttons",
        "Opening hours",
        (2, 0),
        {
            "message": {
                "en": "We are open every day from 7 in the morning to 11 at night. Hungry already?",
                "ar": "نستقبلكم كل يوم من السابعة صباحًا حتى الحادية عشرة ليلًا. هل نحضّر لك شيئًا؟",
            },
            "buttons": [
                {"id": "see_menu", "title": {"en": "See the menu ☕", "ar": "القائمة ☕"}},
                {"id": "person", "title": {"en": "Talk to a person", "ar": "التحدث مع موظف"}},
            ],
            "retries": 2,
            "retry_text": _LOST,
            "timeout": _IDLE_SECONDS,
        },
    )


def _row(row_id: str, price: int, en: tuple[str, str], ar: tuple[str, str]) -> JsonObject:
    riyals = f"{price / 100:g}"
    return {
        "id": row_id,
        "title": {"en": en[0], "ar": ar[0]},
        "description": {"en": f"{riyals} SAR · {en[1]}", "ar": f"{riyals} ر.س · {ar[1]}"},
        "value": price,
    }


def _menu() -> JsonObject:
    coffee: list[Json] = [
        _row("espresso", 1000, ("Espresso", "Short, dark, awake"), ("إسبريسو", "قصير ومركّز")),
        _row("cappuccino", 1600, ("Cappuccino", "Under a thick cap of foam"), ("كابتشينو", "برغوة كثيفة")),
        _row("latte", 1800, ("Latte", "Mild, with plenty of milk"), ("لاتيه", "خفيف بحليب وفير")),
        _row(
            "arabic_coffee",
            1200,
            ("Arabic coffee", "Cardamom, and dates on the side"),
            ("قهوة عربية", "بالهيل ومعها تمر"),
        ),
    ]
    other: list[Json] = [
        _row("mint_tea", 900, ("Mint tea", "Black tea, fresh mint"), ("شاي بالنعناع", "شاي أسود ونعناع طازج")),
        _row("karak", 800, ("Karak", "Strong tea, milk, spices"), ("كرك", "شاي ثقيل بالحليب والبهارات")),
        _row("lemonade", 1400, ("Mint lemonade", "Cold, sour, green"), ("ليمون بالنعناع", "بارد ومنعش")),
    ]
    oven: list[Json] = [
        _row("croissant", 1100, ("Croissant", "Baked this morning"), ("كرواسون", "خُبز هذا الصباح")),
        _row("date_cake", 1500, ("Date cake", "Warm, with cream"), ("كيكة التمر", "دافئة مع القشطة")),
    ]
    return _node(
        "menu",
        "list",
        "Menu",
        (2, 1),
        {
            "message": {
                "en": (
                    f"{{% if item %}}What would you like instead?{{% else %}}Welcome, {_EN}! Here is all we make."
                    "{% endif %} Open the menu and choose, or just write its name."
                ),
                "ar": (
                    f"{{% if item %}}ماذا تحب بدلًا منه؟{{% else %}}أهلًا {_AR}! هذا كل ما نحضّره."
                    "{% endif %} افتح القائمة واختر، أو اكتب اسم الصنف."
                ),
            },
            "button": {"en": "Open the menu", "ar": "افتح القائمة"},
            "sections": [
                {"title": {"en": "Coffee", "ar": "القهوة"}, "rows": coffee},
                {"title": {"en": "Tea and cold drinks", "ar": "الشاي والمشروبات"}, "rows": other},
                {"title": {"en": "From the oven", "ar": "من الفرن"}, "rows": oven},
            ],
            "save_as": "item",
            "retries": 2,
            "retry_text": {
                "en": "That is not on our menu. Open it to choose, or write the name of a drink.",
                "ar": "هذا غير موجود في قائمتنا. افتحها واختر، أو اكتب اسم الصنف.",
            },
            "timeout": _IDLE_SECONDS,
        },
    )


def _quantity() -> JsonObject:
    return _node(
        "quantity",
        "ask_question",
        "How many?",
        (3, 1),
        {
            "question": {
                "en": "{{ item.title }}, good choice! How many would you like?",
                "ar": "{{ item.title }}، اختيار موفق! كم تريد؟",
            },
            "variable_name": "quantity",
            "validation": {"type": "number", "min": 1, "max": 20, "whole_number": True},
            "retries": 2,
            "retry_text": {
                "en": "Please write a number from 1 to 20.",
                "ar": "اكتب رقمًا من 1 إلى 20 من فضلك.",
            },
            "timeout": _IDLE_SECONDS,
        },
    )


def _total() -> JsonObject:
    config: JsonObject = {"variable_name": "total", "value": "{{ item.value | times: quantity }}", "scope": "session"}
    return _node("total", "store_variable", "Total", (4, 1), config)


def _confirm() -> JsonObject:
    return _node(
        "confirm",
        "buttons",
        "All right?",
        (5, 1),
        {
            "message": {
                "en": (
                    "{{ quantity }} × {{ item.title }}\nTotal: *{{ total | money: 'SAR' }}*\n\nShall I place the order?"
                ),
                "ar": "{{ quantity }} × {{ item.title }}\nالمجموع: *{{ total | money }} ر.س*\n\nهل نؤكد الطلب؟",
            },
            "buttons": [
                {"id": "confirm", "title": {"en": "Yes, order it", "ar": "نعم، أكّد الطلب"}},
                {"id": "change", "title": {"en": "Change it", "ar": "تعديل"}},
                {"id": "cancel", "title": {"en": "Cancel", "ar": "إلغاء"}},
            ],
            "retries": 2,
            "retry_text": {
                "en": "One tap is missing: shall I order {{ quantity }} × {{ item.title }}?",
                "ar": "بقيت ضغطة واحدة: هل نؤكد {{ quantity }} × {{ item.title }}؟",
            },
            "timeout": _IDLE_SECONDS,
        },
    )


def _endings() -> list[Json]:
    return [
        _node(
            "placed",
            "whatsapp_reply",
            "Order placed",
            (6, 0),
            {
                "message": {
                    "en": (
                        "Thank you! ✅ Order {{ now | date: '%d-%H%M%S' }}: {{ quantity }} × {{ item.title }},"
                        " {{ total | money: 'SAR' }}.\n"
                        "This is a demo, so nothing is brewed. Write “menu” to order again."
                    ),
                    "ar": (
                        "شكرًا لك! ✅ طلب رقم {{ now | date: '%d-%H%M%S' }}: {{ quantity }} × {{ item.title }}،"
                        " {{ total | money }} ر.س.\nهذا عرض تجريبي فلن يُحضَّر شيء. اكتب «قائمة» لتطلب من جديد."
                    ),
                }
            },
        ),
        _node(
            "cancelled",
            "whatsapp_reply",
            "Order cancelled",
            (6, 1),
            {
                "message": {
                    "en": "No problem, nothing was ordered. Write “menu” whenever you like.",
                    "ar": "لا بأس، لم يُسجَّل أي طلب. اكتب «قائمة» متى شئت.",
                }
            },
        ),
        _node(
            "left_open",
            "whatsapp_reply",
            "Order left open",
            (6, 2),
            {
                "message": {
                    "en": "I have put your order aside; nothing was placed. Write “menu” and we go on.",
                    "ar": "وضعنا طلبك جانبًا ولم نؤكده. اكتب «قائمة» لنكمل متى أردت.",
                }
            },
        ),
        _node("done", "end", "End", (7, 1), {}),
        _node(
            "to_person",
            "assign_to_human",
            "To a person",
            (2, 2),
            {
                "message": {
                    "en": "Of course, one moment. A colleague will write to you here.",
                    "ar": "بكل سرور، لحظة من فضلك. سيكتب لك أحد زملائنا هنا.",
                },
                "note": "Asked for a person: {{ message.text | truncate: 200 }}",
            },
        ),
    ]


def _edges() -> list[Json]:
    ways = [
        ("start", None, "welcome"),
        ("restart", None, "menu"),
        ("ask_person", None, "to_person"),
        ("welcome", "see_menu", "menu"),
        ("welcome", "hours", "hours"),
        ("welcome", "person", "to_person"),
        ("welcome", "no_match", "welcome"),
        ("hours", "see_menu", "menu"),
        ("hours", "person", "to_person"),
        ("hours", "no_match", "welcome"),
        ("menu", "selected", "quantity"),
        ("menu", "no_match", "welcome"),
        ("quantity", "answered", "total"),
        ("quantity", "invalid", "welcome"),
        ("quantity", "timeout", "left_open"),
        ("total", None, "confirm"),
        ("confirm", "confirm", "placed"),
        ("confirm", "change", "menu"),
        ("confirm", "cancel", "cancelled"),
        ("confirm", "no_match", "welcome"),
        ("confirm", "timeout", "left_open"),
        ("placed", None, "done"),
        ("cancelled", None, "done"),
        ("left_open", None, "done"),
    ]
    return [
        {"id": f"e{number}", "source": source, "sourceHandle": exit_name, "target": target}
        for number, (source, exit_name, target) in enumerate(ways, start=1)
    ]
