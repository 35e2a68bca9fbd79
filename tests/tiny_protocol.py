"""A protocol small enough to be read at a glance, for tests that break it."""

import copy
import tomllib
from typing import Any

from screening.domain.protocol import ScreeningProtocol
from screening.protocols.reader import build_protocol

TEXT = """
name = "tiny"
version = "1"
title = "Before your visit"
approval_banner = "Awaits approval."
nothing_noticed = "Nothing needs a change of plan yet."
not_before_label = "The earliest date to talk about"
no_date_yet = "No date yet."
day_check = ["Sore?"]
safeguarding = ["See the person alone."]
never_say = ["all clear"]

[headings]
stop = "Please wait"
review = "A clinician will look"
caution = "A few extra steps"
info = "Good to know"

[settings]
jurisdiction = ["england", "wales", "scotland", "ni", "us", "other"]
modality = ["mechanical", "rf", "unknown"]

[waits.sun]
months = 1
seen = "1 month"
strength = "expert opinion"

[waits.adulthood]
months = 216
seen = "18 years"
strength = "policy"

[waits.answers_old]
days = 28
seen = "-"
strength = "policy"

[conditions]

[[sections]]
id = "skin"
title = "Your skin"

[[sections.items]]
id = "skin_today"
kind = "multi"
wording = "Any of these today?"
why = "We ask."
unsure = "critical"
options = [
  { id = "sore", label = "A sore" },
  { id = "rash", label = "A rash" },
  { id = "none", label = "None of these", exclusive = true },
  { id = "not_sure", label = "Not sure" },
]
harmless = { none = "Nothing to report." }

[[sections.items]]
id = "sun"
kind = "single"
wording = "Much sun?"
why = "We ask."
unsure = "minor"
options = [
  { id = "no", label = "No" },
  { id = "yes", label = "Yes" },
  { id = "not_sure", label = "Not sure" },
]
harmless = { no = "Nothing to report." }

[[sections.items]]
id = "sun_date"
kind = "date"
wording = "When?"
why = "We ask."
special_dates = ["over_2_years", "unknown"]
shown_when = { item = "sun", has = ["yes"] }

[[sections.items]]
id = "sun_place"
kind = "single"
wording = "Where?"
why = "We ask."
shown_when = { item = "sun", has = ["yes"] }
options = [
  { id = "face", label = "On my face" },
  { id = "elsewhere", label = "Somewhere else" },
]
harmless = { elsewhere = "Not the area." }

[[sections.items]]
id = "date_of_birth"
kind = "birth_date"
wording = "When were you born?"
why = "We ask."
gate = true
"""

_RULE = """
[[rules]]
id = "{id}"
group = "Rules"
level = "{level}"
{rest}
patient = "We will talk about it."
clinician = "Ask."
evidence = "policy"
sources = []
"""
_RULES = (
    ("too_young", "stop", """override = false
when = { always = true }
since = "date_of_birth"
wait = "adulthood"
checked_on = ["treatment", "completion"]"""),
    ("sore_now", "stop", 'when = { item = "skin_today", has = ["sore"] }\nopen = true'),
    ("rash_now", "review", 'when = { item = "skin_today", has = ["rash"] }'),
    ("sun_lately", "review",
     'when = { item = "sun", has = ["yes"] }\nsince = "sun_date"\nwait = "sun"'),
    ("sun_on_face", "caution", 'when = { item = "sun_place", has = ["face"] }'),
    ("unsure_critical", "review", 'process = "unsure"\nunsure = "critical"'),
    ("unsure_minor", "caution", 'process = "unsure"\nunsure = "minor"'),
    ("date_unknown", "review", 'process = "unknown_date"\nopen = true'),
    ("incomplete", "review", 'process = "gaps"\nopen = true'),
    ("inconsistent", "review", 'process = "contradiction"'),
    ("changed", "review", 'process = "changed_after_result"'),
    ("old", "caution", 'process = "old_answers"\nwait = "answers_old"'),
    ("everybody", "info", 'process = "always"'),
)  # fmt: skip
_CASES = """
[[safety_cases]]
id = "a_sore_stops"
sentence = "A sore is a stop, whatever else is answered."
ground = "policy"
given = { item = "skin_today", has = ["sore"] }
then = { level_at_least = "stop", fires = ["sore_now"], open = true }

[[safety_cases]]
id = "sun_on_the_face_alone"
sentence = "Sun on the face long ago, alone, is a caution."
ground = "policy"
given = { item = "sun_place", has = ["face"] }
answers = { sun = "yes", sun_date = "over_2_years" }
alone = true
then = { level_at_most = "caution", never = ["sore_now"], asks = ["sun_date"] }

[[safety_cases]]
id = "sun_waits_a_month"
sentence = "The wait after sun is a month."
ground = "policy"
given = { always = true }
then = { waits = { sun_lately = { months = 1 } }, says = { sore_now = "talk about it" } }
"""

TINY = (
    TEXT + "".join(_RULE.format(id=i, level=level, rest=rest) for i, level, rest in _RULES) + _CASES
)

Toml = dict[str, Any]
_TABLES: Toml = tomllib.loads(TINY)


def tables() -> Toml:
    return copy.deepcopy(_TABLES)


def rule(toml: Toml, name: str) -> Toml:
    return next(one for one in toml["rules"] if one["id"] == name)


def item(toml: Toml, name: str) -> Toml:
    return next(one for one in toml["sections"][0]["items"] if one["id"] == name)


def case(toml: Toml, name: str) -> Toml:
    return next(one for one in toml["safety_cases"] if one["id"] == name)


def built(toml: Toml) -> ScreeningProtocol:
    return build_protocol("tiny.toml", toml, "digest")


def altered(protocol: ScreeningProtocol, **changes: object) -> ScreeningProtocol:
    """The protocol with other parts, without asking whether it may exist."""
    other = copy.copy(protocol)
    vars(other).pop("items", None)
    vars(other).update(changes)
    return other
