"""Colleague(client): somebody at the clinic with roles of their own, signed in."""

from datetime import datetime
from secrets import token_bytes

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.services.accounts import create_staff, set_up
from screening.storage.database import Database
from tests.clinic_actor import PASSWORD_HASH, Clinician, Page, token_in


class Colleague(Clinician):
    """A member of staff with these roles."""

    def __init__(
        self, client: FlaskClient, database: Database, *roles: str, name: str = "Kim Lead"
    ) -> None:
        super().__init__(client, database, name)
        self.roles = frozenset(roles)

    def joins(self, now: datetime) -> "Colleague":
        with self.database.write() as session:
            token = create_staff(session, self.name, self.email, now, token_bytes, roles=self.roles)
            self.id = set_up(session, token, PASSWORD_HASH, now, token_bytes).id
        return self

    def starts(self, now: datetime) -> "Colleague":
        """Joins and signs in."""
        self.joins(now).signs_in()
        return self

    def sends(self, to: str, page: Page | None = None, /, **typed: str) -> TestResponse:
        """Post a form with the token of this page, or of their own account's."""
        html = page.response.text if page else self.client.get("/clinic/account").text
        return self.client.post(to, data={"csrf_token": token_in(html), **typed})
