"""Mail is fixed words and a link: nothing else fits into a message."""

import pytest

from screening.domain.mail import PARAMETERS, Mail, MailKind, RecipientRefused, hinted

BREAKS = ("\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "%0a, ")
INJECTED = [
    f"asha@example.org{cut}Bcc: all@example.com" for cut in (*BREAKS, ",", ";", " ", "\t")
] + [
    f"asha{cut}@example.org" for cut in BREAKS[:-1]
] + [
    "a@example.org,b@example.org", "Asha <a@example.org>", "<a@example.org>", "a@b@c.org",
    '"x\r\n"@example.org', "a@[127.0.0.1]", "a@localhost", "@example.org", "a@.", "",
    "a" * 65 + "@example.org", "a@" + "x" * 250 + ".org",
]  # fmt: skip


@pytest.mark.parametrize("recipient", INJECTED)
def test_a_recipient_is_one_address_and_nothing_else(recipient: str) -> None:
    with pytest.raises(RecipientRefused) as refused:
        Mail(MailKind.PASSWORD_CHANGED, recipient)
    assert recipient[:6] not in str(refused.value) or not recipient


@pytest.mark.parametrize("kind", MailKind)
def test_each_kind_takes_its_parameters_and_no_other(kind: MailKind) -> None:
    given = dict.fromkeys(PARAMETERS[kind], "/visit/abc")
    assert Mail(kind, "asha@example.org", given).parameters == given
    with pytest.raises(ValueError, match="takes"):
        Mail(kind, "asha@example.org", {**given, "name": "/Asha"})


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//a b", "x", "", "/a\r\nb", "/?q"])
def test_a_link_leads_into_these_pages(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Mail(MailKind.OWN_PAGE, "asha@example.org", {"path": path})


def test_neither_address_nor_link_shows_in_a_repr() -> None:
    shown = repr(Mail(MailKind.OWN_PAGE, "asha@example.org", {"path": "/visit/secret"}))
    assert "asha" not in shown
    assert "secret" not in shown


def test_of_an_address_no_more_is_shown_than_tells_it_from_another() -> None:
    assert hinted("asha@example.org") == "a…@example.org"
