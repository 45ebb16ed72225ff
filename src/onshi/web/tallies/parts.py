"""What the pages of counts share: reading days and months, and the names of kinds."""

from collections.abc import Callable
from datetime import date

from starlette.responses import Response

from onshi import law, tallies
from onshi.db import Tx
from onshi.kernel import Month, OnshiError, month_of, parse_day, parse_month
from onshi.tallies import Count, Step
from onshi.web.errors import DayUnreadable, MonthUnreadable
from onshi.web.visit import Visit, go

# Something that another look at the page puts right; anything else is a page of its own.
_ASKED_AGAIN = (tallies.errors.DayNotOver, tallies.errors.StepOutOfTurn, DayUnreadable)


def day_in(text: str) -> date:
    """A day of a form or an address. DayUnreadable."""
    try:
        return parse_day(text)
    except ValueError:
        raise DayUnreadable from None


def month_in(visit: Visit) -> Month:
    """The month of the address, or this one. MonthUnreadable."""
    asked = visit.query("month")
    try:
        return parse_month(asked) if asked else month_of(visit.app.today())
    except ValueError:
        raise MonthUnreadable from None


def kinds_of(visit: Visit) -> Callable[[str], str]:
    """The name of a kind of insurer in the reader's language."""
    names = {one.slug: one.ja if visit.language == "ja" else one.en for one in law.insurer_kinds()}
    return lambda slug: names.get(slug, slug)


def stepped(
    visit: Visit, step: Step, work: Callable[[Tx], Count], address: str, show: Callable[[OnshiError], Response]
) -> Response:
    """Takes a step and logs it, or shows the page again with why not."""

    def logged(tx: Tx) -> Count:
        count = work(tx)
        visit.log(tx, tallies.entry_of(count, step, actor=visit.actor))
        return count

    try:
        visit.app.run(logged)
    except _ASKED_AGAIN as error:
        return show(error)
    return go(f"{address}?done={step.value}")
