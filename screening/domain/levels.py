"""How much a flag asks for."""

from enum import Enum
from functools import total_ordering


@total_ordering
class Level(Enum):
    """How much a flag asks for, ordered: info < caution < review < stop."""

    INFO = "info"
    CAUTION = "caution"
    REVIEW = "review"
    STOP = "stop"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, Level) else NotImplemented


_RANKS = {level: rank for rank, level in enumerate(Level)}
