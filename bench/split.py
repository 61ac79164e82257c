"""What reading one webhook costs the hot path: `python -m bench.split [seconds per line]`.

Everything here happens before a webhook is answered, apart from `parse`, which belongs to the turn. The
ratio is against decoding the same body by the standard library in the same minute.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections.abc import Callable

import orjson

from bench.engine import measure
from bench.load import Target, make_text_webhook
from hoopoe.channels.meta.parse import parse_message
from hoopoe.channels.meta.split import split_webhook
from hoopoe.channels.meta.verify import is_signature_valid

TARGET_MICROSECONDS = 15
BATCH = 1000
SECRET = b"5d41402abc4b2a76b9719d911017c592"


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    target = Target("300400500600700", "700600500400300", SECRET.decode())
    raw = make_text_webhook(target, customer="966501112233", message_id="wamid.BENCH", body="هل الفرع مفتوح؟")
    body = orjson.loads(raw)
    batch = orjson.loads(raw)
    value = batch["entry"][0]["changes"][0]["value"]
    value["messages"] = [{**value["messages"][0], "id": f"wamid.{number}"} for number in range(BATCH)]
    (item,) = split_webhook(body)[0].items
    signature = b"sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest().encode()
    assert is_signature_valid(raw, signature, SECRET)
    lines: dict[str, tuple[Callable[[], object], int]] = {
        "decode by the standard library (the baseline)": (lambda: json.loads(raw), 1),
        "decode": (lambda: orjson.loads(raw), 1),
        "verify the signature": (lambda: is_signature_valid(raw, signature, SECRET), 1),
        "split": (lambda: split_webhook(body), 1),
        f"split, of {BATCH} messages in one body, each": (lambda: split_webhook(batch), BATCH),
        "parse the message": (lambda: parse_message(item.payload), 1),
    }
    print(f"one text, {len(raw)} bytes; target of split: {TARGET_MICROSECONDS} µs\n")
    baseline = 0.0
    for name, (call, count) in lines.items():
        cost = measure(call, seconds) / count
        baseline = baseline or cost
        print(f"{cost:8.2f} µs  {cost / baseline:5.2f}x  {name}")


if __name__ == "__main__":
    main()
