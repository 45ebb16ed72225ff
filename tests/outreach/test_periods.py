"""Who reports of which days, by when, and to whom: tables, without a database."""

from datetime import date

import pytest

from onshi import law
from onshi.access import Party, PartyKind
from onshi.kernel import Moment
from onshi.outreach import errors, organisations, periods
from onshi.outreach.periods import Arrival, Due

from . import make


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("national_mutual", ["2019-12-31", "2020-03-31"]),
        ("local_mutual", ["2019-10-31", "2019-12-31", "2020-03-31"]),
        ("school_mutual", ["2019-12-31", "2020-03-31"]),
        ("police_mutual", ["2019-12-31", "2020-03-31"]),
        ("private_school", ["2019-09-30", "2020-03-31"]),  # ours: "twice a year"
        ("society", ["2019-06-30", "2019-09-30", "2019-12-31", "2020-03-31"]),  # ours: "periodic"
        ("ministry", ["2019-06-30", "2019-09-30", "2019-12-31", "2020-03-31"]),
    ],
)
def test_the_days_of_2019(kind: str, days: list[str]) -> None:
    assert [one.as_of.isoformat() for one in periods.dues_of(kind, 2019)] == days


def test_after_2019_public_servants_report_like_the_others_and_before_nobody_did() -> None:
    assert periods.dues_of("local_mutual", 2020) == periods.dues_of("society", 2020)
    assert periods.dues_of("society", 2018) == ()
    with pytest.raises(errors.NotAPeriod):
        periods.due_on("society", date(2019, 12, 30))


def test_a_ministry_sums_up_every_day_of_its_kinds() -> None:
    assert [one.as_of.isoformat() for one in periods.summary_dues("education", 2019)] == [
        "2019-09-30",
        "2019-12-31",
        "2020-03-31",
    ]
    assert periods.summary_dues("sports", 2019) == ()


DUE = Due(date(2019, 12, 31), date(2020, 1, 14))


@pytest.mark.parametrize(
    ("sent_at", "on", "arrival"),
    [
        (None, "2019-12-30", Arrival.AHEAD),
        (None, "2019-12-31", Arrival.OPEN),
        (None, "2020-01-14", Arrival.OPEN),
        (None, "2020-01-15", Arrival.MISSING),
        ("2020-01-14T23:59:59", "2020-01-14", Arrival.SENT),
        ("2020-01-15T00:00:00", "2020-01-15", Arrival.SENT_LATE),
        ("2020-01-15T00:00:00", "2020-01-14", Arrival.OPEN),  # as known on the day before it came
    ],
)
def test_when_a_report_is_late(sent_at: str | None, on: str, arrival: Arrival) -> None:
    moment: Moment | None = None if sent_at is None else make.at(sent_at)
    assert periods.arrival(DUE, moment, date.fromisoformat(on)) is arrival


def test_a_correction_does_not_make_a_report_late() -> None:
    first = make.report(sent_at=make.at("2020-01-10T10:00:00"))
    again = make.report(version=2, sent_at=make.at("2020-02-10T10:00:00"))
    (found,) = [
        one
        for one in periods.expected_of(make.SOCIETY.id, "society", 2019, [again, first], date(2020, 2, 11))
        if one.due.as_of == make.DECEMBER
    ]
    assert (found.arrival, found.report) == (Arrival.SENT, again)


# -- Who is above whom -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "ministry"),
    [
        ("society", "health"),
        ("kyokai", "health"),
        ("municipal_nhi", "health"),
        ("nhi_society", "health"),
        ("elderly", "health"),
        ("national_mutual", "finance"),
        ("local_mutual", "internal"),
        ("school_mutual", "education"),
        ("police_mutual", "police"),
        ("private_school", "education"),
    ],
)
def test_every_kind_has_its_ministry_from_the_papers_on(kind: str, ministry: str) -> None:
    assert organisations.ministry_of(kind, date(2019, 9, 3)) == ministry
    assert organisations.ministry_of(kind, date(2019, 9, 2)) is None
    assert kind in law.GROUPS


TOKYO = Party(PartyKind.PREFECTURE, "13", "東京都")
TOWN = Party(PartyKind.MUNICIPALITY, "131016", "千代田区")
OTHER_TOWN = Party(PartyKind.MUNICIPALITY, "141003", "横浜市")
EMPLOYER = Party(PartyKind.BODY, "works", "見本製作所")
CLINIC = Party(PartyKind.INSTITUTION, "1312345678", "見本内科")


@pytest.mark.parametrize(
    ("above", "owner", "decides", "reads"),
    [
        (make.HEALTH, make.SOCIETY, True, True),
        (make.HEALTH, make.SCHOOLS, False, False),
        (make.EDUCATION, make.SCHOOLS, True, True),
        (make.HEALTH, make.HEALTH, False, False),
        (make.HEALTH, make.AID, False, False),  # medical aid has no part in the programme
        (TOKYO, TOWN, True, True),
        (TOKYO, OTHER_TOWN, False, False),
        (TOKYO, make.SOCIETY, False, False),
        (make.OFFICE, make.HEALTH, True, True),
        (make.OFFICE, TOKYO, True, True),
        (make.OFFICE, EMPLOYER, True, True),
        (make.OFFICE, make.SOCIETY, False, True),  # the ministry decides, the office reads
        (make.OFFICE, CLINIC, False, True),
        (make.SOCIETY, make.SOCIETY, False, False),
    ],
)
def test_who_decides_on_whose_plans_and_who_reads_them(above: Party, owner: Party, decides: bool, reads: bool) -> None:
    day = date(2019, 10, 1)
    assert organisations.is_above(above, owner, day) is decides
    assert organisations.may_read(above, owner, day) is reads


@pytest.mark.parametrize("party", [CLINIC, make.AID, make.OFFICE])
def test_who_plans_nothing_is_told_so(party: Party) -> None:
    with pytest.raises(errors.NotInProgramme):
        organisations.kind_of(party)
