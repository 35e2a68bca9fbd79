"""The pinned requirements as a CycloneDX document: a list of parts that machines read (SU-3)."""

import re
from collections.abc import Iterator

_PIN = re.compile(r"\A([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

Part = dict[str, object]


class NotPinned(ValueError):
    """A requirement without version or hashes; the message is its line."""


def bill_of_materials(requirements: str, name: str, version: str) -> Part:
    """CycloneDX 1.6 as plain JSON values: no random number in it, so equal pins give equal text."""
    application = {"type": "application", "name": name, "version": version, "bom-ref": name}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": application},
        "components": list(_components(requirements)),
    }


def _components(requirements: str) -> Iterator[Part]:
    for line in requirements.replace("\\\n", " ").splitlines():
        text = line.strip()
        if not text or text.startswith(("#", "--")):
            continue
        pin, hashes = _PIN.match(text), _HASH.findall(text)
        if pin is None or not hashes:
            raise NotPinned(text[:80])
        name, version = pin.groups()
        address = f"pkg:pypi/{name}@{version}"
        yield {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": version,
            "purl": address,
            # One for each file that may be installed, for whatever machine.
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": address,
                    "hashes": [{"alg": "SHA-256", "content": one} for one in hashes],
                }
            ],
        }
