"""Figures of this process in Prometheus's text format: counts and times, never whose.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock

TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
Labels = tuple[tuple[str, str], ...]


@dataclass
class _Times:
    count: int = 0
    seconds: float = 0.0
    within: list[int] = field(default_factory=lambda: [0] * len(BOUNDS))

    def add(self, seconds: float) -> None:
        self.count += 1
        self.seconds += seconds
        for number, bound in enumerate(BOUNDS):
            self.within[number] += seconds <= bound


class Metrics:
    """Route templates and bucket names only, so there are few series and no personal data."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[Labels] = Counter()
        self._throttled: Counter[Labels] = Counter()
        self._mail: Counter[Labels] = Counter()
        self._reports: Counter[Labels] = Counter()
        self._times: defaultdict[Labels, _Times] = defaultdict(_Times)

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        where = (("method", method), ("route", route))
        with self._lock:
            self._requests[(*where, ("status", str(status)))] += 1
            self._times[where].add(seconds)

    def note_throttled(self, bucket: str) -> None:
        with self._lock:
            self._throttled[(("bucket", bucket),)] += 1

    def note_mail(self, outcome: str) -> None:
        with self._lock:
            self._mail[(("outcome", outcome),)] += 1

    def note_report(self, directive: str) -> None:
        with self._lock:
            self._reports[(("directive", directive),)] += 1

    def lines(self) -> list[str]:
        with self._lock:
            return [
                *family("prelude_requests_total", "counter", "Answered.", self._requests),
                *family("prelude_throttled_total", "counter", "Turned away.", self._throttled),
                *family("prelude_mail_total", "counter", "Attempts to send.", self._mail),
                *family("prelude_violations_total", "counter", "Reported.", self._reports),
                *_histogram("prelude_request_seconds", "Until answered.", self._times),
            ]


def family(name: str, kind: str, words: str, samples: Mapping[Labels, float]) -> Iterable[str]:
    yield from _head(name, kind, words)
    for labels, value in sorted(samples.items()):
        yield f"{name}{_in_braces(labels)} {value}"


def _histogram(name: str, words: str, times: Mapping[Labels, _Times]) -> Iterable[str]:
    yield from _head(name, "histogram", words)
    for labels, one in sorted(times.items(), key=lambda item: item[0]):
        for bound, count in zip((*BOUNDS, "+Inf"), (*one.within, one.count), strict=True):
            yield f"{name}_bucket{_in_braces((*labels, ('le', str(bound))))} {count}"
        yield f"{name}_sum{_in_braces(labels)} {one.seconds:.6f}"
        yield f"{name}_count{_in_braces(labels)} {one.count}"


def _head(name: str, kind: str, words: str) -> Iterable[str]:
    return (f"# HELP {name} {words}", f"# TYPE {name} {kind}")


def _in_braces(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
