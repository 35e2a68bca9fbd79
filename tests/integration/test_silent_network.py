"""A network that swallows what is sent: an answer comes in time, and it says to try again."""

import socket
from collections.abc import Iterator
from contextlib import closing
from time import monotonic

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from screening.storage.engine import WHEN_NOBODY_ANSWERS, engine_for
from screening.storage.failures import is_unavailable


@pytest.fixture
def silent_port() -> Iterator[int]:
    """It takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


@pytest.mark.thorough
def test_a_server_that_never_answers_is_unavailable_within_seconds(silent_port: int) -> None:
    engine, began = engine_for(f"postgresql://prelude@127.0.0.1:{silent_port}/prelude"), monotonic()
    with pytest.raises(OperationalError) as caught, engine.connect():
        pass
    engine.dispose()
    assert is_unavailable(caught.value)
    assert monotonic() - began < WHEN_NOBODY_ANSWERS["connect_timeout"] + 5


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_connection_notices_when_the_other_side_is_gone(database_url: str) -> None:
    engine = engine_for(database_url)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        assert raw.info.get_parameters()["tcp_user_timeout"] == "15000"
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


@pytest.mark.thorough
@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_server_that_takes_nothing_is_unavailable(database_url: str) -> None:
    engine = engine_for(database_url)
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("CREATE TABLE refused (one integer)"))
    engine.dispose()
    assert is_unavailable(caught.value)
