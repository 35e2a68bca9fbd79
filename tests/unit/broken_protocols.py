"""Ways to break a protocol file: how, at which key path the reader complains, and in what words."""

# One line a fault, so that the table reads as a table.
# ruff: noqa: E501

import copy
from collections.abc import Callable
from typing import Any

Toml = dict[str, Any]


def items(toml: Toml) -> dict[str, Toml]:
    return {item["id"]: item for section in toml["sections"] for item in section["items"]}


def rule(name: str, **changes: object) -> Callable[[Toml], None]:
    return inside("rules", name, **changes)


def item(name: str, **changes: object) -> Callable[[Toml], None]:
    return lambda toml: _change(items(toml)[name], changes)


def source(name: str, **changes: object) -> Callable[[Toml], None]:
    return inside("sources", name, **changes)


def advice(name: str, **changes: object) -> Callable[[Toml], None]:
    return inside("advice", name, **changes)


def root(**changes: object) -> Callable[[Toml], None]:
    return lambda toml: _change(toml, changes)


def inside(*way: str | int, **changes: object) -> Callable[[Toml], None]:
    def break_it(toml: Any) -> None:
        _change(_at(toml, way), changes)

    return break_it


def _at(toml: Any, way: tuple[str | int, ...]) -> Any:
    for step in way:
        by_id = isinstance(toml, list) and isinstance(step, str)
        toml = next(one for one in toml if one["id"] == step) if by_id else toml[step]
    return toml


def _change(table: Toml, changes: dict[str, object]) -> None:
    for key, value in changes.items():
        if value is None:
            table.pop(key)
        else:
            table[key] = value


def twice(*way: str | int) -> Callable[[Toml], None]:
    """Say the first thing of a list again at its end."""

    def break_it(toml: Any) -> None:
        _at(toml, way).append(copy.deepcopy(_at(toml, way)[0]))

    return break_it


def has(name: str, *options: str) -> Toml:
    return {"item": name, "has": list(options)}


def setting(name: str, *values: str) -> Toml:
    return {"setting": name, "is": list(values)}


YOUNG = {"item": "date_of_birth", "younger_than": 22, "on": ["treatment"]}
SURPRISE = {"surprise": 1}
GATE = "sections.about_you.items"
SKIN = "sections.skin_today.items"

# fmt: off
CASE = {"id": "one", "sentence": "A cold sore stops.", "ground": "policy", "given": has("skin_now", "cold_sore"), "then": {"level_at_least": "stop"}}
PAIR = {"id": "pair", "when": has("skin_now", "warts"), "question": "Which is right?"}


def safety(**changes: object) -> Callable[[Toml], None]:
    case = {key: value for key, value in (CASE | changes).items() if value is not None}
    return root(safety_cases=[case])


BROKEN: dict[str, tuple[Callable[[Toml], None], str, str]] = {
    # conditions name what exists
    "unknown item in a rule": (rule("smokes", when=has("smoking", "yes")), "rules.smokes.when", "no item smoking"),
    "unknown option in a rule": (rule("smokes", when=has("conditions", "cigars")), "rules.smokes.when", "no option cigars"),
    "option of a date": (rule("smokes", when=has("herpes_last", "unknown")), "rules.smokes.when", "no option unknown"),
    "unknown item in a named condition": (inside("conditions", pih_prone=has("marks", "yes")), "conditions.pih_prone", "no item marks"),
    "unknown option in a contradiction": (inside("contradictions", 0, when=has("skin_now", "zits")), "contradictions.0.when", "no option zits"),
    "unknown option in a level_when": (rule("smokes", level_when=[{"when": has("conditions", "cigars"), "level": "stop"}]), "rules.smokes.level_when.0.when", "no option cigars"),
    "unknown option in an open_when": (rule("smokes", open_when=has("conditions", "cigars")), "rules.smokes.open_when", "no option cigars"),
    "unknown option in a longer_wait": (rule("wait_home_device", longer_wait=[{"when": has("home_device_how", "deep"), "wait": "home_needling_deep"}]), "rules.wait_home_device.longer_wait.0.when", "no option deep"),
    "unknown condition": (rule("pih_caution", when={"named": "prone"}), "rules.pih_caution.when.named", "no condition prone"),
    "named condition before its definition": (root(conditions={"one": {"named": "two"}, "two": has("skin_now", "warts")}), "conditions.one.named", "no condition two"),
    "unknown setting": (rule("smokes", when=setting("country", "us")), "rules.smokes.when", "no setting country"),
    "unknown setting value": (rule("smokes", when=setting("modality", "laser")), "rules.smokes.when", "never laser"),
    "a setting that no clinic has": (inside("settings", weather=["sun"]), "settings.weather", "not the values"),
    "a setting value left out": (inside("settings", modality=["rf", "unknown"]), "settings.modality", "not the values"),
    "age of something unborn": (rule("smokes", when=YOUNG | {"item": "herpes_last"}), "rules.smokes.when", "no date of birth"),
    "unknown day of age": (rule("smokes", when=YOUNG | {"on": ["today"]}), "rules.smokes.when.on", "no day today"),
    "age beyond everybody": (rule("smokes", when=YOUNG | {"younger_than": 9000}), "rules.smokes.when.younger_than", "nobody is that old"),
    "age as a text": (rule("smokes", when=YOUNG | {"younger_than": "22"}), "rules.smokes.when.younger_than", "no positive whole number"),
    "a list without options": (rule("smokes", when=has("conditions")), "rules.smokes.when.has", "the list is empty"),
    "options as a text": (rule("smokes", when={"item": "conditions", "has": "smokes"}), "rules.smokes.when.has", "no list of texts"),
    "a setting without values": (rule("smokes", when=setting("modality")), "rules.smokes.when.is", "the list is empty"),
    "more than there are": (rule("combo_bleeding", when={"at_least": 3, "of": [has("medicines", "nsaid"), has("medicines", "supplements")]}), "rules.combo_bleeding.when.at_least", "more than there are"),
    "any of one": (rule("smokes", when={"any": [has("conditions", "smokes")]}), "rules.smokes.when.any", "fewer than two"),
    "all of nothing": (rule("smokes", when={"all": []}), "rules.smokes.when.all", "fewer than two"),
    "all of a text": (rule("smokes", when={"all": "conditions"}), "rules.smokes.when.all", "no list of tables"),
    "not as a text": (rule("smokes", when={"not": "conditions"}), "rules.smokes.when.not", "this is no table"),
    "an empty condition": (rule("smokes", when={}), "rules.smokes.when", "no condition"),
    "a condition as a text": (rule("smokes", when="conditions = smokes"), "rules.smokes.when", "this is no table"),
    "no condition": (rule("smokes", when=None), "rules.smokes.when", "the table is missing"),
    "never": (rule("smokes", when={"always": False}), "rules.smokes.when", "no condition"),
    "a contradiction that always holds": (inside("contradictions", 0, when={"always": True}), "contradictions.0.when", "always holds"),
    # follow-ups look backwards and can be reached
    "forward reference": (item("urgent_signs", shown_when=has("skin_now", "warts")), f"{GATE}.urgent_signs.shown_when", "not asked before"),
    "reference to itself": (item("skin_now", shown_when=has("skin_now", "warts")), f"{SKIN}.skin_now.shown_when", "not asked before"),
    "unknown item in shown_when": (item("skin_now", shown_when=has("rain", "yes")), f"{SKIN}.skin_now.shown_when", "no item rain"),
    "unreachable by settings": (item("skin_now", shown_when={"all": [setting("modality", "rf"), setting("modality", "mechanical")]}), f"{SKIN}.skin_now.shown_when", "no answers can ever show"),
    "unreachable by a single choice": (item("skin_now", shown_when={"all": [has("past_needling", "no"), has("past_needling", "yes_fine")]}), f"{SKIN}.skin_now.shown_when", "no answers can ever show"),
    "a follow-up that no page can reveal": (item("skin_now", shown_when={"all": [has("treatment_areas", "face"), has("treatment_areas", "lips")]}), f"{SKIN}.skin_now.shown_when", "can reveal a follow-up"),
    "an empty shown_when": (item("skin_now", shown_when={}), f"{SKIN}.skin_now.shown_when", "no condition"),
    "dates for an item asked later": (item("recent_treatment_dates", dates_for="home_device_how"), "items.recent_treatment_dates.dates_for", "no multi choice"),
    "dates for a single choice": (item("recent_treatment_dates", dates_for="pregnancy"), "items.recent_treatment_dates.dates_for", "no multi choice"),
    "dates for nothing": (item("recent_treatment_dates", dates_for=None), "items.recent_treatment_dates.dates_for", "missing for an item of kind dates"),
    # every id once
    "duplicate item": (twice("sections", 0, "items"), "items.date_of_birth", "used twice"),
    "duplicate option": (twice("sections", 0, "items", 1, "options"), f"{GATE}.urgent_signs.options.breathing_swelling", "used twice"),
    "duplicate section": (twice("sections"), "sections.about_you", "used twice"),
    "duplicate rule": (twice("rules"), "rules.age_under_18.id", "used twice"),
    "duplicate source": (twice("sources"), "sources.S1.id", "used twice"),
    "duplicate lead": (twice("leads"), "leads.N1.id", "used twice"),
    "duplicate advice": (twice("advice"), "advice.what_to_expect", "used twice"),
    "an id with a dot": (item("anything_else", id="any.thing"), "items.any.thing", "no id"),
    "an option id in capitals": (inside("sections", 0, "items", 1, "options", 0, id="Breathing"), f"{GATE}.urgent_signs.options.Breathing", "no id"),
    "a rule id with a space": (rule("smokes", id="smoke rings"), "rules.smoke rings", "no id"),
    # texts
    "no title": (root(title=None), "title", "the text is missing"),
    "no version": (root(version=None), "version", "the text is missing"),
    "an empty banner": (root(approval_banner=" "), "approval_banner", "missing or empty"),
    "no heading": (inside("headings", review=None), "headings.review", "the text is missing"),
    "no headings": (root(headings=None), "headings", "the table is missing"),
    "no wording": (item("skin_now", wording=None), f"{SKIN}.skin_now.wording", "the text is missing"),
    "no reason for asking": (item("skin_now", why=None), f"{SKIN}.skin_now.why", "the text is missing"),
    "no label": (inside("sections", 0, "items", 1, "options", 0, label=None), "options.breathing_swelling.label", "the text is missing"),
    "an item without id": (inside("sections", 0, "items", 2, id=None), f"{GATE}.2.id", "the text is missing"),
    "no patient text": (rule("smokes", patient=None), "rules.smokes.patient", "the text is missing"),
    "a clinician text that is a number": (rule("smokes", clinician=4), "rules.smokes.clinician", "this is no text"),
    "no advice text": (advice("before", body=None), "advice.before.body", "the text is missing"),
    "no source title": (source("S1", title=None), "sources.S1.title", "the text is missing"),
    "no key point": (source("S1", key_point=None), "sources.S1.key_point", "the text is missing"),
    "no day check": (root(day_check=None), "day_check", "the list is missing"),
    "a section that asks nothing": (inside("sections", 0, items=[]), "sections.about_you.items", "asks nothing"),
    "a list of items that is none": (inside("sections", 0, items="all"), "sections.about_you.items", "no list of tables"),
    # placeholders
    "placeholder that nobody fills": (rule("smokes", patient="Call {clinic_fax}."), "rules.smokes.patient", "fills in {clinic_fax}"),
    "placeholder with a space": (rule("smokes", patient="Call { clinic_phone }."), "rules.smokes.patient", "no placeholder"),
    "a brace left open": (rule("smokes", patient="Call {clinic_phone."), "rules.smokes.patient", "no placeholder"),
    "a date in a rule without a wait": (rule("smokes", patient="Until {date}."), "rules.smokes.patient", "fills in {date}"),
    "a date in a rule that fires without one": (rule("active_skincare_recent", patient="{date}"), "rules.active_skincare_recent.patient", "fills in {date}"),
    "a list in a rule of one answer": (rule("smokes", patient="{list}"), "rules.smokes.patient", "fills in {list}"),
    "placeholder in a heading": (inside("headings", stop="Call {clinic_phone}"), "headings.stop", "fills in {clinic_phone}"),
    "placeholder in a question": (item("skin_now", wording="On {date}?"), f"{SKIN}.skin_now.wording", "fills in {date}"),
    "unknown placeholder in advice": (advice("before", body="{doctor}"), "advice.before.body", "fills in {doctor}"),
    # sources
    "no ground": (rule("smokes", sources=[]), "rules.smokes.sources", "no source and no stated ground"),
    "no list of sources": (rule("smokes", sources=None), "rules.smokes.sources", "the list is missing"),
    "unknown source": (rule("smokes", sources=["S999"]), "rules.smokes.sources", "no source S999"),
    "unknown source of advice": (advice("before", sources=["S999"]), "advice.before.sources", "no source S999"),
    "disagreement about no rule": (inside("disagreements", 0, rules=["smoking"]), "disagreements.0.rules", "no rule smoking"),
    "no evidence": (rule("smokes", evidence=None), "rules.smokes.evidence", "the text is missing"),
    **{
        f"address {address!r}": (source("S1", address=address), "sources.S1.address", "no web address")
        for address in ("www.fda.gov", "ftp://fda.gov", "https://", "https://fda", "https://fda .gov", "javascript:alert(1)", "https://[")
    },
    # waits and dates
    "wait without event": (rule("smokes", wait="botox"), "rules.smokes.wait", "belong together"),
    "event without wait": (rule("smokes", since="herpes_last"), "rules.smokes.wait", "belong together"),
    "unknown wait": (rule("wait_botox", wait="forever"), "rules.wait_botox.wait", "no wait forever"),
    "unknown longer wait": (inside("rules", "wait_home_device", "longer_wait", 0, wait="forever"), "rules.wait_home_device.wait", "no wait forever"),
    "only a longer wait": (rule("wait_home_device", wait=None), "rules.wait_home_device.wait", "only longer waits"),
    "unused wait": (inside("waits", nap={"days": 1, "seen": "-", "strength": "policy"}), "waits.nap", "no rule uses"),
    "event that is no date": (rule("wait_botox", since="conditions"), "rules.wait_botox.since", "no date item"),
    "event that is nothing": (rule("wait_botox", since="last_botox"), "rules.wait_botox.since", "no date item"),
    "event without its option": (rule("wait_botox", since="recent_treatment_dates"), "rules.wait_botox.since", "names no date"),
    "event of an unknown option": (rule("wait_botox", since="recent_treatment_dates.none"), "rules.wait_botox.since", "names no date"),
    "event with an option too many": (rule("herpes_recent", since="herpes_last.face"), "rules.herpes_recent.since", "names no date"),
    "fires without a date it does not have": (rule("smokes", fires_without_date=True), "rules.smokes.fires_without_date", "has no date"),
    "both days and months": (inside("waits", "botox", months=1), "waits.botox", "either days or months"),
    "neither days nor months": (inside("waits", "botox", days=None), "waits.botox", "either days or months"),
    "a wait of no days": (inside("waits", "botox", days=0), "waits.botox.days", "no positive whole number"),
    "a wait of half a day": (inside("waits", "botox", days=0.5), "waits.botox.days", "no positive whole number"),
    "a wait beyond the calendar": (inside("waits", "botox", days=10**9), "waits.botox", "99 years at most"),
    "a wait that is a number": (inside("waits", botox=14), "waits.botox", "this is no table"),
    "a wait without its strength": (inside("waits", "botox", strength=None), "waits.botox.strength", "the text is missing"),
    "unknown day to check on": (rule("wait_botox", checked_on=["today"]), "rules.wait_botox.checked_on", "no day today"),
    "no day to check on": (rule("wait_botox", checked_on=[]), "rules.wait_botox.checked_on", "the list is empty"),
    # words from closed lists
    "unknown level": (rule("smokes", level="danger"), "rules.smokes.level", "no level danger"),
    "unknown level under a setting": (rule("smokes", level_when=[{"when": setting("modality", "rf"), "level": "red"}]), "rules.smokes.level_when.0.level", "no level red"),
    "unknown process": (rule("date_unknown", process="magic"), "rules.date_unknown.process", "no process magic"),
    "unknown kind": (item("skin_now", kind="slider"), f"{SKIN}.skin_now.kind", "slider is not known"),
    "unknown unsure policy": (item("skin_now", unsure="ignore"), f"{SKIN}.skin_now.unsure", "ignore is not known"),
    "unknown special date": (item("herpes_last", special_dates=["never"]), "items.herpes_last.special_dates", "never is no special date"),
    "unknown place for advice": (advice("before", shown="sometimes"), "advice.before.shown", "sometimes is not known"),
    "a flag in words": (rule("smokes", override="yes"), "rules.smokes.override", "not true or false"),
    # kinds and what they need
    "a choice without options": (item("skin_now", options=None), f"{SKIN}.skin_now.options", "missing for an item of kind multi"),
    "a text with options": (item("anything_else", options=[{"id": "a", "label": "A"}]), "items.anything_else.options", "given for an item of kind text"),
    "a date without a way out": (item("herpes_last", special_dates=None), "items.herpes_last.special_dates", "missing for an item of kind date"),
    # "not sure" and gaps are never "no"
    "not sure without a policy": (item("skin_now", unsure=None), f"{SKIN}.skin_now.unsure", "belong together"),
    "a policy without not sure": (item("urgent_signs", unsure="critical"), f"{GATE}.urgent_signs.unsure", "belong together"),
    "an own rule that does not exist": (item("skin_now", unsure="own_rule"), f"{SKIN}.skin_now.unsure", "no rule reads the not_sure"),
    "nobody speaks of gaps": (rule("incomplete_answers", process="contradiction"), "rules", "process gaps"),
    "nobody speaks of critical doubts": (rule("unsure_critical", unsure="minor"), "rules", "process unsure critical"),
    "a doubt without its weight": (rule("unsure_minor", unsure=None), "rules.unsure_minor.unsure", "do not fit together"),
    "a doubt of unknown weight": (rule("unsure_minor", unsure="some"), "rules.unsure_minor.unsure", "no policy some"),
    "a weight without a doubt": (rule("smokes", unsure="minor"), "rules.smokes.unsure", "do not fit together"),
    "old answers without a wait": (rule("answers_old", wait=None), "rules.answers_old.wait", "process old_answers"),
    "gaps with a wait": (rule("incomplete_answers", wait="botox"), "rules.incomplete_answers.wait", "process gaps"),
    "gaps with an event": (rule("incomplete_answers", since="herpes_last", wait="botox"), "rules.incomplete_answers.since", "has no event"),
    "a process with a condition": (rule("incomplete_answers", when=has("skin_now", "warts")), "rules.incomplete_answers.when", "nothing reads this key"),
    # whole parts
    "no rules": (root(rules=None), "rules", "no rule has the process"),
    "no sections": (root(sections=None), "conditions.pih_prone", "no item"),
    "no waits": (root(waits=None), "waits", "the table is missing"),
    "no sources": (root(sources=None), "rules.age_under_18.sources", "no source"),
    "sources as a table": (root(sources={}), "sources", "no list of tables"),
    # declarations: harmless options, contradictions, safety cases
    "a harmless doubt": (item("skin_now", harmless={"not_sure": "No."}), f"{SKIN}.skin_now.harmless.not_sure", "never harmless"),
    "a harmless option that there is not": (item("skin_now", harmless={"zits": "No."}), f"{SKIN}.skin_now.harmless.zits", "no option zits"),
    "harmless without a reason": (item("skin_now", harmless={"none": ""}), f"{SKIN}.skin_now.harmless.none", "missing or empty"),
    "harmless as a list": (item("skin_now", harmless=["none"]), f"{SKIN}.skin_now.harmless", "this is no table"),
    "a contradiction without a question": (root(contradictions=[{k: PAIR[k] for k in ("id", "when")}]), "contradictions.pair", "belong together"),
    "two contradictions alike": (root(contradictions=[PAIR, PAIR]), "contradictions.pair", "used twice"),
    "a contradiction with a space": (root(contradictions=[PAIR | {"id": "a pair"}]), "contradictions.a pair", "no id"),
    "a contradiction about one answer": (root(contradictions=[PAIR | {"when": has("skin_now", "warts")}]), "contradictions.pair.when", "about one answer"),
    "a question with a placeholder": (root(contradictions=[PAIR | {"question": "{date}?"}]), "contradictions.pair.question", "fills in {date}"),
    "long ago, but no date": (root(contradictions=[PAIR | {"when": {"item": "skin_now", "longer_ago_than": {"days": 28}}}]), "contradictions.pair.when", "skin_now is no date"),
    "long ago, but not how long": (root(contradictions=[PAIR | {"when": {"item": "herpes_last", "longer_ago_than": {}}}]), "contradictions.pair.when.longer_ago_than", "either days or months"),
    "long ago as a number": (root(contradictions=[PAIR | {"when": {"item": "herpes_last", "longer_ago_than": 28}}]), "contradictions.pair.when.longer_ago_than", "this is no table"),
    "a safety case without a sentence": (safety(sentence=None), "safety_cases.one.sentence", "missing or empty"),
    "a safety case without a ground": (safety(ground=""), "safety_cases.one.ground", "missing or empty"),
    "a safety case about nobody": (safety(given=None), "safety_cases.one.given", "the table is missing"),
    "a safety case that promises nothing": (safety(then={}), "safety_cases.one.then", "promises nothing"),
    "a promise of an unknown level": (safety(then={"level_at_least": "halt"}), "safety_cases.one.then.level_at_least", "no level halt"),
    "a promise of an unknown rule": (safety(then={"fires": ["sore"]}), "safety_cases.one.then", "no rule sore"),
    "a promise of an unknown item": (safety(then={"asks": ["zits"]}), "safety_cases.one.then.asks", "no item zits"),
    "a promise of an unknown kind": (safety(then={"level_at_least": "stop", "sings": True}), "safety_cases.one.then.sings", "nothing reads"),
    "a promised wait of a rule that does not wait": (safety(then={"waits": {"smokes": {"days": 14}}}), "safety_cases.one.then.waits.smokes", "waits for nothing"),
    "a promised wait of no length": (safety(then={"waits": {"wait_botox": {}}}), "safety_cases.one.then.waits.wait_botox", "either days or months"),
    "a safety case about an unknown option": (safety(given=has("skin_now", "zits")), "safety_cases.one.given", "no option zits"),
    "a safety case with an unknown answer": (safety(answers={"skin_now": ["zits"]}), "safety_cases.one.answers.skin_now", "no option of the item"),
    "a safety case with an answer to nothing": (safety(answers={"zits": "many"}), "safety_cases.one.answers.zits", "no item zits"),
    "a promise between two levels": (safety(then={"level_at_least": "stop", "level_at_most": "review"}), "safety_cases.one.then.level_at_least", "above level_at_most"),
    "a promise and its opposite": (safety(then={"fires": ["smokes"], "never": ["smokes"]}), "safety_cases.one.then.never", "smokes fires as well"),
    "an answer of next year": (safety(answers={"herpes_history": ["elsewhere"], "herpes_last": "2028"}), "safety_cases.one.answers.herpes_last", "in the future"),
    "two safety cases alike": (root(safety_cases=[CASE, CASE]), "safety_cases.one", "used twice"),
    # keys that nothing reads, at every level
    "unknown key": (root(**SURPRISE), "surprise", "nothing reads"),
    "unknown key in a section": (inside("sections", 0, **SURPRISE), "sections.about_you.surprise", "nothing reads"),
    "unknown key in an item": (item("skin_now", **SURPRISE), f"{SKIN}.skin_now.surprise", "nothing reads"),
    "unknown key in an option": (inside("sections", 0, "items", 1, "options", 0, **SURPRISE), "options.breathing_swelling.surprise", "nothing reads"),
    "unknown key in a rule": (rule("smokes", **SURPRISE), "rules.smokes.surprise", "nothing reads"),
    "unknown key in a condition": (rule("smokes", when=has("conditions", "smokes") | SURPRISE), "rules.smokes.when.surprise", "nothing reads"),
    "unknown key in a longer wait": (inside("rules", "wait_home_device", "longer_wait", 0, **SURPRISE), "rules.wait_home_device.longer_wait.0.surprise", "nothing reads"),
    "unknown key in a level_when": (inside("rules", "age_18_to_21", "level_when", 0, **SURPRISE), "rules.age_18_to_21.level_when.0.surprise", "nothing reads"),
    "unknown key in a wait": (inside("waits", "botox", **SURPRISE), "waits.botox.surprise", "nothing reads"),
    "unknown key in the headings": (inside("headings", **SURPRISE), "headings.surprise", "nothing reads"),
    "unknown key in a source": (source("S1", **SURPRISE), "sources.S1.surprise", "nothing reads"),
    "unknown key in a lead": (inside("leads", 0, **SURPRISE), "leads.N1.surprise", "nothing reads"),
    "unknown key in advice": (advice("before", **SURPRISE), "advice.before.surprise", "nothing reads"),
    "unknown key in a contradiction": (inside("contradictions", 0, **SURPRISE), "contradictions.0.surprise", "nothing reads"),
    "unknown key in a disagreement": (inside("disagreements", 0, **SURPRISE), "disagreements.0.surprise", "nothing reads"),
}
# fmt: on
