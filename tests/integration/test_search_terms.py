"""An episode is found by the words of a name and the date of birth, old submissions too."""

import pytest
from flask import Flask
from sqlalchemy import text

from screening.services.search_terms import person_term, words_of
from screening.storage.database import Database
from screening.storage.search import find_episodes
from tests.actors import Patient
from tests.clock import Clock
from tests.own_pages import comes_in, corrects, sends, sends_in


def test_the_words_of_a_name() -> None:
    assert words_of("Anne-Marie  O’Neill (demo)") >= {
        "Anne-Marie",
        "Anne",
        "Marie",
        "O’Neill",
        "demo",
    }
    assert words_of("– ()") == frozenset()
    assert words_of("李小龍") == {"李小龍"}
    assert person_term("Zoë Marker", "1990-01-31") == person_term("MARKER, zoe", "1990-01-31")


def found(database: Database, kind: str, term: str) -> int:
    with database.read() as session:
        return len(find_episodes(session, kind, term))  # type: ignore[arg-type]


def test_sending_makes_it_found_and_a_correction_keeps_it_so(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient: Patient = comes_in(app, sends_in(database, clock))
    corrects(patient, "about_you", "date_of_birth")
    patient.continues({"date_of_birth": "1990-06-16"})
    sends(patient)
    terms = [("word", "ASHA"), ("born", "1990-06-15"), ("born", "1990-06-16")]
    terms += [("person", person_term("Asha Example", "1990-06-16"))]
    assert [found(database, kind, term) for kind, term in terms] == [1] * 4


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_upgrading_indexes_what_was_kept_before_there_was_a_search(
    app: Flask, database: Database, clock: Clock
) -> None:
    sends_in(database, clock)
    with database.write() as session:
        session.execute(text("DELETE FROM search_terms"))
    assert found(database, "word", "Asha") == 0
    for _ in range(2):
        assert app.test_cli_runner().invoke(args=["upgrade-database"]).exit_code == 0
        assert found(database, "word", "Asha") == 1
