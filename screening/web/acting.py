"""Who acts on a staff page, and which day it is at the clinic."""

from datetime import date

from flask import abort

from screening.domain.audit import Actor
from screening.domain.staff import Staff
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic


def acting_staff() -> Staff:
    """The guard has let somebody in; who had gone since gets no further."""
    staff = current_staff()
    if staff is None:
        abort(403)
    return staff


def actor() -> Actor:
    return Actor("staff", acting_staff().id, request_id())


def today() -> date:
    return current_clinic().day(parts().clock())
