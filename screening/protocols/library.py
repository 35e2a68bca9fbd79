"""The released protocol versions, read once at start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from screening.domain.adjustments import Adjustments
from screening.domain.protocol import ScreeningProtocol, released_key
from screening.protocols.handling_reader import SUFFIX, Handlings, read_handlings
from screening.protocols.reader import read_protocol

CURRENT = "microneedling/2026-1"
_FOLDER = Path(__file__).parent


AdjustmentsOf = Callable[[str], Adjustments | None]
"""The clinic's adjustments by the key of the adjusted version; None where there are none."""


class NoSuchProtocol(LookupError):
    """There is no released protocol of this name and version."""


@dataclass(frozen=True)
class ProtocolLibrary:
    """Every released version by key, how flags are handled, and which version is the default.

    A clinic's adjusted versions are found by ``adjustments_of``, made once, and kept.
    """

    versions: Mapping[str, ScreeningProtocol]
    handlings: Mapping[str, Handlings]
    current_key: str
    adjustments_of: AdjustmentsOf = lambda _: None
    adjusted: dict[str, ScreeningProtocol] = field(default_factory=dict, compare=False)

    @property
    def current(self) -> ScreeningProtocol:
        return self.versions[self.current_key]

    def get(self, key: str) -> ScreeningProtocol:
        """The version with this key; raises NoSuchProtocol."""
        found = self.versions.get(key) or self.adjusted.get(key) or self._made(key)
        if found is None:
            known = ", ".join(self.versions)
            raise NoSuchProtocol(f"there is no protocol {key!r}; use one of {known}")
        return found

    def _made(self, key: str) -> ScreeningProtocol | None:
        """The released version as the clinic adjusted it: its key follows from both."""
        released = self.versions.get(released_key(key))
        adjustments = self.adjustments_of(key) if released and released.key != key else None
        if released is None or adjustments is None:
            return None
        made = released.adjusted(adjustments)
        if made.key == key:  # not so where the released file is another than it was
            self.adjusted[key] = made
        return self.adjusted.get(key)

    def newest(self, name: str) -> ScreeningProtocol:
        """The newest released version of the protocol with this name; raises NoSuchProtocol."""
        found = [one for one in self.versions.values() if one.name == name]
        if not found:
            raise NoSuchProtocol(f"there is no protocol {name!r}")
        return found[-1]

    def handling(self, key: str) -> Handlings:
        """How the clinic handles each rule of this version, by rule id; raises NoSuchProtocol."""
        return self.handlings[self.get(key).released_key]

    @property
    def every_handling(self) -> Handlings:
        """By rule id, whichever version has the rule; the newest version's word counts."""
        return {
            rule: one for handlings in self.handlings.values() for rule, one in handlings.items()
        }

    def adjusting(self, adjustments_of: AdjustmentsOf) -> "ProtocolLibrary":
        """This library with the adjusted versions of one clinic."""
        return replace(self, adjustments_of=adjustments_of, adjusted={})


@cache
def load_library() -> ProtocolLibrary:
    """Every released protocol beside this module, read once; raises ProtocolUnreadable."""
    files = {file: read_protocol(file) for file in protocol_files()}
    handlings = {
        protocol.key: read_handlings(file.with_suffix(SUFFIX), protocol)
        for file, protocol in files.items()
    }
    versions = {protocol.key: protocol for protocol in files.values()}
    return ProtocolLibrary(MappingProxyType(versions), MappingProxyType(handlings), CURRENT)


def protocol_files() -> list[Path]:
    """The files of the released versions, without their handling files."""
    found = sorted(_FOLDER.glob("*/*.toml"))
    return [file for file in found if not file.name.endswith(SUFFIX)]
