"""What a flow holds, read without running it: for search, localisation, import and "where is this used?"."""

from __future__ import annotations

from dataclasses import dataclass

from hoopoe.flows.definition.blueprint import MAX_CREDENTIALS, Blueprint, CredentialSpec
from hoopoe.flows.definition.reading import read_nodes
from hoopoe.flows.nodes import FlowMention, Mention, NodeText, TableMention


@dataclass(frozen=True, slots=True)
class Inspection:
    """`variables_set` and `variables_read` name the node and field of each mention; `effects` the kinds of I/O,
    `flows` the flows of other bots that it runs.

    `credentials`: all names, those that the blueprint lists first; `credentials_read` where nodes use them. `files`:
    the ids of the workspace's files that are sent. `tables`: its data tables that are asked, and their columns.
    """

    variables_set: tuple[Mention, ...]
    variables_read: tuple[Mention, ...]
    texts: tuple[NodeText, ...]
    effects: tuple[tuple[str, str], ...]
    credentials: tuple[str, ...]
    flows: tuple[FlowMention, ...] = ()
    credentials_read: tuple[Mention, ...] = ()
    files: tuple[Mention, ...] = ()
    tables: tuple[TableMention, ...] = ()


def inspect_flow(blueprint: Blueprint) -> Inspection:
    """Look at every node that can be read; those that cannot are `validate_blueprint`'s to name."""
    looks = [node.look for node in read_nodes(blueprint) if node.look is not None]
    used = tuple(mention for look in looks for mention in look.credentials)
    return Inspection(
        variables_set=tuple(mention for look in looks for mention in look.writes),
        variables_read=tuple(dict.fromkeys(mention for look in looks for mention in look.reads)),
        texts=tuple(text for look in looks for text in look.texts),
        effects=tuple((look.node_id, effect) for look in looks for effect in look.effects),
        credentials=tuple(
            dict.fromkeys(
                (*(each.name or each.service for each in blueprint.credentials), *(mention.name for mention in used))
            )
        ),
        credentials_read=used,
        files=tuple(mention for look in looks for mention in look.files),
        tables=tuple(mention for look in looks for mention in look.tables),
        flows=tuple(mention for look in looks for mention in look.flows),
    )


def list_credentials(blueprint: Blueprint) -> Blueprint:
    """The blueprint with a list of its credentials that is in step with its nodes.

    What no node names any more is gone from it. What was listed without a name of this workspace stays: a file asked
    for it, and only its author knows for which node.
    """
    used = dict.fromkeys(mention.name for mention in inspect_flow(blueprint).credentials_read)
    listed = [each for each in blueprint.credentials if each.name is None or each.name in used]
    known = {each.name for each in listed}
    added = [CredentialSpec(service=name, name=name) for name in used if name not in known]
    return blueprint.model_copy(update={"credentials": [*listed, *added][:MAX_CREDENTIALS]})
