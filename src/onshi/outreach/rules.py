"""What a plan and a report may say, and what they become. Pure."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

import msgspec

from onshi.audit import Action, Entry
from onshi.kernel import Moment, Month, japan_day, months_of_fiscal_year, refuse_twelve_digits
from onshi.outreach import errors
from onshi.outreach.model import (
    FIGURES,
    NOTE_MAX,
    Event,
    Measure,
    Outcome,
    Plan,
    PlanHead,
    PlanLine,
    PlanState,
    Report,
    ReportLine,
    Totals,
)

PEOPLE_MAX = 200_000_000
YEN_MAX = 10_000_000_000_000
_POST_MAX = 60
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE_MAX = 40


def checked_text(text: str, *, most: int = NOTE_MAX) -> str:
    """The text, trimmed. TextTooLong, PersonalNumberTyped: what may be somebody's number is not taken."""
    found = text.strip()
    if len(found) > most:
        raise errors.TextTooLong(most=most)
    refuse_twelve_digits(found)
    return found


def checked_reason(text: str) -> str:
    """The same of a text that may not be empty. ReasonMissing."""
    found = checked_text(text)
    if not found:
        raise errors.ReasonMissing
    return found


def required_text(text: str, *, most: int = NOTE_MAX) -> str:
    """The same of what something new needs. Incomplete."""
    found = checked_text(text, most=most)
    if not found:
        raise errors.Incomplete
    return found


def is_code(text: str) -> bool:
    """Whether something of the office can be kept under it."""
    return len(text) <= _CODE_MAX and _CODE.fullmatch(text) is not None


def check_people(*figures: int | None) -> None:
    """FigureOutOfRange: more people than there are, or fewer than none."""
    if any(one is not None and not 0 <= one <= PEOPLE_MAX for one in figures):
        raise errors.FigureOutOfRange(most=f"{PEOPLE_MAX:,}")


def check_yen(amount: int) -> None:
    """FigureOutOfRange."""
    if not 0 <= amount <= YEN_MAX:
        raise errors.FigureOutOfRange(most=f"{YEN_MAX:,}")


def months_wanted(year: int, months: Iterable[Month]) -> tuple[Month, ...]:
    """The months in order, each once. MonthOutside when there is none, or one outside the fiscal year."""
    wanted = set(months)
    if not wanted or not wanted <= set(months_of_fiscal_year(year)):
        raise errors.MonthOutside(year=year)
    return tuple(sorted(wanted))


def check_offered(measures: Sequence[Measure], kind: str, key: tuple[str, str]) -> None:
    """UnknownMeasure unless the catalogue has that measure through that channel for that kind."""
    code, channel = key
    if not any(one.code == code and kind in one.kinds and one.channel(channel) for one in measures):
        raise errors.UnknownMeasure


# -- Plans -------------------------------------------------------------------------------------------------------------


def first_version(owner: str, kind: str, year: int, *, at: Moment) -> Plan:
    """A plan that says nothing yet."""
    return Plan(owner, kind, year, 1, PlanHead(""), (), PlanState.DRAFT, "", "", at)


def next_version(plan: Plan, reason: str, *, at: Moment) -> Plan:
    """A draft that begins where a returned or an accepted plan ended. PlanWaiting, ReasonMissing."""
    if plan.state not in (PlanState.RETURNED, PlanState.ACCEPTED):
        raise errors.PlanWaiting
    return replace(
        plan,
        version=plan.version + 1,
        state=PlanState.DRAFT,
        reason=checked_reason(reason),
        comment="",
        saved_at=at,
        submitted_at=None,
        decided_at=None,
    )


def check_draft(plan: Plan) -> None:
    """PlanNotOpen once it was sent."""
    if plan.state is not PlanState.DRAFT:
        raise errors.PlanNotOpen


def with_head(plan: Plan, head: PlanHead, *, at: Moment) -> Plan:
    """What it says as a whole, changed. PlanNotOpen and what is wrong with the text or the figures."""
    check_draft(plan)
    check_people(head.target_holders, head.target_registrations)
    post = checked_text(head.post, most=_POST_MAX)
    return replace(plan, head=replace(head, post=post), saved_at=at)


def with_line(plan: Plan, line: PlanLine, *, at: Moment) -> Plan:
    """With the line, in place of one of the same measure and channel. PlanNotOpen, MonthOutside, FigureOutOfRange."""
    check_draft(plan)
    check_people(line.audience)
    check_yen(line.budget)
    line = replace(line, months=months_wanted(plan.year, line.months))
    lines = sorted([*(one for one in plan.lines if one.key != line.key), line], key=lambda one: one.key)
    return replace(plan, lines=tuple(lines), saved_at=at)


def without_line(plan: Plan, key: tuple[str, str], *, at: Moment) -> Plan:
    """Without the line; one that is not there is no mistake. PlanNotOpen."""
    check_draft(plan)
    return replace(plan, lines=tuple(one for one in plan.lines if one.key != key), saved_at=at)


def submitted(plan: Plan, *, at: Moment) -> Plan:
    """Sent to whoever is above. PlanNotOpen, PlanEmpty."""
    check_draft(plan)
    if not plan.lines or not plan.head.post:
        raise errors.PlanEmpty
    return replace(plan, state=PlanState.SUBMITTED, submitted_at=at)


def decided(plan: Plan, *, version: int, accept: bool, comment: str, at: Moment) -> Plan:
    """Accepted, or returned with a comment that says why; `version` is the one that was looked at.

    PlanNotSubmitted, Changed, ReasonMissing.
    """
    if plan.state is not PlanState.SUBMITTED:
        raise errors.PlanNotSubmitted
    if plan.version != version:
        raise errors.Changed
    said = checked_text(comment) if accept else checked_reason(comment)
    state = PlanState.ACCEPTED if accept else PlanState.RETURNED
    return replace(plan, state=state, comment=said, decided_at=at)


def in_force(versions: Iterable[Plan]) -> Plan | None:
    """The last version that was accepted: a new one that is only a draft changes nothing yet."""
    accepted = [one for one in versions if one.state is PlanState.ACCEPTED]
    return max(accepted, key=lambda one: one.version, default=None)


# -- Reports -----------------------------------------------------------------------------------------------------------


def first_report(owner: str, kind: str, as_of: date, *, at: Moment) -> Report:
    """A report that says nothing yet."""
    return Report(owner, kind, as_of, 1, (), Totals(), "", "", at)


def correction(report: Report, reason: str, *, at: Moment) -> Report:
    """A version that begins where the one that was sent ended. ReportNotSent, ReasonMissing."""
    if report.sent_at is None:
        raise errors.ReportNotSent
    return replace(report, version=report.version + 1, reason=checked_reason(reason), saved_at=at, sent_at=None)


def check_unsent(report: Report) -> None:
    """ReportSent once it was sent."""
    if report.sent_at is not None:
        raise errors.ReportSent


def with_report_line(report: Report, plan: Plan, line: ReportLine, *, at: Moment) -> Report:
    """With what became of a line of the plan. ReportSent, UnknownMeasure, ReasonMissing, FigureOutOfRange."""
    check_unsent(report)
    if plan.line(line.key) is None:
        raise errors.UnknownMeasure
    if line.outcome is not Outcome.DONE and line.why is None:
        raise errors.ReasonMissing
    check_people(line.reach)
    check_yen(line.cost)
    line = replace(line, why=None) if line.outcome is Outcome.DONE else line
    lines = sorted([*(one for one in report.lines if one.key != line.key), line], key=lambda one: one.key)
    return replace(report, lines=tuple(lines), saved_at=at)


def with_totals(report: Report, totals: Totals, note: str, *, at: Moment) -> Report:
    """With own figures and a note. ReportSent, FigureOutOfRange, TextTooLong, PersonalNumberTyped."""
    check_unsent(report)
    check_people(*(getattr(totals, name) for name in FIGURES))
    return replace(report, totals=totals, note=checked_text(note), saved_at=at)


def sent(report: Report, plan: Plan, *, at: Moment) -> Report:
    """Sent to whoever is above; what it says of lines that the plan no longer has is left out.

    ReportSent, ReportTooEarly, ReportIncomplete.
    """
    check_unsent(report)
    if japan_day(at) < report.as_of:
        raise errors.ReportTooEarly(as_of=report.as_of)
    missing = sum(report.line(one.key) is None for one in plan.lines)
    if missing:
        raise errors.ReportIncomplete(missing=missing)
    kept = tuple(one for one in report.lines if plan.line(one.key) is not None)
    return replace(report, lines=kept, sent_at=at)


class Doubt(StrEnum):
    """Something about a report that may be right and should be looked at; it is sent all the same."""

    MORE_REGISTERED = "more_registered"  # more registrations than holders
    FEWER_THAN_BEFORE = "fewer_than_before"  # cards were counted up to a day, and now there are fewer
    NOTHING_KNOWN = "nothing_known"  # no own figure at all
    OTHER_UNEXPLAINED = "other_unexplained"  # "other reason", and no note


def doubts(report: Report, before: Report | None) -> tuple[Doubt, ...]:
    """What to look at, beside the last report sent of an earlier day."""
    totals, found = report.totals, []
    pairs = [
        (totals.holders_members, totals.registrations_members),
        (totals.holders_dependants, totals.registrations_dependants),
    ]
    if any(held is not None and registered is not None and registered > held for held, registered in pairs):
        found.append(Doubt.MORE_REGISTERED)
    if before is not None and any(_fell(before.totals, totals, name) for name in FIGURES[:2]):
        found.append(Doubt.FEWER_THAN_BEFORE)
    if all(getattr(totals, name) is None for name in FIGURES):
        found.append(Doubt.NOTHING_KNOWN)
    if not report.note and any(one.why == "other" for one in report.lines):
        found.append(Doubt.OTHER_UNEXPLAINED)
    return tuple(found)


def _fell(before: Totals, now: Totals, name: str) -> bool:
    was, found = getattr(before, name), getattr(now, name)
    return was is not None and found is not None and found < was


def check_counted(event: Event, *, on: date) -> None:
    """ReportTooEarly: what came of an event is counted on its day or later."""
    if on < event.on and (event.came is not None or event.applications is not None):
        raise errors.ReportTooEarly(as_of=event.on)


# -- The log -----------------------------------------------------------------------------------------------------------


def plan_entry(plan: Plan, *, actor: str) -> Entry:
    """The log entry for what a plan has just become; its leaf is the SHA-256 of the plan as a JSON object."""
    return _entry(actor, f"plan-{plan.state.value}", plan, plan.thing)


def report_entry(report: Report, *, actor: str) -> Entry:
    """The same for a report that was saved or sent."""
    return _entry(actor, "report-saved" if report.sent_at is None else "report-sent", report, report.thing)


def event_entry(event: Event, *, actor: str) -> Entry:
    """The same for an event."""
    return _entry(actor, "event-cancelled" if event.cancelled else "event-saved", event, event.thing)


def thing_entry(outcome: str, value: object, thing: str, *, actor: str) -> Entry:
    """The same for anything else of this room: a summary, an item of publicity, an entry of the catalogue."""
    return _entry(actor, outcome, value, thing)


def _entry(actor: str, outcome: str, value: object, thing: str) -> Entry:
    return Entry(actor, Action.OUTREACH, outcome, hashlib.sha256(msgspec.json.encode(value)).digest(), None, thing)
