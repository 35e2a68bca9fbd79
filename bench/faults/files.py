"""How many files and sockets a process may have open."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

AS_USUAL = 1024
MANY = 8192


@contextmanager
def files(wanted: int) -> Iterator[None]:
    """For what is opened or started in the block; as many as the system allows at most."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
