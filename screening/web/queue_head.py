"""What stands above the queue: what presses, whose turn it is, which flags there are."""

from screening.domain.submission import Turn
from screening.protocols.library import ProtocolLibrary
from screening.services.queue import Queue
from screening.web.queue_filters import Filters
from screening.web.queue_lines import TURNS


def summary(queue: Queue) -> str:
    """One sentence about what waits, and what presses."""
    waiting = queue.totals[Turn.CLINIC]
    if not waiting:
        return "Nothing waits for the clinic."
    said = [f"{waiting} {'waits' if waiting == 1 else 'wait'} for the clinic"]
    if queue.unread:
        said.append(f"{queue.unread} flagged and unread with a visit within 48 hours")
    if queue.late:
        said.append(f"{queue.late} late for what the flags need")
    return "; ".join(said) + "."


def tabs(queue: Queue, filters: Filters) -> list[dict[str, object]]:
    """Whose turn, with how many: the counts of the turns add up to that of all."""
    named = {"": "All"} | {turn.value: title for turn, title in TURNS.items()}
    total = sum(queue.totals.values())
    return [
        {
            "href": filters.address(turn=name),
            "title": title,
            "count": queue.totals[Turn(name)] if name else total,
            "here": filters.typed["turn"] == name,
        }
        for name, title in named.items()
    ]


def flag_choices(queue: Queue, library: ProtocolLibrary, chosen: str) -> list[tuple[str, str]]:
    """The flags of those that wait, by title, with how many have each."""
    titles = {
        rule: one.title
        for handlings in library.handlings.values()
        for rule, one in handlings.items()
    }
    present = sorted({*queue.flags, *({chosen} & titles.keys())}, key=lambda rule: titles[rule])
    return [(rule, f"{titles[rule]} ({queue.flags.get(rule, 0)})") for rule in present]
