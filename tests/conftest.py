"""What tests share. Nothing here touches a database until a test asks for one."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from config import EXAMPLE_KEY, Config
from tests.clock import Clock

if TYPE_CHECKING:  # so that tests of pure values import neither Flask nor SQLAlchemy
    from flask import Flask
    from flask.testing import FlaskClient
    from jinja2 import FileSystemBytecodeCache

    from screening.domain.clinic import Clinic
    from screening.protocols.library import ProtocolLibrary
    from screening.storage.database import Database
    from tests.databases import PostgresServer, SqliteFiles

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

FIRST = 4
IN_FULL = (
    "test_audit_", "test_backup", "test_malformed", "test_migrations", "test_rekeying",
    "test_storage_", "test_torture", "test_erasure", "test_outbox", "test_second_person_races",
    "test_supplement_races", "test_throttle", "test_moving_house", "test_tombstones",
    "test_clinic_conflict",
)  # fmt: skip

# Times vary too much on shared machines to be a reason to fail.
settings.register_profile(
    "thorough", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("quick", settings.get_profile("thorough"), max_examples=20)
settings.load_profile("thorough")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_files() -> Iterator["SqliteFiles"]:
    from tests.databases import sqlite_files

    with sqlite_files() as files:
        yield files


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer"]:
    from tests.databases import postgres_server

    with postgres_server() as server:
        yield server


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def databases(engine_name: str, request: pytest.FixtureRequest) -> "SqliteFiles | PostgresServer":
    source: SqliteFiles | PostgresServer = request.getfixturevalue(
        "sqlite_files" if engine_name == "sqlite" else "postgres"
    )
    return source


@pytest.fixture
def database_url(databases: "SqliteFiles | PostgresServer") -> Iterator[str]:
    """A database of this test's own, migrated to head, on SQLite and on PostgreSQL."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def empty_database_url(databases: "SqliteFiles | PostgresServer") -> Iterator[str]:
    """A database without a single table."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def config(database_url: str) -> Config:
    """Most tests sign in by password alone; those of the second factor ask for it."""
    return Config(
        database_url=database_url,
        master_key=EXAMPLE_KEY,
        environment="test",
        second_factor=False,
    )


@pytest.fixture
def database(config: Config) -> Iterator["Database"]:
    from screening.storage.database import Database
    from screening.storage.sealing import KeyRing

    database = Database(config.database_url, KeyRing(config.master_key))
    yield database
    database.close()


@pytest.fixture
def clinic(database: "Database", clock: Clock) -> "Clinic":
    from screening.domain.clinic import Clinic
    from screening.storage.clinic import write_clinic

    juniper = Clinic(
        name="Juniper Skin Clinic (demo)",
        phone="020 7946 0100",
        emergency_number="999",
        urgent_line="NHS 111",
        jurisdiction="england",
        time_zone="Europe/London",
        modality="mechanical",
        public_start=True,
        accent="#7a3e5d",
        is_demo=False,
    )
    with database.write() as session:
        write_clinic(session, juniper, clock())
    return juniper


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> "FileSystemBytecodeCache":
    """Compiling the templates anew for each app took most of the time."""
    from jinja2 import FileSystemBytecodeCache

    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def standing_apps() -> dict[Config, "Flask"]:
    return {}


@pytest.fixture
def app(
    config: Config,
    clinic: "Clinic",
    clock: Clock,
    standing_apps: dict[Config, "Flask"],
    compiled_templates: "FileSystemBytecodeCache",
) -> Iterator["Flask"]:
    """One Flask object serves many tests, each with parts of its own: the web tier has no state."""
    from screening.app import create_app, parts_for

    same = replace(config, database_url="sqlite:///:memory:")
    if same not in standing_apps:
        standing_apps[same] = create_app(config, clock=clock)
        standing_apps[same].jinja_env.bytecode_cache = compiled_templates
    app = standing_apps[same]
    app.extensions["prelude"].database.close()
    app.extensions["prelude"] = parts_for(config, clock=clock)
    yield app
    app.extensions["prelude"].database.close()


@pytest.fixture
def app_with(
    config: Config,
    clinic: "Clinic",
    clock: Clock,
    compiled_templates: "FileSystemBytecodeCache",
) -> Iterator[Callable[["ProtocolLibrary | None"], "Flask"]]:
    """An app of the test's own, with these protocols; None are the shipped ones."""
    from screening.app import create_app

    made: list[Flask] = []

    def make(library: "ProtocolLibrary | None") -> "Flask":
        app = create_app(config, clock=clock, library=library)
        app.jinja_env.bytecode_cache = compiled_templates
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["prelude"].database.close()


@pytest.fixture
def app_to_change(app_with: Callable[["ProtocolLibrary | None"], "Flask"]) -> "Flask":
    """For tests that give it pages that Prelude does not have."""
    return app_with(None)


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    return app.test_client()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL a module's first tests are tried, each with one value.

    What follows takes other ways through the pages, not through the database. Where it does, the
    module is one of those named here.
    """
    seen: defaultdict[str, set[str]] = defaultdict(set)
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        module, test = item.path.name, getattr(item, "originalname", item.name)
        engine = getattr(item, "callspec", None) and item.callspec.params.get("engine_name")
        enough = test in seen[module] or len(seen[module]) == FIRST
        if engine != "postgresql" or module.startswith(IN_FULL) or not enough:
            kept.append(item)
        else:
            left_out.append(item)
        if engine == "postgresql" and not enough:
            seen[module].add(test)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def pytest_collection_finish() -> None:
    """What was collected stays: looking through it again and again is time lost."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
