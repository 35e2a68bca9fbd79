"""The installation says in one line why it will not start like this."""

from base64 import b64encode
from pathlib import Path

import pytest

from config import EXAMPLE_KEY, Config, ConfigurationError

KEY = b64encode(bytes(range(7, 39))).decode()


def read(**environ: str) -> Config:
    return Config.from_environment({"PRELUDE_KEY": KEY, **environ})


def test_a_key_is_all_it_needs() -> None:
    config = read()
    assert config.environment == "production"
    assert config.base_url == "http://127.0.0.1:8000"
    assert config.trusted_hosts == ("127.0.0.1", "localhost")
    assert config.database_url.endswith("/instance/prelude.sqlite3")
    assert not config.secure_cookies
    assert not config.debug


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read(DATABASE_URL="", PRELUDE_BASE_URL=" ", FLASK_DEBUG="") == read()


def test_the_port_is_part_of_the_address_unless_the_address_is_given() -> None:
    assert read(PORT="8123").base_url == "http://127.0.0.1:8123"
    given = read(PORT="8123", PRELUDE_BASE_URL="https://skin.example.org/")
    assert given.base_url == "https://skin.example.org"


def test_over_https_cookies_are_secure_and_only_that_host_is_answered() -> None:
    config = read(PRELUDE_BASE_URL="https://skin.example.org")
    assert config.secure_cookies
    assert config.trusted_hosts == ("skin.example.org",)


def test_more_hosts_can_be_named() -> None:
    config = read(PRELUDE_TRUSTED_HOSTS="skin.example.org, 10.0.0.5,")
    assert config.trusted_hosts == ("127.0.0.1", "localhost", "skin.example.org", "10.0.0.5")


def test_mail_is_off_until_a_server_is_named_and_a_demo_only_shows_it() -> None:
    assert read().mail == "off"
    assert read(PRELUDE_ENVIRONMENT="demo").mail == "demo"
    server = "smtps://me:hunter2@x.example"
    mail = read(PRELUDE_SMTP_URL=server, PRELUDE_MAIL_FROM="a@b.example")
    assert mail.mail == "smtp"
    assert "hunter2" not in repr(mail)


def test_secrets_do_not_show_in_a_repr() -> None:
    shown = repr(read(DATABASE_URL="postgresql://prelude:hunter2@db/prelude"))
    assert "hunter2" not in shown
    assert "master_key" not in shown


def test_the_key_may_stand_in_a_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    assert from_file(tmp_path, KEY + "\n", mode=0o600).master_key == read().master_key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigurationError, match="chmod 600"):
        from_file(tmp_path, KEY, mode)


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no key"):
        Config.from_environment({"PRELUDE_KEY_FILE": str(tmp_path / "none")})


REFUSED = {
    "a key that is no base64": ({"PRELUDE_KEY": "change-me!"}, "base64"),
    "a short key": ({"PRELUDE_KEY": b64encode(b"x" * 16).decode()}, "not 16"),
    "a key of one letter": ({"PRELUDE_KEY": b64encode(b"x" * 32).decode()}, "random"),
    "the published key": ({"PRELUDE_KEY": b64encode(EXAMPLE_KEY).decode()}, "published"),
    "plain http in the open": ({"PRELUDE_BASE_URL": "http://skin.example.org"}, "https"),
    "debug": ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
    "mail from nobody": ({"PRELUDE_SMTP_URL": "smtps://mail.example.org"}, "PRELUDE_MAIL_FROM"),
    "mail in the open": ({"PRELUDE_SMTP_URL": "smtp://mail.example.org"}, "smtps://"),
    "mail out of a demo": (
        {
            "PRELUDE_SMTP_URL": "smtps://x.example",
            "PRELUDE_MAIL_FROM": "a@b.example",
            "PRELUDE_ENVIRONMENT": "demo",
        },
        "demo sends no mail",
    ),
    "an unknown environment": ({"PRELUDE_ENVIRONMENT": "staging"}, "production, demo or test"),
    "an unknown database": ({"DATABASE_URL": "mysql://db/prelude"}, "sqlite"),
    "a database in memory": ({"DATABASE_URL": "sqlite:///:memory:"}, "name a file"),
    "an address without a scheme": ({"PRELUDE_BASE_URL": "skin.example.org"}, "look like"),
    "an address with a path": ({"PRELUDE_BASE_URL": "https://x.example/app"}, "look like"),
    "an address with a user": ({"PRELUDE_BASE_URL": "https://me@x.example"}, "nothing but"),
    "a port that is none": ({"PORT": "eighty"}, "no valid address"),
    "host patterns": ({"PRELUDE_TRUSTED_HOSTS": "*.example.org"}, "no patterns"),
    "a strange number of proxies": ({"PRELUDE_PROXIES": "-1"}, "0 to 3"),
}


@pytest.mark.parametrize(("environ", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_production_refuses(environ: dict[str, str], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as refusal:
        read(**environ)
    assert "\n" not in str(refusal.value)


def test_a_demo_may_use_plain_http_anywhere_but_never_a_short_key() -> None:
    config = read(PRELUDE_ENVIRONMENT="demo", PRELUDE_BASE_URL="http://laptop.local:8000")
    assert config.environment == "demo"
    with pytest.raises(ConfigurationError, match="32 bytes"):
        Config(database_url="sqlite:///x", master_key=b"short", environment="test")


def from_file(folder: Path, text: str, mode: int) -> Config:
    path = folder / "prelude.key"
    path.write_text(text)
    path.chmod(mode)
    return Config.from_environment({"PRELUDE_KEY_FILE": str(path)})
