"""What these pages share: where one stands, what was typed, and a form that is shown again."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from starlette.responses import Response

from onshi import law, outreach
from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.kernel import OnshiError, PersonalNumberTyped, fiscal_year, narrow, parse_day
from onshi.outreach import rules
from onshi.web.errors import DayUnreadable, PageNotAllowed
from onshi.web.visit import Visit, go

Made = TypeVar("Made")
OWN = {
    PartyKind.INSURER: "/insurer/measures",
    PartyKind.MINISTRY: "/ministry/measures/own",
    PartyKind.PREFECTURE: "/prefecture/measures",
}
BELOW = {PartyKind.MINISTRY: "/ministry/measures", PartyKind.OFFICE: "/office/measures/plans"}
_DIGITS_MAX = 15
_ID_MOST, _ID_DIGITS = 2**63 - 1, 19
_YEAR_FIRST, _YEAR_LAST = 2019, 2100

# A form that can be put right; anything else is a page of its own.
ASKED_AGAIN = (
    DayUnreadable,
    outreach.errors.Changed,
    outreach.errors.CodeTaken,
    outreach.errors.FigureOutOfRange,
    outreach.errors.Incomplete,
    outreach.errors.ItemUnreadable,
    outreach.errors.MonthOutside,
    outreach.errors.NoPlanInForce,
    outreach.errors.PlanEmpty,
    outreach.errors.PlanNotOpen,
    outreach.errors.PlanNotSubmitted,
    outreach.errors.PlanWaiting,
    outreach.errors.PracticeNotWaiting,
    outreach.errors.PracticeUnreadable,
    outreach.errors.PracticeWaiting,
    outreach.errors.PracticeWithdrawn,
    outreach.errors.ReasonMissing,
    outreach.errors.ReportIncomplete,
    outreach.errors.ReportNotSent,
    outreach.errors.ReportSent,
    outreach.errors.ReportTooEarly,
    outreach.errors.TextTooLong,
    PersonalNumberTyped,
    outreach.errors.UnknownMeasure,
)


def party_at(visit: Visit, kinds: dict[PartyKind, str]) -> tuple[Party, str]:
    """The reader's organisation and the address of its pages. PageNotAllowed when it is of none of these kinds, when
    the address is another kind's, or without the permission."""
    visit.require("measures.write")
    party = visit.party
    base = None if party is None else kinds.get(party.kind)
    if party is None or base is None or not visit.request.url.path.startswith(base):
        raise PageNotAllowed
    return party, base


def office(visit: Visit) -> Party:
    """The programme's office, of which the reader is. PageNotAllowed."""
    visit.require("measures.write")
    return visit.own_party(PartyKind.OFFICE)


def year_at(visit: Visit) -> int:
    """The fiscal year of the address or the form, or the one of today."""
    given = visit.form.get("year") or visit.query("year")
    if given.isascii() and given.isdigit() and len(given) == 4 and _YEAR_FIRST <= int(given) <= _YEAR_LAST:
        return int(given)
    return fiscal_year(visit.app.today())


def day_at(visit: Visit, name: str) -> date:
    """A day of the address or the form. DayUnreadable."""
    found = typed_day(visit.form.get(name) or visit.query(name))
    if found is None:
        raise DayUnreadable
    return found


def typed_day(text: str) -> date | None:
    """A day as typed; None for nothing. DayUnreadable."""
    if not text:
        return None
    try:
        return parse_day(text)
    except ValueError:
        raise DayUnreadable from None


def typed_count(text: str) -> int | None:
    """A whole number as typed, commas allowed; None for nothing. FigureOutOfRange."""
    plain = narrow(text).replace(",", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _DIGITS_MAX):
        raise outreach.errors.FigureOutOfRange(most=f"{rules.YEN_MAX:,}")
    return int(plain)


def typed_id(text: str, unknown: type[OnshiError]) -> int:
    """The id of something that stood in an address or a form; `unknown` for anything that cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS) or int(text) > _ID_MOST:
        raise unknown
    return int(text)


def kind_word(visit: Visit, kind: str) -> str:
    """What a kind of organisation is called."""
    return law.GROUPS[kind][visit.language] if kind in law.GROUPS else visit.say("measures.kind." + kind)


def changed(visit: Visit, work: Callable[[Tx], Made], *, then: str, again: Callable[[str], Response]) -> Response:
    """Does what a form asks for and goes on; what can be put right is said on the form's own page."""
    try:
        visit.app.run(work)
    except ASKED_AGAIN as error:
        return again(error.text(visit.language))
    return go(then)
