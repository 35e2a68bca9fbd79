"""The pages on which requests for a second person are shown: all of them, and one."""

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response

from screening.domain.second_person import REASONS as OFFERED
from screening.services.asked import OPEN, Asked, all_asked, one_asked
from screening.services.listing import note_list
from screening.services.two_people import could_confirm, entitled
from screening.web.acting import acting_staff, actor
from screening.web.parts import parts
from screening.web.second_person_words import ACTS, REASONS, STAGES, details_of

DONE = ("asked", "confirmed", "refused", "withdrawn", "on", "off")


def read_asked(asked_id: str) -> Asked:
    with parts().database.read() as session:
        asked = one_asked(session, asked_id, acting_staff().id, parts().clock())
    return asked or abort(404)


def everything_page(problem: str = "") -> Response:
    me, now = acting_staff().id, parts().clock()
    with parts().database.read() as session:
        asked = all_asked(session, me, now)
        others, enough = could_confirm(session, me, now), len(entitled(session)) > 1
    _witness(len(asked))
    done = request.args.get("done")
    page = render_template(
        "clinic/second_person.html",
        waiting=[one for one in asked if one.stage in OPEN],
        over=[one for one in asked if one.stage not in OPEN],
        others=[one.name for one in others],
        enough=enough,
        errors=[{"href": "#switch", "text": problem}] if problem else [],
        done=done if done in DONE else None,
        **_words(),
    )
    return make_response(page, 400 if problem else 200)


def one_page(
    asked_id: str, wrong: dict[str, str] | None = None, typed: str = "", problem: str = ""
) -> Response:
    asked, wrong, now = read_asked(asked_id), wrong or {}, parts().clock()
    with parts().database.read() as session:
        others = could_confirm(session, asked.request.staff_id, now)
    _witness(1)
    page = render_template(
        "clinic/second_person_one.html",
        asked=asked,
        others=[one.name for one in others],
        offered=[{"value": one.value, "label": REASONS[one]} for one in OFFERED[asked.request.act]],
        typed=typed,
        wrong=wrong,
        problem=problem,
        **_words(),
    )
    return make_response(page, 409 if problem else 400 if wrong else 200)


def _witness(count: int) -> None:
    with parts().database.write() as session:
        note_list(session, "second-person.listed", count, actor(), parts().clock())


def _words() -> dict[str, object]:
    return {"acts": ACTS, "stages": STAGES, "details_of": details_of}
