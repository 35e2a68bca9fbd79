"""Staff: somebody who works at the clinic, and what their roles give them a right to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

Role = Literal["front_desk", "clinician", "lead"]
ROLES: tuple[Role, ...] = get_args(Role)


class Right(StrEnum):
    """What a page or an act may ask of whoever comes: the least that the work needs."""

    DESK = "desk"
    """See who comes, when, and whose turn it is; never an answer or a reason."""
    READ = "read"
    """Read what patients answered."""
    DECIDE = "decide"
    FIGURES = "figures"
    SETTINGS = "settings"
    STAFF = "staff"
    EXPORT = "export"
    PROTOCOLS = "protocols"
    """Read which questions and rules are in use, and how they came to be."""


RIGHTS: Mapping[str, frozenset[Right]] = {
    "front_desk": frozenset({Right.DESK}),
    "clinician": frozenset({Right.DESK, Right.READ, Right.DECIDE, Right.PROTOCOLS}),
    "lead": frozenset(
        {
            Right.DESK,
            Right.FIGURES,
            Right.SETTINGS,
            Right.STAFF,
            Right.EXPORT,
            Right.PROTOCOLS,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is acting, as far as the rest of the house needs to know."""

    id: str
    name: str
    email: str
    roles: frozenset[str]

    @property
    def rights(self) -> frozenset[Right]:
        """An unknown role gives none."""
        return frozenset().union(*(RIGHTS.get(role, frozenset()) for role in self.roles))

    def may(self, right: Right) -> bool:
        return right in self.rights
