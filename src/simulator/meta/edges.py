"""Which function answers which edge of which node."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from simulator.jsontypes import JsonObject
from simulator.meta import accounts, media_edges, template_edges
from simulator.meta.call import Call
from simulator.meta.errors import make_missing_object
from simulator.wirelog import Kind

Edge = Callable[[Call], Awaitable[JsonObject]]

_EDGES: Final[dict[tuple[str, str], tuple[Kind, Edge]]] = {
    ("POST", "media"): ("media", media_edges.post_media),
    ("GET", "message_templates"): ("template", template_edges.get_templates),
    ("POST", "message_templates"): ("template", template_edges.post_templates),
    ("DELETE", "message_templates"): ("template", template_edges.delete_templates),
    ("GET", "subscribed_apps"): ("account", accounts.get_subscribed_apps),
    ("POST", "subscribed_apps"): ("account", accounts.post_subscribed_apps),
    ("DELETE", "subscribed_apps"): ("account", accounts.delete_subscribed_apps),
    ("GET", "phone_numbers"): ("account", accounts.get_phone_numbers),
    ("GET", "whatsapp_business_profile"): ("account", accounts.get_profile),
    ("POST", "whatsapp_business_profile"): ("account", accounts.post_profile),
    ("POST", "register"): ("account", accounts.register_phone),
    ("POST", "deregister"): ("account", accounts.register_phone),
}

_NODES: Final[dict[tuple[str, str], tuple[Kind, Edge]]] = {
    ("GET", "debug_token"): ("account", accounts.debug_token),
    ("GET", "phone number"): ("account", accounts.get_phone),
    ("POST", "phone number"): ("account", accounts.post_phone),
    ("GET", "account"): ("account", accounts.get_waba),
    ("GET", "template"): ("template", template_edges.get_template),
    ("POST", "template"): ("template", template_edges.post_template),
    ("GET", "media"): ("media", media_edges.get_media),
    ("DELETE", "media"): ("media", media_edges.delete_media),
}


def find_edge(call: Call) -> tuple[Kind, Edge]:
    """The function for a call, and the kind of its row in the wire log. GraphError when there is none."""
    found = _EDGES.get((call.method, call.edge)) if call.edge else _NODES.get((call.method, name_node(call)))
    if found is None:
        raise make_missing_object(call.method, call.node)
    return found


def name_node(call: Call) -> str:
    """What a node is, whoever owns it."""
    state = call.simulator.world.state
    if call.simulator.world.find_meta_channel(call.node) is not None:
        return "phone number"
    if call.node in state.templates:
        return "template"
    if call.node in state.media:
        return "media"
    return "account" if any(channel.waba_id == call.node for channel in call.channels) else call.node
