"""Every role opens the pages its work needs and no other, and is shown the way to those alone."""

import pytest
from flask import Flask

from screening.domain.staff import ROLES
from screening.storage.database import Database
from tests.clock import Clock
from tests.colleagues import Colleague

OPEN_TO = {
    "front_desk": {"/clinic/desk"},
    "clinician": {"/clinic/", "/clinic/desk"},
    "lead": {"/clinic/desk", "/clinic/figures", "/clinic/settings"},
}
LINKS = {
    "front_desk": ["Front desk", "My account"],
    "clinician": ["Queue", "Front desk", "Protocols", "My account"],
    "lead": ["Front desk", "Figures", "Protocols", "Settings", "Messages", "People", "My account"],
}
PAGES = sorted(set().union(*OPEN_TO.values()))
LEADS_ONLY = [
    "/clinic/settings", "/clinic/settings/logo", "/clinic/settings/logo/remove",
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_other(
    role: str, app: Flask, database: Database, clock: Clock
) -> None:
    one = Colleague(app.test_client(), database, role).starts(clock())
    for address in PAGES:
        status = one.client.get(address).status_code
        # The first page of all sends whoever reads no answers to their own.
        elsewhere = 303 if address == "/clinic/" else 403
        assert status == (200 if address in OPEN_TO[role] else elsewhere), address
    assert one.client.get("/clinic/figures/2027-01-01/2027-01-04.csv").status_code == (
        200 if role == "lead" else 403
    )
    if role != "lead":
        for address in LEADS_ONLY:
            assert one.sends(address).status_code == 403, address


@pytest.mark.thorough
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_shown_the_doors_that_open_for_it(
    role: str, app: Flask, database: Database, clock: Clock
) -> None:
    one = Colleague(app.test_client(), database, role).starts(clock())
    (navigation,) = (n for n in one.opens("/clinic/desk").root.all("nav"))
    links = list(navigation.all("a"))
    assert [link.text for link in links] == LINKS[role]
    assert [a.text for a in links if a.attributes.get("aria-current") == "page"] == ["Front desk"]
    for link in links:
        assert one.client.get(str(link.attributes["href"])).status_code == 200, link.text


@pytest.mark.thorough
def test_a_right_taken_away_closes_the_page_at_the_next_request(
    app: Flask, database: Database, clock: Clock
) -> None:
    from screening.storage.accounts import set_roles

    lead = Colleague(app.test_client(), database, "lead").starts(clock())
    page = lead.opens("/clinic/settings")
    with database.write() as session:
        set_roles(session, lead.id, frozenset({"front_desk"}))
    assert lead.sends("/clinic/settings", page, name="Taken over").status_code == 403
    assert lead.client.get("/clinic/figures").status_code == 403
    assert "Taken over" not in lead.opens("/clinic/desk").text
