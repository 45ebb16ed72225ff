"""Days that run for a card: after a move, while it waits to be collected, after the registration is withdrawn."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from onshi.kernel import ONE_DAY, Dated, Entry, MunicipalityCode
from onshi.law.card_days import month_end, same_day
from onshi.law.reasons import Reason, read_table, reasons_of


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long something may take."""

    count: int
    unit: str
    ja: str
    en: str

    def last_day(self, start: date) -> date:
        """The last day in time; the day it starts on is not counted."""
        return same_day(start, self.count) if self.unit == "months" else start + timedelta(self.count)


class MoveStanding(StrEnum):
    """How it stands with a card after its holder moved to another municipality."""

    AWAITS_NOTICE = "awaits-notice"
    AWAITS_CONTINUED_USE = "awaits-continued-use"
    CONTINUED = "continued"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class MoveInVerdict:
    """How it stands, and why.

    `last_day` is the last day for what is awaited, `void_from` the first day on which the card is void; each is None
    where there is none.
    """

    standing: MoveStanding
    because: Reason
    last_day: date | None = None
    void_from: date | None = None

    @property
    def is_void(self) -> bool:
        """Whether another card has to be applied for."""
        return self.standing is MoveStanding.VOID


@cache
def deadline_rules() -> dict[str, Dated[Deadline]]:
    """The table: name of the deadline → how long, by day."""
    return {
        name: Dated(
            Entry(row["since"], Deadline(row["count"], row["unit"], row["ja"], row["en"]), row["source"])
            for row in rows
        )
        for name, rows in read_table("card_deadlines.toml").items()
        if isinstance(rows, list)
    }


@cache
def move_reasons() -> dict[str, Reason]:
    """Every reason of a verdict about a move, by its code."""
    return reasons_of(read_table("card_deadlines.toml")["move_reasons"])


def _last_day(name: str, start: date) -> date:
    return deadline_rules()[name].on(start).last_day(start)


def days_left(last_day: date, on: date) -> int:
    """How many days are left: 0 on the last day, negative after it."""
    return (last_day - on).days


def move_in_verdict(
    *,
    moved_on: date,
    planned_on: date | None,
    notified_on: date | None,
    on: date,
    continued_on: date | None = None,
    moves_again_on: date | None = None,
) -> MoveInVerdict:
    """How it stands on a day with the card of somebody who moved to another municipality.

    `moved_on` is the day of the move (転入をした日), `planned_on` the day of moving out as announced (転出予定日; None
    when unknown), `notified_on` the day of the 転入届 and `continued_on` that of the 継続利用 (None until done),
    `moves_again_on` the day of the next move to another municipality, planned or done. What was done after `on`
    does not count yet.
    """
    notified = notified_on if notified_on is not None and notified_on <= on else None
    limits = [(_last_day("move_in_after_move", moved_on), "late-after-move")]
    if planned_on is not None:
        limits.append((_last_day("move_in_after_planned", planned_on), "late-after-planned"))
    last_day, late = min(limits)
    if (notified or on) > last_day:
        return _void(late, last_day + ONE_DAY)
    if notified is None:
        return MoveInVerdict(MoveStanding.AWAITS_NOTICE, move_reasons()["awaits-notice"], last_day=last_day)
    return _continued_use(notified, continued_on, moves_again_on, on)


def _continued_use(notified: date, continued_on: date | None, moves_again_on: date | None, on: date) -> MoveInVerdict:
    last_day, late = _last_day("continued_use", notified), "continued-use-late"
    if moves_again_on is not None and moves_again_on <= last_day:
        last_day, late = moves_again_on - ONE_DAY, "moved-again"
    if continued_on is not None and continued_on <= min(on, last_day):
        return MoveInVerdict(MoveStanding.CONTINUED, move_reasons()["continued"])
    if on > last_day:
        return _void(late, last_day + ONE_DAY)
    return MoveInVerdict(MoveStanding.AWAITS_CONTINUED_USE, move_reasons()["awaits-continued-use"], last_day=last_day)


def _void(code: str, void_from: date) -> MoveInVerdict:
    return MoveInVerdict(MoveStanding.VOID, move_reasons()[code], void_from=void_from)


def is_application_void(applied_in: MunicipalityCode, lives_in: MunicipalityCode) -> bool:
    """Whether a pending application is void because its holder moved to another municipality since."""
    return applied_in != lives_in


def notice_until(notified_on: date, *, keep_days: int | None = None) -> date:
    """The last day to collect a card under its notice; `keep_days` overrules the table, since towns differ."""
    return _last_day("notice", notified_on) if keep_days is None else notified_on + timedelta(keep_days)


def disposal_from(
    notified_on: date,
    reminded_on: date | None,
    *,
    after_notice_months: int | None = None,
    after_reminder_months: int | None = None,
) -> date | None:
    """The first day on which an uncollected card may be destroyed, or None when nobody was reminded yet.

    After both the time from the notice and that from the reminder; each may be overruled, since towns differ.
    """
    if reminded_on is None:
        return None
    notice = _waited("uncollected_after_notice", notified_on, after_notice_months)
    return max(notice, _waited("uncollected_after_reminder", reminded_on, after_reminder_months)) + ONE_DAY


def _waited(name: str, start: date, months: int | None) -> date:
    return _last_day(name, start) if months is None else same_day(start, months)


def registration_ends_on(withdrawn_on: date, *, months: int | None = None) -> date:
    """The last day of a registration whose withdrawal was asked for: the end of the next month.

    `months` overrules the table: 0 is the end of the same month. LookupError before withdrawal was possible.
    """
    rule = deadline_rules()["withdrawal"].on(withdrawn_on)
    return month_end(withdrawn_on, rule.count if months is None else months)
