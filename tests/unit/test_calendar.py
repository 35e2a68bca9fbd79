"""The visit and the days of getting ready, as a calendar file that others may see."""

from dataclasses import replace
from datetime import date, timedelta

import icalendar
import pytest

from screening.domain.never_said import never_said
from screening.exchange.calendar import Appointment, calendar_file, preparation_days
from screening.protocols.library import load_library
from tests.clock import MONDAY_MORNING

TODAY = MONDAY_MORNING.date()
VISIT = Appointment(
    series="0" * 32,
    edition=1,
    day=date(2027, 3, 1),
    clinic="Juniper Skin Clinic",
    address="12 Mill Lane\nLeeds LS1 4AB",
    phone="020 7946 0100",
    page="https://clinic.example/visit",
    waits={},
)


def events(
    appointment: Appointment, today: date = TODAY
) -> list[tuple[date, str, icalendar.Event]]:
    parsed = icalendar.Calendar.from_ical(calendar_file(appointment, MONDAY_MORNING, today))
    return [(one["dtstart"].dt, str(one["summary"]), one) for one in parsed.walk("VEVENT")]


def days(appointment: Appointment, today: date = TODAY) -> list[str]:
    return sorted(day.isoformat() for day, _, _ in events(appointment, today))


def test_the_visit_and_the_days_before_it_are_whole_days() -> None:
    found = [(day, title) for day, title, _ in events(VISIT)]
    assert found == [
        (date(2027, 3, 1), "Appointment at Juniper Skin Clinic"),
        (date(2027, 2, 22), "Get ready for your appointment"),
        (date(2027, 2, 26), "Check your answers before your appointment"),
    ]
    for day, _, event in events(VISIT):
        assert event["dtend"].dt == day + timedelta(days=1)
        assert event["dtstamp"].dt == MONDAY_MORNING
    raw = calendar_file(VISIT, MONDAY_MORNING, TODAY)
    assert b"DTSTART;VALUE=DATE:20270301\r\n" in raw
    assert b"DTEND;VALUE=DATE:20270302\r\n" in raw
    assert b"DTSTAMP:20270104T090000Z\r\n" in raw


@pytest.mark.parametrize(("wait", "day"), [(14, "2027-02-15"), (28, "2027-02-01")])
def test_a_home_device_is_put_away_as_long_before_as_its_wait(wait: int, day: str) -> None:
    with_device = replace(VISIT, waits={"wait_home_device": wait})
    assert set(days(with_device)) - set(days(VISIT)) == {day}


def test_other_waits_make_no_day() -> None:
    assert days(replace(VISIT, waits={"wait_botox": 14})) == days(VISIT)


def test_days_that_are_over_are_left_out() -> None:
    assert days(VISIT, date(2027, 2, 22)) == ["2027-02-22", "2027-02-26", "2027-03-01"]
    assert days(VISIT, date(2027, 2, 23)) == ["2027-02-26", "2027-03-01"]
    assert days(VISIT, date(2027, 3, 1)) == ["2027-03-01"]


def test_a_second_download_updates_the_first() -> None:
    first, later = events(VISIT), events(replace(VISIT, edition=3, day=date(2027, 3, 8)))
    identities = [str(event["uid"]) for _, _, event in first]
    assert identities == [str(event["uid"]) for _, _, event in later]
    assert len(set(identities)) == len(identities)
    assert [event["sequence"] for _, _, event in first] == [0, 0, 0]
    assert [event["sequence"] for _, _, event in later] == [2, 2, 2]
    other = events(replace(VISIT, series="1" * 32))
    assert not set(identities) & {str(event["uid"]) for _, _, event in other}
    assert VISIT.series not in calendar_file(VISIT, MONDAY_MORNING, TODAY).decode()


def test_no_word_says_what_the_visit_is_for() -> None:
    raw = calendar_file(replace(VISIT, waits={"wait_home_device": 14}), MONDAY_MORNING, TODAY)
    text = raw.decode().replace("\r\n ", "").lower()
    for word in ("needl", "treatment", "device", "stop", "flag", "review", "health", "screening"):
        assert word not in text
    assert not never_said(text)
    assert text.count("class:private") == 4


def test_long_and_hostile_names_are_folded_and_escaped() -> None:
    name = "Smith, Jones; \\ Søn & 美容 " + "ü😀" * 60
    raw = calendar_file(
        replace(VISIT, clinic=f"{name}\nsecond", phone="1\n2"), MONDAY_MORNING, TODAY
    )
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    raw.decode()  # no character is cut in two in the file as a whole
    assert all(line.decode() for line in raw.split(b"\r\n") if line)
    (_, title, event), *_ = events(replace(VISIT, clinic=f"{name}\nsecond"))
    assert title == f"Appointment at {name} second"
    assert event["location"] == f"{name} second, 12 Mill Lane, Leeds LS1 4AB"
    assert b"Smith\\, Jones\\; \\\\ S" in raw


def test_every_day_of_getting_ready_is_so_long_before_the_visit_or_as_a_rule_waits() -> None:
    protocol = load_library().current
    for day in preparation_days():
        assert bool(day.days_before) != bool(day.rule), day.id
        if day.rule:
            assert protocol.rules[day.rule].waits
