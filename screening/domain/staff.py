"""Staff: somebody who works at the clinic and may sign in."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["clinician", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is acting, as far as the rest of the house needs to know."""

    id: str
    name: str
    email: str
    roles: frozenset[str]
