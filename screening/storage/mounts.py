"""Which kind of file system a folder lies on (Linux; elsewhere nobody says)."""

from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs"}
)


def on_network(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """The name of the network file system that holds the folder, None for a local one."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    kinds = {Path(line.split()[1].replace(r"\040", " ")): line.split()[2] for line in lines}
    inside = folder.resolve()
    nearest = next((at for at in (inside, *inside.parents) if at in kinds), None)
    kind = kinds[nearest] if nearest else ""
    return kind if kind in NETWORK else None
