"""The node types, one file each. Importing the package fills the registry from the files in it."""

from importlib import import_module
from pkgutil import iter_modules

from hoopoe.flows.nodes.base import (
    NEXT,
    Build,
    Exit,
    Group,
    NodeConfig,
    NodeType,
    describe_node_type,
    find_node_type,
    list_node_types,
    register,
)
from hoopoe.flows.nodes.faults import Fault, explain
from hoopoe.flows.nodes.look import FlowMention, Look, Mention, NodeText, TableMention

__all__ = [
    "NEXT",
    "Build",
    "Exit",
    "Fault",
    "FlowMention",
    "Group",
    "Look",
    "Mention",
    "NodeConfig",
    "NodeText",
    "NodeType",
    "TableMention",
    "describe_node_type",
    "explain",
    "find_node_type",
    "list_node_types",
    "register",
]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
