"""Organisations, plans and reports with safe defaults."""

from dataclasses import replace
from datetime import date
from typing import Any

from onshi import access, outreach
from onshi.access import Party, PartyKind
from onshi.db import Tx
from onshi.kernel import Moment, Month, check_digit, parse_moment
from onshi.outreach import (
    Outcome,
    Plan,
    PlanHead,
    PlanLine,
    PlanState,
    Report,
    ReportLine,
    Totals,
)
from onshi.outreach.publicity import Item, Medium, Status

HEALTH = Party(PartyKind.MINISTRY, "health", "医療保険省")
EDUCATION = Party(PartyKind.MINISTRY, "education", "文教省")
OFFICE = Party(PartyKind.OFFICE, "programme", "推進室")


def insurer(digits: str, name: str) -> Party:
    """An insurer by the first seven digits of its number."""
    return Party(PartyKind.INSURER, digits + str(check_digit(digits.removeprefix("00"))), name)


SOCIETY = insurer("0613001", "一番健康保険組合")
OTHER_SOCIETY = insurer("0613002", "二番健康保険組合")
TOWN_NHI = insurer("0013001", "見本市国保")
SCHOOLS = insurer("3413001", "公立学校共済組合")
AID = insurer("1213001", "福祉事務所")
PARTIES = (HEALTH, EDUCATION, OFFICE, SOCIETY, OTHER_SOCIETY, TOWN_NHI, SCHOOLS, AID)

YEAR = 2019
DECEMBER = date(2019, 12, 31)
WEBSITE = ("health_society/website", "website")
MAIL = ("health_society/member-mail", "cost_notice")
SCHOOL_POSTER = ("public_school/posters", "poster")
NOVEMBER = Month(2019, 11)


def at(text: str) -> Moment:
    """A moment in Japan."""
    return parse_moment(text)


EARLY = at("2019-10-01T10:00:00")
NEW_YEAR = at("2020-01-06T10:00:00")


def register(tx: Tx) -> None:
    """Everybody."""
    access.register_parties(tx, PARTIES, by="local:tests")


def line(key: tuple[str, str] = WEBSITE, **changes: Any) -> PlanLine:
    """A line of a plan."""
    return replace(PlanLine(*key, (NOVEMBER,), 1_000, 50_000), **changes)


def plan(owner: Party = SOCIETY, *lines: PlanLine, **changes: Any) -> Plan:
    """A draft."""
    kind = outreach.organisations.kind_of(owner)
    head = PlanHead("適用課長", 900, 800)
    made = Plan(owner.id, kind, YEAR, 1, head, lines or (line(),), PlanState.DRAFT, "", "", EARLY)
    return replace(made, **changes)


def told(key: tuple[str, str] = WEBSITE, **changes: Any) -> ReportLine:
    """A line of a report."""
    return replace(ReportLine(*key, Outcome.DONE, None, 700, 40_000), **changes)


def report(owner: Party = SOCIETY, *lines: ReportLine, **changes: Any) -> Report:
    """A report that was sent in time."""
    kind = outreach.organisations.kind_of(owner)
    totals = Totals(120, 80, 60, 30)
    made = Report(owner.id, kind, DECEMBER, 1, lines or (told(),), totals, "", "", NEW_YEAR, NEW_YEAR)
    return replace(made, **changes)


def item(**changes: Any) -> Item:
    """Screens in clinics, 4 an hour, without a known number of hours."""
    made = Item(
        campaign="spring",
        code="screens",
        version=1,
        medium=Medium.SCREEN,
        title_ja="診療所の画面",
        title_en="screens in clinics",
        sites=10,
        places=8,
        seconds=15,
        per_hour=None,
        per_day=None,
        hours=None,
        first=date(2020, 4, 20),
        last=date(2020, 5, 10),
        days=None,
        issues=(),
        status=Status.PLANNED,
        audience_ja="国民",
        audience_en="everybody",
        source="made up",
        reason="",
        known_from=date(2020, 4, 1),
    )
    return replace(made, **changes)


def submitted(tx: Tx, owner: Party, *lines: PlanLine) -> Plan:
    """A plan that was sent."""
    outreach.planning.begin_plan(tx, owner, YEAR, reason="", at=EARLY)
    outreach.planning.set_head(tx, owner, YEAR, PlanHead("課長"), at=EARLY)
    for one in lines or (line(),):
        outreach.planning.put_line(tx, owner, YEAR, one, at=EARLY)
    return outreach.planning.submit_plan(tx, owner, YEAR, at=EARLY)


def decided(tx: Tx, above: Party, owner: Party, *, version: int = 1, accept: bool = True, comment: str = "") -> Plan:
    """Accepted, unless said otherwise."""
    return outreach.planning.decide_plan(
        tx, above, owner.id, YEAR, version=version, accept=accept, comment=comment, at=NEW_YEAR
    )


def accepted(tx: Tx, owner: Party, above: Party, *lines: PlanLine) -> Plan:
    """A plan that went the whole way."""
    submitted(tx, owner, *lines)
    return decided(tx, above, owner)


def sent(tx: Tx, owner: Party, *lines: ReportLine, as_of: date = DECEMBER, when: Moment = NEW_YEAR) -> Report:
    """A report that went the whole way."""
    for one in lines or (told(),):
        outreach.reporting.put_report_line(tx, owner, as_of, one, at=when)
    outreach.reporting.put_totals(tx, owner, as_of, Totals(120, 80, 60, None), "", at=when)
    return outreach.reporting.send_report(tx, owner, as_of, at=when)
