"""What a machine is given to run Prelude with: units, the command, the proxy (OP-3)."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
COMMAND = DEPLOY / "prelude"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
KEY = "LoadCredential=prelude.key:/etc/prelude/prelude.key"
SETTINGS = "EnvironmentFile=/etc/prelude/environment"


def lines(file: Path) -> set[str]:
    return set(file.read_text(encoding="utf-8").splitlines())


def test_the_service_may_do_no_more_than_it_needs() -> None:
    assert {
        "Type=notify", "UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict",
        "ReadWritePaths=/var/lib/prelude -/mnt/elsewhere/prelude", "ProtectHome=yes",
        "PrivateTmp=yes", "PrivateDevices=yes", "PrivateUsers=yes", "CapabilityBoundingSet=",
        "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
        "SystemCallArchitectures=native", "RestrictNamespaces=yes", "ProtectProc=invisible",
    } <= lines(DEPLOY / "prelude.service")  # fmt: skip


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_every_unit_runs_as_a_user_of_its_own_whose_key_systemd_keeps(file: Path) -> None:
    assert {
        "User=prelude", "UMask=0077", SETTINGS, KEY, "NoNewPrivileges=yes",
        "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet=",
        "SystemCallFilter=@system-service",
    } <= lines(file)  # fmt: skip
    assert not {line for line in lines(file) if line.startswith("Environment=PRELUDE_")}


def test_every_timer_has_its_service_and_a_time_of_its_own() -> None:
    timers = sorted(DEPLOY.glob("*.timer"))
    assert [one.stem for one in timers] == [one.stem for one in SERVICES if one.stem != "prelude"]
    times = {re.findall("OnCalendar=.*", one.read_text())[0] for one in timers}
    assert len(times) == len(timers)
    for timer in timers:
        assert f"{timer.name}" in OPERATIONS


def test_nothing_is_erased_after_a_log_that_does_not_hold() -> None:
    """systemd runs them in this order, and none after one that failed (systemd.service(5))."""
    unit = (DEPLOY / "prelude-retention.service").read_text()
    assert re.findall(r"^ExecStart=\S+ .*wsgi\.py (.+)$", unit, re.MULTILINE) == [
        "audit verify",
        "retention",
    ]


def test_the_command_hands_over_what_the_service_has_and_shows_none_of_it() -> None:
    words = COMMAND.read_text()
    for line in ("User=prelude", "UMask=0077", "NoNewPrivileges=yes", SETTINGS, KEY):
        assert f"--property={line}" in words
    assert "--quiet" in words  # or its unit's name would mix with what is printed
    assert "$(grep" not in words + OPERATIONS  # settings on a command line are seen by everybody


@pytest.mark.parametrize("name", ["prelude", "prelude-in-container"])
def test_a_command_can_be_run_by_any_shell(name: str) -> None:
    assert (DEPLOY / name).stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(DEPLOY / name)], check=True)


def test_the_proxy_writes_no_address_down_and_believes_no_client() -> None:
    said = re.sub(r" *#.*", "", (DEPLOY / "nginx.conf").read_text())
    assert said.count("access_log off;") == said.count("server {") == 2
    assert re.search(r"error_log \S+ crit;", said)  # below it, requests are named
    for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        assert f"proxy_set_header {header};" in said
    assert "proxy_add_x_forwarded_for" not in said


def test_the_proxy_puts_no_form_and_no_record_into_a_file() -> None:
    """By default nginx does, for forms above 16 kB and answers that a browser takes slowly."""
    said = (DEPLOY / "nginx.conf").read_text()
    (most,) = re.findall(r"^ *client_max_body_size (\w+);", said, re.MULTILINE)
    assert f"client_body_buffer_size {most};" in said
    assert "proxy_max_temp_file_size 0;" in said


CONTAINER = (DEPLOY / "Containerfile").read_text().replace("\\\n", "")
INTO_IT = {
    word for line in re.findall(r"^COPY (?!--)(.+) \S+$", CONTAINER, re.M) for word in line.split()
}


def test_a_container_is_never_root_and_leads_to_no_registry() -> None:
    *_, (user, group) = re.findall(r"^USER (\d+):(\d+)$", CONTAINER, re.MULTILINE)
    assert int(user) > 1000 < int(group)
    assert CONTAINER.index("\nUSER ") < CONTAINER.index("\nENTRYPOINT ")
    assert all("/" not in image for image in re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE))
    assert "--require-hashes" in CONTAINER
    assert "ENV PRELUDE_KEY_FILE=/run/secrets/prelude.key" in CONTAINER
    run = (DEPLOY / "prelude-in-container").read_text()
    for words in ("--read-only", "--cap-drop all", "no-new-privileges", f"uid={user},mode=0400"):
        assert words in run


def test_a_container_holds_what_runs_and_neither_tests_nor_history() -> None:
    assert {"screening", "templates", "static", "migrations", "config.py", "wsgi.py"} <= INTO_IT
    assert not INTO_IT & {".", "tests", "bench", ".git", "instance"}
    assert all((ROOT / name).exists() for name in INTO_IT)


def test_a_container_s_health_is_asked_for_by_a_program_that_can_be_read() -> None:
    (words,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", CONTAINER, re.MULTILINE)
    program = json.loads(words)[-1]
    compile(program, "HEALTHCHECK", "exec")
    assert "/healthz" in program
