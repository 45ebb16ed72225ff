"""What a ministry hands to the office, and what the office makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from onshi import law
from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import Moment, fiscal_year, japan_day
from onshi.outreach import organisations, periods, rules, sums
from onshi.outreach.below import below
from onshi.outreach.errors import NotAPeriod, NotYourMinistry, ReportTooEarly
from onshi.outreach.named import FIRST_PUBLISHED, ministry_codes
from onshi.outreach.periods import Arrival, Due
from onshi.outreach.reporting import days_of
from onshi.outreach.store import reports as report_store
from onshi.outreach.store import summaries as store
from onshi.outreach.sums import Compilation, Part, Summary


def kinds_reporting(ministry: str, as_of: date) -> tuple[str, ...]:
    """The kinds of insurers below a ministry that report of a day. NotAPeriod when there is none."""
    found = [
        kind
        for kind in organisations.kinds_below(ministry, _as_known(as_of))
        if any(one.as_of == as_of for one in periods.dues_of(kind, fiscal_year(as_of)))
    ]
    if not found:
        raise NotAPeriod
    return tuple(found)


def summed_now(tx: Tx, ministry: Party, as_of: date) -> tuple[Part, ...]:
    """What the reports of a day come to as they are now: each insurer's last version that was sent.

    NotYourMinistry, NotAPeriod.
    """
    on = _as_known(as_of)
    if not organisations.kinds_below(ministry.code, on):
        raise NotYourMinistry
    kinds = kinds_reporting(ministry.code, as_of)
    owners = [one for one in below(tx, ministry, on) if one.kind in kinds]
    ids = {one.party.id for one in owners}
    reports = [one for one in sums.last_sent(report_store.of_kinds(tx, kinds, as_of, as_of)) if one.owner in ids]
    return tuple(
        sums.part_of(kind, sum(one.kind == kind for one in owners), [one for one in reports if one.kind == kind])
        for kind in kinds
    )


def _as_known(as_of: date) -> date:
    # Of the days before the papers the reports are owed too, to whom the papers name first.
    return max(as_of, FIRST_PUBLISHED)


def summary_versions(tx: Tx, ministry: str, as_of: date) -> list[Summary]:
    """Every version that a ministry handed in of a day, the oldest first."""
    return [one for one in store.in_span(tx, as_of, as_of) if one.ministry == ministry]


def hand_in(tx: Tx, ministry: Party, as_of: date, *, note: str, reason: str, at: Moment) -> Summary:
    """The sums of a day as they are now, handed to the office. Again is another version, with a reason.

    NotYourMinistry, NotAPeriod, ReportTooEarly, ReasonMissing, TextTooLong, PersonalNumberTyped.
    """
    parts = summed_now(tx, ministry, as_of)
    if japan_day(at) < as_of:
        raise ReportTooEarly(as_of=as_of)
    known = summary_versions(tx, ministry.code, as_of)
    why = rules.checked_reason(reason) if known else ""
    made = Summary(ministry.code, as_of, len(known) + 1, parts, rules.checked_text(note), why, at)
    store.add(tx, made)
    return made


@dataclass(frozen=True, slots=True)
class Handing:
    """A summary that is expected of a ministry, how it stands, and its last version."""

    ministry: str
    due: Due
    arrival: Arrival
    last: Summary | None


def handings(tx: Tx, ministries: Sequence[str], year: int, *, on: date) -> list[Handing]:
    """Every summary of a year that these ministries owe, and how each stands."""
    handed = store.in_span(tx, *days_of(year))
    found = []
    for ministry in ministries:
        for due in periods.summary_dues(ministry, year):
            theirs = [one for one in handed if (one.ministry, one.as_of) == (ministry, due.as_of)]
            theirs = [one for one in theirs if japan_day(one.sent_at) <= on]
            first = theirs[0].sent_at if theirs else None
            found.append(Handing(ministry, due, periods.arrival(due, first, on), theirs[-1] if theirs else None))
    return found


def every_handing(tx: Tx, year: int, *, on: date) -> list[Handing]:
    """The same of all ministries that are above insurers."""
    return handings(tx, ministry_codes(), year, on=on)


def compilation(tx: Tx, year: int, *, on: date) -> Compilation:
    """The whole country as the ministries handed it in, of a fiscal year up to a day."""
    first, last = days_of(year)
    handed = [one for one in store.in_span(tx, first, min(on, last)) if japan_day(one.sent_at) <= on]
    return sums.compiled(handed, tuple(law.GROUPS), first=first, on=min(on, last))
