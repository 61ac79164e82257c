"""Just enough of HTTP/1.1 for loads and stubs: a header block, and a body by its content-length."""

from __future__ import annotations


def take_message(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """The first whole message of a buffer: its head in lower case, its body, and what is behind it. None: not yet."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end].lower()
    start = head.find(b"content-length:")
    last = end + 4 + (int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0)
    return (head, buffer[end + 4 : last], buffer[last:]) if len(buffer) >= last else None


def status_of(head: bytes) -> int:
    """The status in the head of an answer."""
    return int(head[9:12])
