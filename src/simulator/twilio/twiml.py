"""What an app answers to a person's message: TwiML, which may hold messages, or a plain text, which is one."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from simulator.simulator import Simulator
from simulator.state import TwilioChannel, Update
from simulator.twilio.checks import read_request
from simulator.twilio.errors import TwilioError
from simulator.twilio.messages import accept_message


@dataclass(frozen=True, slots=True)
class Reply:
    body: str
    media: tuple[str, ...] = ()


def read_replies(content_type: str, answer: bytes) -> list[Reply]:
    """The messages in an answer. ValueError, in words, for what Twilio could not read.

    A text is sent to the person as it stands, which surprises whoever answers "OK".
    https://www.twilio.com/docs/messaging/twiml
    """
    text = answer.decode(errors="replace").strip()
    if not text:
        return []
    if content_type == "text/plain":
        return [Reply(text)]
    if content_type not in {"text/xml", "application/xml", "text/html"}:
        raise ValueError(f"12300, an answer of type {content_type} is not TwiML")
    if "<!" in text:
        raise ValueError("12100, TwiML has no declarations")
    try:
        root = ET.fromstring(text)  # noqa: S314 - without declarations there is nothing to expand
    except ET.ParseError as error:
        raise ValueError(f"12100, the TwiML cannot be read: {error}") from error
    if root.tag != "Response":
        raise ValueError("12100, TwiML begins with <Response>")
    return [_read_message(node) for node in root if node.tag in {"Message", "Sms"}]


def hear_answer(simulator: Simulator, channel: TwilioChannel, update: Update, content_type: str, answer: bytes) -> None:
    """Send the messages that an answer holds, as replies to who wrote."""
    try:
        replies = read_replies(content_type, answer)
    except ValueError as error:
        _log(simulator, channel, summary=f"answer not understood: {error}", body=answer)
        return
    for reply in replies:
        form = {
            "To": [str(update.value.get("From", ""))],
            "From": [f"whatsapp:+{channel.number}"],
            "Body": [reply.body],
            "MediaUrl": list(reply.media),
        }
        summary, code = f"TwiML text, “{reply.body[:60]}”", None
        try:
            accept_message(simulator, channel, read_request(form), direction="outbound-reply")
        except TwilioError as error:
            summary, code = f"{summary}: {error}", error.code
        _log(simulator, channel, summary=summary, body=answer, code=code)


def _read_message(node: ET.Element) -> Reply:
    """`<Message>text</Message>`, or with `<Body>` and `<Media>` in it."""
    bodies = [(part.text or "").strip() for part in node.iter("Body")]
    media = tuple((part.text or "").strip() for part in node.iter("Media"))
    return Reply("\n".join(bodies) or (node.text or "").strip(), media)


def _log(simulator: Simulator, channel: TwilioChannel, *, summary: str, body: bytes, code: int | None = None) -> None:
    world = simulator.world
    world.log.add(
        at=world.now(),
        direction="from_app",
        kind="send",
        method="TwiML",
        path="",
        summary=summary,
        status=None,
        ms=None,
        body=body,
        phone_number_id=channel.phone_number_id,
        code=code,
    )
