"""What the pages of requests share: who may, what was typed, and refusals in words."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from starlette.responses import Response

from onshi import access, requests
from onshi.access import Party, PartyKind, Permission
from onshi.audit import Entry
from onshi.db import Tx
from onshi.kernel import OnshiError, PersonalNumberTyped, narrow, parse_day
from onshi.places import UnknownMunicipality
from onshi.requests import errors
from onshi.web.errors import DayUnreadable, PageNotAllowed
from onshi.web.visit import Visit

Result = TypeVar("Result")
# Of the own organisation: what was sent by it, and what came to it.
READS: tuple[Permission, ...] = ("programme.read", "body.read", "insurer.read", "fund.write")
WRITES: tuple[Permission, ...] = ("programme.write", "body.write", "measures.write", "fund.write")
RECEIVES: tuple[Permission, ...] = (*READS, "municipality.read")
ANSWERS: tuple[Permission, ...] = (*WRITES, "municipality.write")
_DIGITS_MAX = 9
# A form that can be put right; anything else is a page of its own.
ASKED_AGAIN = (
    DayUnreadable,
    PersonalNumberTyped,
    UnknownMunicipality,
    errors.AlreadyAcknowledged,
    errors.AlreadyReached,
    errors.CountRefused,
    errors.DepthRefused,
    errors.DeviceLent,
    errors.DeviceTaken,
    errors.DeviceUnusable,
    errors.DueBeforeIssue,
    errors.LoanRefused,
    errors.MaterialMalformed,
    errors.NotAcknowledged,
    errors.NotItsChild,
    errors.NotItsVoice,
    errors.NotLate,
    errors.NotReached,
    errors.NumberTaken,
    errors.PartyNotThere,
    errors.RequestMalformed,
    errors.RequestOver,
    errors.StepChanged,
    errors.StepMalformed,
    errors.TooEarly,
    errors.TreeTaken,
    errors.UnknownDevice,
    errors.VisitOver,
    errors.VisitRefused,
    errors.VisitTooSmall,
    errors.WindowUnreadable,
)


def own(visit: Visit, permissions: Iterable[Permission]) -> Party:
    """The reader's organisation. PageNotAllowed unless the reader has one of the permissions."""
    visit.require(*permissions)
    if visit.party is None:
        raise PageNotAllowed
    return visit.party


def may(visit: Visit, permissions: Iterable[Permission]) -> bool:
    """Whether the reader has one of them."""
    return any(visit.may(one) for one in permissions)


def sees_all(visit: Visit) -> bool:
    """Whether the reader runs the programme for everybody."""
    return visit.party is not None and visit.party.kind is PartyKind.OFFICE and visit.may("programme.read")


def done(visit: Visit, work: Callable[[Tx], Result], *, entries: Callable[[Result], Iterable[Entry]]) -> Result:
    """What somebody does, with its entries in the log, in one transaction."""

    def logged(tx: Tx) -> Result:
        result = work(tx)
        visit.log(tx, *entries(result))
        return result

    return visit.app.run(logged)


def entries_of(visit: Visit) -> Callable[[Iterable[requests.Thing]], list[Entry]]:
    """What is done by the reader, as the log has it."""
    return lambda things: [requests.entry_of(one, actor=visit.actor) for one in things]


def tried(visit: Visit, act: Callable[[], Response], again: Callable[[str], Response]) -> Response:
    """The act, or the page with what was wrong with the form."""
    try:
        return act()
    except ASKED_AGAIN as error:
        return again(said(visit, error))


def said(visit: Visit, error: OnshiError) -> str:
    """The refusal in the reader's language; the codes among its facts as words."""
    facts = dict(error.facts)
    if "field" in facts:
        facts["field"] = visit.say("requests.field." + str(facts["field"]))
    if "state" in facts:
        facts["state"] = visit.say("requests.visit_state." + str(facts["state"]))
    return type(error)(**facts).text(visit.language)


def id_in(text: str, error: type[OnshiError]) -> int:
    """An id from an address or a form; `error` for anything else."""
    try:
        return requests.parse_id(text)
    except ValueError:
        raise error from None


def day_in(visit: Visit, name: str, default: date | None = None) -> date:
    """A day of the form; the default when the field is empty. DayUnreadable."""
    return typed_day(visit.form.get(name), default)


def typed_day(text: str, default: date | None = None) -> date:
    """A day as typed; the default for nothing. DayUnreadable."""
    if not text and default is not None:
        return default
    try:
        return parse_day(text)
    except ValueError:
        raise DayUnreadable from None


def number_in(visit: Visit, name: str) -> int:
    """A whole number of the form; -1, which nothing takes, for anything else."""
    given = narrow(visit.form.get(name)).replace(",", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _DIGITS_MAX else -1


def names_of(tx: Tx, parties: Iterable[str]) -> dict[str, str]:
    """The names of these organisations; one that is not registered stands for itself."""
    wanted = sorted(set(parties))
    return {one: one for one in wanted} | access.party_names(tx, wanted)
