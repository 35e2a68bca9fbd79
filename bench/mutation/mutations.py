"""Single ways to break a protocol: each has a kind, a name that says what, and an edit."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.mutation.edits import Edit, Toml, Way, conditions, drop, items, put

LEVELS = ["info", "caution", "review", "stop"]
NEVER = "You are safe to be treated. "


@dataclass(frozen=True)
class Mutation:
    kind: str
    name: str
    edit: Edit


def mutations(toml: Toml) -> Iterator[Mutation]:
    for find in (
        _rules, _levels, _openness, _conditions, _waits, _named, _asking, _options, _doubts,
        _declared, _texts,
    ):  # fmt: skip
        for kind, name, edit in find(toml):
            yield Mutation(kind, f"{kind}: {name}", edit)


Found = Iterator[tuple[str, str, Edit]]


def _rules(toml: Toml) -> Found:
    for place, rule in enumerate(toml["rules"]):
        way: Way = ("rules", place)
        yield "rule dropped", rule["id"], drop(way)
        if rule.get("override") is False:
            yield "override allowed", rule["id"], drop((*way, "override"))
        if rule.get("checked_on", ["treatment"]) != ["treatment"]:
            yield "checked on the visit only", rule["id"], drop((*way, "checked_on"))
        if rule.get("fires_without_date"):
            yield "needs a date", rule["id"], drop((*way, "fires_without_date"))


def _levels(toml: Toml) -> Found:
    for place, rule in enumerate(toml["rules"]):
        rank = LEVELS.index(rule["level"])
        way: Way = ("rules", place)
        if rank > 0:
            yield "level lowered", rule["id"], put((*way, "level"), LEVELS[rank - 1])
        if rank < 3 and rule.get("process") != "always":
            yield "level raised", rule["id"], put((*way, "level"), LEVELS[rank + 1])
        for number, one in enumerate(rule.get("level_when", ())):
            lower = LEVELS[LEVELS.index(one["level"]) - 1]
            yield (
                "level lowered",
                f"{rule['id']} by setting",
                put((*way, "level_when", number, "level"), lower),
            )
        if "level_when" in rule:
            yield "level by setting dropped", rule["id"], drop((*way, "level_when"))


def _openness(toml: Toml) -> Found:
    for place, rule in enumerate(toml["rules"]):
        for key in ("open", "open_when"):
            if key in rule:
                yield "a date named", rule["id"], drop(("rules", place, key))


def _conditions(toml: Toml) -> Found:
    for place, rule in enumerate(toml["rules"]):
        for way, start in _of_rule(rule):
            whole: Way = ("rules", place, *way)
            yield from _in_condition(f"{rule['id']}.{way[0]}", whole, start)


def _of_rule(rule: Toml) -> Iterator[tuple[Way, Toml]]:
    for key in ("when", "open_when"):
        if key in rule:
            yield (key,), rule[key]
    for key in ("longer_wait", "level_when"):
        for number, one in enumerate(rule.get(key, ())):
            yield (key, number, "when"), one["when"]


def _in_condition(name: str, way: Way, start: Toml) -> Found:
    if "always" not in start:
        yield "condition inverted", name, put(way, {"not": start})
    for below, part in conditions(start):
        place = f"{name} {'.'.join(map(str, below))}".strip()
        yield from _in_leaf(place, (*way, *below), part)
        yield from _in_several(place, (*way, *below), part)


def _in_leaf(name: str, way: Way, part: Toml) -> Found:
    for option in part.get("has", ()) if len(part.get("has", ())) > 1 else ():
        rest = [one for one in part["has"] if one != option]
        yield "option forgotten", f"{name} {option}", put((*way, "has"), rest)
    if part.get("or_missing"):
        yield "a gap overlooked", name, drop((*way, "or_missing"))
    if len(part.get("is", ())) == 1:
        other = "unknown" if part["setting"] == "modality" else "england"
        yield "setting mistaken", name, put((*way, "is"), [other])
    if "younger_than" in part:
        yield "age lowered", name, put((*way, "younger_than"), part["younger_than"] - 1)


def _in_several(name: str, way: Way, part: Toml) -> Found:
    if "at_least" in part:
        yield "one more needed", name, put((*way, "at_least"), part["at_least"] + 1)
    if "any" in part:
        yield "any made all", name, put(way, {"all": part["any"]})
    for key in ("all", "any", "of"):
        several = part.get(key, ())
        for number in range(len(several)):
            rest = several[:number] + several[number + 1 :]
            value = put((*way, key), rest) if len(rest) > 1 else put(way, rest[0])
            yield "part forgotten", f"{name} {key} {number}", value


def _waits(toml: Toml) -> Found:
    for key, wait in toml["waits"].items():
        for unit in ("days", "months"):
            if unit in wait:
                less = wait[unit] - 1
                yield (
                    "wait shortened",
                    f"{key} by one of its {unit}",
                    put(("waits", key, unit), less),
                )
        if "months" in wait:
            days = wait["months"] * 30
            yield "wait shortened", f"{key} to {days} days", _in_days(key, days)
    for place, rule in enumerate(toml["rules"]):
        if "longer_wait" in rule:
            yield "longer wait dropped", rule["id"], drop(("rules", place, "longer_wait"))
        if "since" in rule and "wait" in rule and rule["wait"] != "fake_tan":
            yield (
                "another wait",
                f"{rule['id']} as fake tan",
                put(("rules", place, "wait"), "fake_tan"),
            )


def _in_days(key: str, days: int) -> Edit:
    def edit(toml: Toml) -> None:
        del toml["waits"][key]["months"]
        toml["waits"][key]["days"] = days

    return edit


def _named(toml: Toml) -> Found:
    for key, start in toml["conditions"].items():
        yield from _in_condition(f"conditions.{key}", ("conditions", key), start)


def _asking(toml: Toml) -> Found:
    """Items that are hidden, asked later, or need no answer."""
    for way, item in items(toml):
        if "shown_when" not in item:
            hidden = {"item": "urgent_signs", "has": ["none"]}
            if item["id"] not in ("date_of_birth", "urgent_signs"):
                yield "item hidden", item["id"], put((*way, "shown_when"), hidden)
        else:
            yield "item always shown", item["id"], drop((*way, "shown_when"))
            yield from _shown_less(item["id"], (*way, "shown_when"), item["shown_when"])
        if not item.get("optional"):
            yield "answer not needed", item["id"], put((*way, "optional"), True)
        yield "item dropped", item["id"], drop(way)


def _shown_less(name: str, way: Way, shown_when: Toml) -> Found:
    key = "has" if "has" in shown_when else "is"
    for option in shown_when[key] if len(shown_when[key]) > 1 else ():
        rest = [one for one in shown_when[key] if one != option]
        yield "shown less", f"{name} not after {option}", put((*way, key), rest)


def _options(toml: Toml) -> Found:
    for way, item in items(toml):
        for place, option in enumerate(item.get("options", ())):
            name = f"{item['id']}.{option['id']}"
            here: Way = (*way, "options", place)
            yield "option dropped", name, drop(here)
            if option.get("exclusive"):
                yield "no longer alone", name, drop((*here, "exclusive"))
            elif option["id"] == "not_sure" and item["kind"] == "multi":
                yield "doubt stands alone", name, put((*here, "exclusive"), True)


def _doubts(toml: Toml) -> Found:
    lower = {"critical": "minor", "own_rule": "minor"}
    for way, item in items(toml):
        if item.get("unsure") in lower:
            less = lower[item["unsure"]]
            yield "doubt made lighter", item["id"], put((*way, "unsure"), less)
        if "unknown" in item.get("special_dates", ()):
            for word in item["special_dates"]:
                rest = [one for one in item["special_dates"] if one != word]
                yield (
                    "date word dropped",
                    f"{item['id']} {word}",
                    put((*way, "special_dates"), rest),
                )


def _declared(toml: Toml) -> Found:
    for way, item in items(toml):
        harmless = item.get("harmless", {})
        for option in item.get("options", ()):
            name = f"{item['id']}.{option['id']}"
            if option["id"] in harmless:
                yield "harmless forgotten", name, drop((*way, "harmless", option["id"]))
            else:
                reasons = {**harmless, option["id"]: "Somebody thought so."}
                yield "made harmless", name, put((*way, "harmless"), reasons)
    for place, one in enumerate(toml["contradictions"]):
        yield "contradiction dropped", one["id"], drop(("contradictions", place))
        yield "question dropped", one["id"], drop(("contradictions", place, "question"))


def _texts(toml: Toml) -> Found:
    for place, rule in enumerate(toml["rules"]):
        way: Way = ("rules", place)
        for key in ("patient", "clinician", "evidence"):
            yield f"{key} dropped", rule["id"], drop((*way, key))
        if rule["sources"]:
            yield "sources dropped", rule["id"], put((*way, "sources"), [])
        yield "never-say said", rule["id"], put((*way, "patient"), NEVER + rule["patient"])
