"""A SQLite file on a network file system is noticed by the mount table."""

from pathlib import Path

import pytest

from screening.storage.mounts import on_network

TABLE = r"""
/dev/sda1 / ext4 rw 0 0
nas:/export /srv nfs4 rw 0 0
/dev/sdb1 /srv/local ext4 rw 0 0
//nas/docs /mnt/our\040clinic cifs rw 0 0
""".lstrip()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/prelude", None),
        ("/srv/prelude", "nfs4"),
        ("/srv/local/prelude", None),
        ("/srvother", None),
        ("/mnt/our clinic/instance", "cifs"),
    ],
)
def test_the_nearest_mount_decides(folder: str, kind: str | None, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(TABLE)
    assert on_network(Path(folder), mounts) == kind


def test_where_there_is_no_mount_table_nothing_is_refused(tmp_path: Path) -> None:
    assert on_network(Path("/srv"), tmp_path / "none") is None
