"""Deferrals of the duty: asked for, granted, refused."""

from datetime import date

from onshi.db import Tx
from onshi.facilities import duty, service
from onshi.facilities.duty import longest
from onshi.facilities.errors import UnknownApplication
from onshi.facilities.model import ApplicationId, DecisionState, Deferral, DeferralKind, Obligation, Standing
from onshi.facilities.store import applications as store
from onshi.kernel import Moment, ProviderCode, japan_day

__all__ = [
    "ApplicationId",
    "Deferral",
    "DeferralKind",
    "Obligation",
    "Standing",
    "ask",
    "grant",
    "longest",
    "put",
    "refuse",
    "waiting",
]


def ask(
    tx: Tx,
    institution: ProviderCode,
    kind: DeferralKind,
    *,
    number: ApplicationId,
    at: Moment,
    awaited_on: date | None = None,
) -> Deferral:
    """A facility asks for the duty to be put off. Raises UnknownFacility, NotObliged, DeferralHeld, DeferralTooLong."""
    facility = service.facility_of(tx, institution)
    new = Deferral(number, institution, kind, japan_day(at), awaited_on)
    duty.check_asked(facility, store.deferrals_of(tx, [institution]), new)
    store.put_deferral(tx, new, at=at)
    return new


def put(tx: Tx, known: Deferral, *, at: Moment) -> None:
    """A deferral as it stands, for a first load."""
    store.put_deferral(tx, known, at=at)


def grant(tx: Tx, number: ApplicationId, until: date | None, *, at: Moment) -> Deferral:
    """Puts the duty off to `until`, or as long as its kind allows.

    Raises UnknownApplication, AlreadyDecided, DeferralTooLong, DeferralTooShort.
    """
    return _changed(tx, duty.granted(_one(tx, number), until, on=japan_day(at)), at)


def refuse(tx: Tx, number: ApplicationId, *, at: Moment) -> Deferral:
    """Does not put it off. UnknownApplication, AlreadyDecided."""
    return _changed(tx, duty.refused(_one(tx, number), on=japan_day(at)), at)


def _one(tx: Tx, number: ApplicationId) -> Deferral:
    found = store.deferral(tx, number)
    if found is None:
        raise UnknownApplication
    return found


def _changed(tx: Tx, one: Deferral, at: Moment) -> Deferral:
    store.put_deferral(tx, one, at=at)
    return one


def waiting(tx: Tx, *, limit: int = 200) -> list[Deferral]:
    """Undecided deferrals, the oldest first."""
    return store.deferrals_in(tx, DecisionState.APPLIED, limit)
