"""Sessions live on the server: the cookie holds a random id, the database its hash.

Two cookies: one for staff under /clinic, one for patients everywhere else, so that neither
side can ever act with the other's session. Read once a request, when first asked for; written
only when changed or when the last visit was noted more than a minute ago.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin

from screening.storage.sessions import (
    SessionKind,
    SessionRecord,
    add_session,
    delete_expired_sessions,
    delete_session,
    update_session,
)
from screening.web.browser_session import BrowserSession, hashed
from screening.web.parts import parts

ID_BYTES = 32
TOUCH = timedelta(minutes=1)
STAFF_KEY = "staff"  # names the member of staff a session belongs to


@dataclass(frozen=True)
class Limits:
    idle: timedelta
    absolute: timedelta

    def expiry(self, created: datetime, seen: datetime) -> datetime:
        return min(seen + self.idle, created + self.absolute)


LIMITS: dict[SessionKind, Limits] = {
    "patient": Limits(timedelta(minutes=60), timedelta(hours=12)),
    "staff": Limits(timedelta(minutes=15), timedelta(hours=10)),
}


def rotate_session(*, begins: bool = False) -> None:
    """A new id from this response on; the old one is dead (after any proof of identity).

    Only where a session `begins` does its longest time begin anew.
    """
    _current().new_id = True
    _current().begins = _current().begins or begins


def leave_unseen() -> None:
    """This request was the page's doing, not a person's: it does not keep the session alive."""
    _current().unseen = True


def own_session() -> SessionRecord | None:
    """The row of the session that this request came with."""
    return _current().record


def forget_session() -> None:
    """End this session: row and cookie go with this response."""
    _current().clear()
    _current().forgotten = True


def seconds_left() -> int:
    """How long this session goes on if nothing more is asked of it after this request."""
    record, now = _current().record, parts().clock()
    if record is None:
        return int(LIMITS[_current().kind].idle.total_seconds())
    noted = not _current().unseen and now - record.last_seen_at >= TOUCH
    seen = now if noted else record.last_seen_at
    return int((LIMITS[record.kind].expiry(record.created_at, seen) - now).total_seconds())


def _current() -> BrowserSession:
    return cast("BrowserSession", session._get_current_object())  # type: ignore[attr-defined]


def kind_of(path: str) -> SessionKind:
    return "staff" if path == "/clinic" or path.startswith("/clinic/") else "patient"


def cookie_name(kind: SessionKind, secure: bool) -> str:
    """`__Host-` keeps a sister host from planting a cookie; browsers take it on https only."""
    name = {"patient": "prelude", "staff": "prelude_staff"}[kind]
    return f"__Host-{name}" if secure else name


class DatabaseSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        kind = kind_of(request.path)
        name = cookie_name(kind, parts(app).config.secure_cookies)
        return BrowserSession(kind, request.cookies.get(name))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        held = cast("BrowserSession", session)
        # What failed must not be half kept, and a save that failed is not tried again.
        if held.untouched or held.saved or response.status_code >= 500:
            return
        held.saved = True
        cookie = self._stored(app, held)
        if cookie is None and held.cookie is not None:
            self._send(app, held, response, "", expires=0)
        elif cookie is not None and cookie != held.cookie:
            self._send(app, held, response, cookie)

    def _stored(self, app: Flask, held: BrowserSession) -> str | None:
        """The id the browser should hold after this response."""
        record = held.record
        if held.forgotten or not held.data:
            if record or held.forgotten:
                self._delete(app, held)
            return None
        if record is None or held.new_id:
            return self._add(app, held)
        now = parts(app).clock()
        if not held.changed and (held.unseen or now - record.last_seen_at < TOUCH):
            return held.cookie
        with parts(app).database.write() as transaction:
            kept = update_session(transaction, filled(record, held, now))
        return held.cookie if kept else None

    def _add(self, app: Flask, held: BrowserSession) -> str:
        cookie = urlsafe_b64encode(parts(app).tokens(ID_BYTES)).rstrip(b"=").decode()
        now = parts(app).clock()
        created = now if held.begins or held.record is None else held.record.created_at
        blank = SessionRecord(hashed(cookie), held.kind, None, {}, created, now, now)
        with parts(app).database.write() as transaction:
            delete_expired_sessions(transaction, now)
            if held.cookie is not None:
                delete_session(transaction, hashed(held.cookie))
            add_session(transaction, filled(blank, held, now))
        return cookie

    def _delete(self, app: Flask, held: BrowserSession) -> None:
        if held.cookie is not None:
            with parts(app).database.write() as transaction:
                delete_session(transaction, hashed(held.cookie))

    def _send(
        self, app: Flask, held: BrowserSession, response: Response, value: str, **more: Any
    ) -> None:
        secure = parts(app).config.secure_cookies
        response.set_cookie(
            cookie_name(held.kind, secure),
            value,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Lax",
            **more,
        )


def filled(record: SessionRecord, held: BrowserSession, now: datetime) -> SessionRecord:
    """The row as it is to be after this request."""
    return replace(
        record,
        staff_id=held.data.get(STAFF_KEY) if held.kind == "staff" else None,
        data=held.data,
        last_seen_at=now,
        expires_at=LIMITS[held.kind].expiry(record.created_at, now),
    )


def install_sessions(app: Flask) -> None:
    app.session_interface = DatabaseSessions()
