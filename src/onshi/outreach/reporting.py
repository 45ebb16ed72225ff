"""Reports: filled in line by line, sent, corrected; events; and who is late with what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from onshi import access
from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.kernel import ONE_DAY, Moment, Quarter, fiscal_year, japan_day
from onshi.outreach import periods, rules
from onshi.outreach.below import Owner, below, insurers, is_open, readable
from onshi.outreach.errors import NoPlanInForce, UnknownEvent
from onshi.outreach.model import Event, Plan, Report, ReportLine, Totals
from onshi.outreach.organisations import kind_of
from onshi.outreach.periods import Arrival, Expected
from onshi.outreach.store import events as event_store
from onshi.outreach.store import plans as plan_store
from onshi.outreach.store import reports as store

_PLACE_MAX = 80
LATE = (Arrival.MISSING, Arrival.SENT_LATE)


def days_of(year: int) -> tuple[date, date]:
    """The first and the last day of a fiscal year."""
    return Quarter(year, 1).first, Quarter(year, 4).last


def report_versions(tx: Tx, owner: Party, as_of: date) -> list[Report]:
    """Every version of an organisation's report of a day, the oldest first."""
    return store.of_owner(tx, owner.id, as_of, as_of)


def plan_in_force(tx: Tx, owner: Party, year: int) -> Plan:
    """The plan that is reported on. NoPlanInForce."""
    found = rules.in_force(plan_store.of_owner(tx, owner.id, year))
    if found is None:
        raise NoPlanInForce
    return found


def report_at_hand(tx: Tx, owner: Party, as_of: date, *, at: Moment) -> Report:
    """The last version of a report, or one that says nothing yet and is not stored. NotAPeriod, NotInProgramme."""
    kind = kind_of(owner)
    periods.due_on(kind, as_of)
    known = report_versions(tx, owner, as_of)
    return known[-1] if known else rules.first_report(owner.id, kind, as_of, at=at)


def _change(tx: Tx, owner: Party, as_of: date, at: Moment, change: Callable[[Report, Plan], Report]) -> Report:
    report = report_at_hand(tx, owner, as_of, at=at)
    changed = change(report, plan_in_force(tx, owner, fiscal_year(as_of)))
    store.put(tx, changed)
    return changed


def put_report_line(tx: Tx, owner: Party, as_of: date, line: ReportLine, *, at: Moment) -> Report:
    """What became of a line of the plan in force. NoPlanInForce, NotAPeriod, ReportSent, UnknownMeasure,
    ReasonMissing, FigureOutOfRange."""
    return _change(tx, owner, as_of, at, lambda report, plan: rules.with_report_line(report, plan, line, at=at))


def put_totals(tx: Tx, owner: Party, as_of: date, totals: Totals, note: str, *, at: Moment) -> Report:
    """Own figures and a note. NoPlanInForce, NotAPeriod, ReportSent and what is wrong with them."""
    return _change(tx, owner, as_of, at, lambda report, _: rules.with_totals(report, totals, note, at=at))


def send_report(tx: Tx, owner: Party, as_of: date, *, at: Moment) -> Report:
    """Sent to whoever is above. NoPlanInForce, NotAPeriod, ReportSent, ReportTooEarly, ReportIncomplete."""
    return _change(tx, owner, as_of, at, lambda report, plan: rules.sent(report, plan, at=at))


def correct_report(tx: Tx, owner: Party, as_of: date, *, reason: str, at: Moment) -> Report:
    """A correction is begun: until it is sent, what was sent before counts. ReportNotSent, ReasonMissing."""
    return _change(tx, owner, as_of, at, lambda report, _: rules.correction(report, reason, at=at))


def expected_reports(tx: Tx, owner: Party, year: int, *, on: date) -> tuple[Expected, ...]:
    """The reports of an organisation in a year, and how each stands. NotInProgramme."""
    return _expected(Owner(owner, kind_of(owner)), year, store.of_owner(tx, owner.id, *days_of(year)), on)


def _expected(owner: Owner, year: int, reports: Iterable[Report], on: date) -> tuple[Expected, ...]:
    found = periods.expected_of(owner.party.id, owner.kind, year, reports, on)
    return tuple(one for one in found if is_open(owner.party, one.due.as_of) or one.report is not None)


def expected_below(tx: Tx, above: Party, year: int, *, on: date) -> list[Expected]:
    """The same of everybody whose reports an organisation sees; the office sees every insurer's too."""
    owners = below(tx, above, on)
    if above.kind is PartyKind.OFFICE:
        owners = [*insurers(tx, on), *owners]
    reports: dict[str, list[Report]] = {}
    for one in store.of_kinds(tx, {owner.kind for owner in owners}, *days_of(year)):
        reports.setdefault(one.owner, []).append(one)
    return [one for owner in owners for one in _expected(owner, year, reports.get(owner.party.id, []), on)]


def names_of(tx: Tx, owners: Iterable[str]) -> list[str]:
    """The names of organisations, in the order of their ids."""
    return [name for _, name in sorted(access.party_names(tx, owners).items())]


def late(found: Iterable[Expected]) -> list[Expected]:
    """Those that are missing or came too late, what is missing first."""
    return sorted(
        (one for one in found if one.arrival in LATE),
        key=lambda one: (one.arrival is not Arrival.MISSING, one.due.as_of, one.owner),
    )


@dataclass(frozen=True, slots=True)
class ReportSeen:
    """Every version of a report that was sent, and what to look at in the last one."""

    owner: Party
    versions: tuple[Report, ...]
    doubts: tuple[rules.Doubt, ...]


def report_seen(tx: Tx, above: Party, owner_id: str, as_of: date, *, on: date) -> ReportSeen:
    """Every version that an organisation below sent of a day. UnknownPlan."""
    owner = readable(tx, above, owner_id, on)
    versions = tuple(one for one in report_versions(tx, owner, as_of) if one.sent_at is not None)
    return ReportSeen(owner, versions, doubts_of(tx, versions[-1]) if versions else ())


def doubts_of(tx: Tx, report: Report) -> tuple[rules.Doubt, ...]:
    """What to look at in a report, beside the last one that was sent of an earlier day of its fiscal year."""
    first, _ = days_of(fiscal_year(report.as_of))
    earlier = store.of_owner(tx, report.owner, first, report.as_of - ONE_DAY)
    sent = [one for one in earlier if one.sent_at is not None]
    return rules.doubts(report, sent[-1] if sent else None)


# -- Events ------------------------------------------------------------------------------------------------------------


def put_event(tx: Tx, owner: Party, event: Event, *, at: Moment) -> Event:
    """An event that is planned, or what came of it. UnknownEvent when it is somebody else's, FigureOutOfRange,
    TextTooLong, PersonalNumberTyped, ReportTooEarly when it is counted before its day."""
    kind_of(owner)
    known = event_store.one(tx, event.id)
    if known is not None and known.owner != owner.id:
        raise UnknownEvent
    made = replace(event, owner=owner.id, place=rules.checked_text(event.place, most=_PLACE_MAX))
    rules.check_people(made.expected, made.came, made.applications)
    rules.check_counted(made, on=japan_day(at))
    event_store.put(tx, made)
    return made


def count_event(tx: Tx, owner: Party, event: Event, *, came: int | None, applications: int | None, at: Moment) -> Event:
    """What came of an event. The same refusals."""
    return put_event(tx, owner, replace(event, came=came, applications=applications), at=at)


def cancel_event(tx: Tx, owner: Party, event: Event, *, at: Moment) -> Event:
    """It is called off; it stays, marked so."""
    return put_event(tx, owner, replace(event, cancelled=True, came=None, applications=None), at=at)


def event_of(tx: Tx, owner: Party, event_id: int) -> Event:
    """One of its own that was not called off. UnknownEvent."""
    found = event_store.one(tx, event_id)
    if found is None or found.owner != owner.id or found.cancelled:
        raise UnknownEvent
    return found


def events_of(tx: Tx, owners: Iterable[str], year: int) -> list[Event]:
    """The events of organisations in a fiscal year, in the order of their days."""
    return event_store.of_owners(tx, owners, *days_of(year))
