"""One visitor's session as views see it: a mapping that is loaded when first asked for."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from flask.sessions import SessionMixin

from screening.storage.sealing import CannotUnseal
from screening.storage.sessions import SessionKind, SessionRecord, read_session
from screening.web.parts import parts

ID_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


class BrowserSession(SessionMixin):
    """A mapping of JSON values; what a view changes inside them is noticed too."""

    def __init__(self, kind: SessionKind, cookie: str | None) -> None:
        self.kind = kind
        self.cookie = cookie
        self.new_id = False
        self.begins = False
        self.unseen = False
        self.forgotten = False
        self.saved = False
        self._record: SessionRecord | None = None
        self._data: dict[str, Any] | None = None
        self._loaded = "{}"

    @property
    def data(self) -> dict[str, Any]:
        if self._data is None:
            self._record = self._read()
            self._loaded = canonical(self._record.data if self._record else {})
            self._data = json.loads(self._loaded)
        return self._data

    @property
    def record(self) -> SessionRecord | None:
        """The row as it was when this request first looked."""
        return self._record

    @property
    def untouched(self) -> bool:
        """Whether this request never looked into the session."""
        return self._data is None and not self.forgotten

    @property
    def changed(self) -> bool:
        return self.new_id or canonical(self.data) != self._loaded

    def _read(self) -> SessionRecord | None:
        if self.cookie is None or not ID_SHAPE.fullmatch(self.cookie):
            return None
        with parts().database.read() as transaction:
            try:
                return read_session(transaction, hashed(self.cookie), self.kind, parts().clock())
            except CannotUnseal:
                return None  # as if it had ended; the next one takes its place

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.data[key] = value

    def __delitem__(self, key: str) -> None:
        del self.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


def hashed(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()


def canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False)
