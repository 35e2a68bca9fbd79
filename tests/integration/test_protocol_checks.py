"""A safety check that is begun in the app: it runs beside the requests, and one at a time."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest
from flask import Flask

from screening.domain.handling import Handling
from screening.protocols.library import ProtocolLibrary, load_library
from screening.storage.database import Database
from screening.storage.protocol_life import list_checks
from screening.web.checking import checking
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.protocol_cases import NEW, OLD, check_ends
from tests.tiny_protocol import built, tables

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
TINY = replace(built(tables()), digest="a" * 64)
PAGE = "/clinic/protocols/{}"


@pytest.fixture
def app(app_with: Callable[[ProtocolLibrary], Flask]) -> Flask:
    """With a protocol that is checked in a moment."""
    shipped = load_library()
    handlings = {rule: Handling(rule, rule, 0, owner="Lead") for rule in TINY.rules}
    library = replace(
        shipped,
        versions=MappingProxyType({**shipped.versions, TINY.key: TINY}),
        handlings=MappingProxyType({**shipped.handlings, TINY.key: handlings}),
    )
    return app_with(library)


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


@pytest.mark.thorough
def test_what_it_finds_is_kept_as_the_leads_who_began_it(
    app: Flask, lead: Colleague, database: Database
) -> None:
    assert lead.sends(f"{PAGE.format(TINY.key)}/check").status_code == 303
    check_ends(app)
    with database.read() as session:
        (check,) = list_checks(session)
    assert (check.protocol, check.digest, check.staff_id) == (TINY.key, TINY.digest, lead.id)
    page = lead.opens(PAGE.format(TINY.key))
    assert "Check it now" in page.root.text
    assert f"flask --app wsgi verify {TINY.key}" in page.root.text


@pytest.mark.thorough
def test_while_one_runs_its_page_says_so_and_another_waits(
    app: Flask, lead: Colleague, clock: Clock
) -> None:
    here = checking(app)
    assert here.begin(NEW, clock())
    page = lead.opens(PAGE.format(NEW))
    assert "Its check began on" in page.root.text
    assert "Check it now" not in page.root.text
    assert lead.sends(f"{PAGE.format(NEW)}/check").status_code == 303  # pressed twice
    other = lead.sends(f"{PAGE.format(OLD)}/check")
    assert other.status_code == 409
    assert "Another version is being checked" in other.text
    here.end(whole=False)
    assert "broke off before its end" in lead.opens(PAGE.format(NEW)).root.text
    assert here.begin(NEW, clock())
    here.end(whole=True)
    assert "broke off" not in lead.opens(PAGE.format(NEW)).root.text
