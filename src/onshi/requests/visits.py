"""Visits that bodies ask towns for (出張申請受付): asked, answered, held; and what a body may know of its own."""

from dataclasses import replace
from datetime import date

from onshi import places
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, japan_day
from onshi.requests import visiting
from onshi.requests.errors import UnknownVisit
from onshi.requests.model import BodyTotals, DeclineReason, Visit, VisitId
from onshi.requests.store import helping as store


def ask(tx: Tx, new: Visit, *, at: Moment) -> Visit:
    """A body asks a town to come. Raises UnknownMunicipality, VisitRefused, VisitTooSmall."""
    places.municipality(new.municipality)
    visiting.check_asked(new, minimum=store.minimum(tx, new.municipality), today=japan_day(at))
    store.add_visit(tx, new)
    return new


def accept(tx: Tx, municipality: MunicipalityCode, visit: VisitId, *, day: date, time: str, at: Moment) -> Visit:
    """The town comes on a day that was wished for. UnknownVisit, VisitOver, VisitRefused."""
    return _set(tx, visiting.accepted(visit_to(tx, municipality, visit), day, time), at)


def propose(tx: Tx, municipality: MunicipalityCode, visit: VisitId, *, day: date, time: str, at: Moment) -> Visit:
    """The town could come on another day. UnknownVisit, VisitOver, VisitRefused."""
    found = visit_to(tx, municipality, visit)
    return _set(tx, visiting.proposed(found, day, time, today=japan_day(at)), at)


def decline(tx: Tx, municipality: MunicipalityCode, visit: VisitId, reason: DeclineReason, *, at: Moment) -> Visit:
    """The town does not come, for a named reason. UnknownVisit, VisitOver."""
    return _set(tx, visiting.declined(visit_to(tx, municipality, visit), reason), at)


def enter_result(tx: Tx, municipality: MunicipalityCode, visit: VisitId, applications: int, *, at: Moment) -> Visit:
    """The town was there and took so many applications; again puts a wrong number right.

    Raises UnknownVisit, VisitOver, VisitRefused, TooEarly.
    """
    found = visit_to(tx, municipality, visit)
    return _set(tx, visiting.held(found, applications, today=japan_day(at)), at)


def agree(tx: Tx, body: str, visit: VisitId, *, day: date, time: str, at: Moment) -> Visit:
    """The body takes the day and time that it saw proposed. UnknownVisit, VisitOver, VisitRefused."""
    return _set(tx, visiting.agreed(visit_of(tx, body, visit), day, time), at)


def cancel(tx: Tx, body: str, visit: VisitId, *, at: Moment) -> Visit:
    """The body does not want the visit any more. UnknownVisit, VisitOver."""
    return _set(tx, visiting.cancelled(visit_of(tx, body, visit)), at)


def _set(tx: Tx, one: Visit, at: Moment) -> Visit:
    changed = replace(one, changed_on=japan_day(at))
    store.set_visit(tx, changed)
    return changed


def visit_of(tx: Tx, body: str, visit: VisitId) -> Visit:
    """The body's own visit. UnknownVisit."""
    found = store.visit(tx, visit)
    if found is None or found.body != body:
        raise UnknownVisit
    return found


def visit_to(tx: Tx, municipality: MunicipalityCode, visit: VisitId) -> Visit:
    """A visit that the town was asked for. UnknownVisit."""
    found = store.visit(tx, visit)
    if found is None or found.municipality != municipality:
        raise UnknownVisit
    return found


def visits_of(tx: Tx, body: str) -> list[Visit]:
    """What a body asked for, the newest first. What the town counted is for `totals_of`: a body is not told few."""
    return [replace(one, applications=visiting.told(one.applications)) for one in store.visits_of_body(tx, body)]


def visits_to(tx: Tx, municipality: MunicipalityCode) -> list[Visit]:
    """What a town was asked for, the oldest first."""
    return store.visits_to(tx, municipality)


def totals_of(tx: Tx, body: str) -> BodyTotals:
    """What a body may know of its own."""
    return visiting.totals(store.visits_of_body(tx, body), store.copies_of_body(tx, body))


def set_minimum(tx: Tx, municipality: MunicipalityCode, minimum: int, *, at: Moment) -> None:
    """For fewer people the town does not come; 0 for no such rule. VisitRefused."""
    visiting.check_minimum(minimum)
    store.set_minimum(tx, municipality, minimum, at=at)


def minimum_of(tx: Tx, municipality: MunicipalityCode) -> int:
    """For how many people the town comes at the least; 0 when it has set nothing."""
    return store.minimum(tx, municipality) or 0
