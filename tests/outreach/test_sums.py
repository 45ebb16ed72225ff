"""From reports to summaries to the whole country nothing is lost and nothing counted twice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import law
from onshi.kernel import fiscal_year
from onshi.outreach import FIGURES, Outcome, Report, ReportLine, Totals, Why, sums
from onshi.outreach.sums import Known, Summary

from . import make

KINDS = tuple(law.GROUPS)
counts = st.none() | st.integers(0, 1_000_000)
keys = st.sampled_from([("mail", "cost_notice"), ("mail", "card_renewal"), ("website", "website")])


@st.composite
def lines(draw: st.DrawFn) -> ReportLine:
    outcome = draw(st.sampled_from(Outcome))
    why = None if outcome is Outcome.DONE else draw(st.sampled_from(Why))
    return ReportLine(*draw(keys), outcome, why, draw(counts), draw(st.integers(0, 1_000_000)))


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    """One report each of some insurers."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        theirs = {one.key: one for one in draw(st.lists(lines(), max_size=3))}
        totals = Totals(*(draw(counts) for _ in FIGURES))
        made = make.report(make.SOCIETY, *theirs.values(), totals=totals)
        kind = draw(st.sampled_from(KINDS))
        found.append(Report(f"insurer:{number}", kind, made.as_of, 1, tuple(theirs.values()), totals, "", "", 0, 0))  # type: ignore[arg-type]
    return found


@given(reports(), st.integers(0, 6))
def test_it_does_not_matter_how_reports_are_put_together(found: list[Report], place: int) -> None:
    apart = (*sums.cells_of(found[:place]), *sums.cells_of(found[place:]))
    assert sums.merged(apart) == sums.cells_of(found)


@given(reports())
def test_the_nation_is_the_sum_of_its_insurers(found: list[Report]) -> None:
    """Insurer → ministry → nation, by kind, measure and channel, by figure, by cost."""
    ministries: dict[str, list[str]] = {"a": list(KINDS[:4]), "b": list(KINDS[4:])}
    summaries = [
        Summary(
            ministry,
            make.DECEMBER,
            1,
            tuple(sums.part_of(kind, 9, [one for one in found if one.kind == kind]) for kind in kinds),
            "",
            "",
            make.NEW_YEAR,
        )
        for ministry, kinds in ministries.items()
    ]
    whole = sums.compiled(summaries, KINDS, first=date(2019, 4, 1), on=date(2020, 3, 31))
    told = [(report, line) for report in found for line in report.lines]
    assert whole.untold == ()
    assert whole.cells == sums.cells_of(found)
    assert whole.reach.total == sum(line.reach or 0 for _, line in told)
    assert whole.reach.unknown == sum(line.reach is None for _, line in told)
    assert whole.cost == sum(line.cost for _, line in told)
    for place, name in enumerate(FIGURES):
        values = [getattr(one.totals, name) for one in found]
        assert whole.figures[place] == Known(sum(v or 0 for v in values), sum(v is None for v in values))
    assert sum(one.done + one.partly + one.not_done for one in whole.cells) == len(told)
    by_channel = sums.by_channel(whole.cells)
    assert sum((reach for _, reach, _ in by_channel), sums.NOTHING) == whole.reach
    assert sum(cost for _, _, cost in by_channel) == whole.cost


def summary(as_of: date, version: int, *kinds: str, cost: int = 1) -> Summary:
    parts = tuple(sums.part_of(kind, 1, [make.report(make.SOCIETY, make.told(cost=cost))]) for kind in kinds)
    return Summary("health", as_of, version, parts, "", "", make.NEW_YEAR)


def test_of_each_kind_only_the_newest_day_in_its_last_version_counts() -> None:
    september, december = date(2019, 9, 30), date(2019, 12, 31)
    handed = [
        summary(december, 2, "society", cost=30),
        summary(september, 1, "society", "kyokai", cost=5),
        summary(december, 1, "society", cost=20),
    ]
    whole = sums.compiled(handed, ("society", "kyokai", "elderly"), first=date(2019, 4, 1), on=date(2020, 3, 31))
    assert [(one.part.kind, one.as_of, one.part.cost) for one in whole.told] == [
        ("society", december, 30),
        ("kyokai", september, 5),
    ]
    assert (whole.cost, whole.untold) == (35, ("elderly",))


@pytest.mark.parametrize(("on", "cost"), [("2019-09-29", 0), ("2019-09-30", 5), ("2019-12-31", 20)])
def test_the_country_on_an_earlier_day(on: str, cost: int) -> None:
    handed = [summary(date(2019, 9, 30), 1, "society", cost=5), summary(date(2019, 12, 31), 1, "society", cost=20)]
    day = date.fromisoformat(on)
    assert sums.compiled(handed, KINDS, first=date(fiscal_year(day), 4, 1), on=day).cost == cost


def test_what_nobody_knew_is_not_zero() -> None:
    part = sums.part_of("society", 2, [make.report(totals=Totals(10)), make.report(totals=Totals(0))])
    assert part.figures == (Known(10, 0), Known(0, 2), Known(0, 2), Known(0, 2))


def test_an_unsent_correction_does_not_count() -> None:
    first, draft = make.report(), make.report(make.SOCIETY, make.told(cost=1), version=2, sent_at=None)
    assert sums.last_sent([draft, first]) == (first,)
