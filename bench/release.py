"""./run release FOLDER: the last commit as an archive, what it is built on, and their checksums.

Two runs on one commit give the same bytes, on any machine: nothing of the work tree, the clock or
the user goes in.
"""

import gzip
import json
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

from screening.exchange.sbom import bill_of_materials

ROOT = Path(__file__).resolve().parents[1]


def release(root: Path, folder: Path) -> list[Path]:
    """Archive, bill of materials and SHA256SUMS, each new or written over."""
    project = tomllib.loads(git(root, "show", "HEAD:pyproject.toml").decode())["project"]
    name = f"{project['name']}-{project['version']}"
    bill = bill_of_materials(
        git(root, "show", "HEAD:requirements.txt").decode(), project["name"], project["version"]
    )
    tar = git(root, "-c", "tar.umask=0022", "archive", "--format=tar", f"--prefix={name}/", "HEAD")
    parts = {
        f"{name}.tar.gz": gzip.compress(tar, 9, mtime=0),
        f"{name}.cdx.json": (json.dumps(bill, indent=1) + "\n").encode(),
    }
    sums = "".join(f"{sha256(data).hexdigest()}  {file}\n" for file, data in parts.items())
    folder.mkdir(parents=True, exist_ok=True)
    return [
        written(folder / file, data)
        for file, data in {**parts, "SHA256SUMS": sums.encode()}.items()
    ]


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def git(root: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True).stdout  # noqa: S603, S607 - words of ours


if __name__ == "__main__":
    for made in release(ROOT, Path(sys.argv[1])):
        sys.stdout.write(f"{made}\n")
