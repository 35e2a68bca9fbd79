"""Turns one [[recognised]] table into a class of medicines or products."""

from screening.domain.recogniser import Recognised
from screening.protocols.shapes import Table


def read_recognised(table: Table) -> Recognised:
    """The class that a table writes; what it names is checked with the protocol."""
    kind = Recognised(
        id=table.text("id"),
        label=table.text("label"),
        names=table.names("names"),
        sources=table.names("sources"),
        item=table.text("item", ""),
        options=table.texts("options", ()),
        texts=table.texts("texts", ()),
        false_friends=table.texts("false_friends", ()),
    )
    table.finish()
    return kind
