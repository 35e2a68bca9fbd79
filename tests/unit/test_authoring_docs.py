"""docs/protocol-authoring.md: its example is a protocol, and its mistakes are those one reads."""

import re
from pathlib import Path

import pytest

from screening.protocols.reader import read_protocol
from screening.protocols.shapes import ProtocolUnreadable
from screening.protocols.verify.proof import verify

DOCS = Path(__file__).parents[2] / "docs"
AUTHORING = (DOCS / "protocol-authoring.md").read_text()
EXAMPLE = (DOCS / "lash-lift.toml").read_text()
GAPS = re.compile(r'\[\[rules\]\]\nid = "incomplete_answers".*?(?=\n\[\[)', re.DOTALL)


def test_the_example_keeps_every_property_and_declares_them_all() -> None:
    report = verify(read_protocol(DOCS / "lash-lift.toml"))
    assert [failure.what for failure in report.failures] == []
    assert report.complete


def test_the_mistakes_that_the_page_shows_are_those_of_the_example_broken_like_this(
    tmp_path: Path,
) -> None:
    broken = GAPS.sub("", EXAMPLE)
    for right, wrong in (
        ('level = "stop"\nwhen', 'level = "halt"\nwhen'),
        ('patient = "Please take', 'pateint = ""\npatient = "Please take'),
        ('id = "eye_infection"\nkind', 'id = "eye_infection"\noptional = true\nkind'),
        ("open = true }\n", 'open = true, fires = ["red"] }\n'),
    ):  # fmt: skip
        assert broken.count(right) == 1, right
        broken = broken.replace(right, wrong)
    file = tmp_path / "draft.toml"
    file.write_text(broken)
    with pytest.raises(ProtocolUnreadable) as refused:
        read_protocol(file)
    shown = re.findall(r"^draft\.toml: .*$", AUTHORING, re.MULTILINE)
    assert sorted(str(refused.value).splitlines()) == sorted(shown)


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.(?:md|toml))", AUTHORING))
def test_every_file_that_the_page_links_exists(name: str) -> None:
    assert (DOCS / name).is_file()


@pytest.mark.parametrize("title", sorted(set(re.findall(r"\]\((?:#)([a-z-]+)\)", AUTHORING))))
def test_every_section_that_the_page_links_exists(title: str) -> None:
    headings = re.findall(r"^#+ (.*)$", AUTHORING, re.MULTILINE)
    assert title in [heading.lower().replace(" ", "-") for heading in headings]
