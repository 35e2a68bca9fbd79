"""The released protocol versions, read once at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from screening.domain.protocol import ScreeningProtocol
from screening.protocols.reader import read_protocol

CURRENT = "microneedling/2026-1"
_FOLDER = Path(__file__).parent


class NoSuchProtocol(LookupError):
    """There is no released protocol of this name and version."""


@dataclass(frozen=True)
class ProtocolLibrary:
    """Every released version by key, and the one that new questionnaires use."""

    versions: Mapping[str, ScreeningProtocol]
    current_key: str

    @property
    def current(self) -> ScreeningProtocol:
        return self.versions[self.current_key]

    def get(self, key: str) -> ScreeningProtocol:
        """The version with this key; raises NoSuchProtocol."""
        try:
            return self.versions[key]
        except KeyError:
            known = ", ".join(self.versions)
            raise NoSuchProtocol(f"there is no protocol {key!r}; use one of {known}") from None


@cache
def load_library() -> ProtocolLibrary:
    """Every released protocol beside this module, read once; raises ProtocolUnreadable."""
    found = (read_protocol(path) for path in sorted(_FOLDER.glob("*/*.toml")))
    return ProtocolLibrary(MappingProxyType({one.key: one for one in found}), CURRENT)
