"""Tables of a whole survey: what one question tells of another gives nothing small away either."""

from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from onshi.surveys import Addressee, Table, errors, results, rules
from onshi.surveys.model import Group, Target

from . import make
from .attacker import Attacker, Cell

LEAST = 10
WHY = replace(make.WHY, kind=make.Kind.ONE, required=True)
# All that somebody can answer: only who has no card is asked why.
ANSWERS = [("yes", ""), ("applied", ""), ("no", "time"), ("no", "need"), ("no", "worry")]
KINDS = [("body", "13"), ("body", "13"), ("body", "27"), ("municipality", "13"), ("municipality", None)]


@st.composite
def answered(draw: st.DrawFn) -> dict[Cell, int]:
    size = st.one_of(st.just(0), st.integers(0, 12), st.integers(8, 60))
    parties = [f"{kind}:{place}" for place, (kind, _) in enumerate(KINDS[: draw(st.integers(1, len(KINDS)))])]
    return {(party, *answer): draw(size) for party in parties for answer in ANSWERS}


def results_for(counts: dict[Cell, int]) -> results.Results:
    parties = sorted({party for party, _, _ in counts})
    prefectures = {f"{kind}:{place}": prefecture for place, (kind, prefecture) in enumerate(KINDS)}
    addressees = [
        Addressee(
            Target(party, 0, prefectures[party]),
            make.draft().opens_on,
            sum(number for cell, number in counts.items() if cell[0] == party),
        )
        for party in parties
    ]
    groups = [
        Group(party, {"has": has} | ({"why": why} if why else {}), number)
        for (party, has, why), number in counts.items()
        if number
    ]
    return results.results_of(make.survey(questions=(make.HAS, WHY)), addressees, groups, LEAST)


@settings(max_examples=150, deadline=None)
@given(answered())
def test_nothing_small_can_be_worked_out_from_questions_that_depend(counts: dict[Cell, int]) -> None:
    found = results_for(counts)
    attacker = Attacker(counts)
    parties = {one.code: one.parties for one in found.areas}
    for party in {cell[0] for cell in counts}:
        attacker.learn({cell for cell in counts if cell[0] == party})
    for place, table in enumerate(found.tables, start=1):
        for area, told in table.told.items():
            for group in told.groups:
                attacker.learn({cell for cell in counts if cell[0] in parties[area] and cell[place] in group})
    names = sorted({cell[0] for cell in counts})
    for some in chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1)):
        asked = sum(number for cell, number in counts.items() if cell[0] in some)
        for place, answer in [(1, "yes"), (1, "applied"), (1, "no"), (2, "time"), (2, "need"), (2, "worry")]:
            theirs = {cell for cell in counts if cell[0] in some and cell[place] == answer}
            base = {cell for cell in counts if cell[0] in some and (place == 1 or cell[1] == "no")}
            if asked and sum(counts[cell] for cell in base) and sum(counts[cell] for cell in theirs) < LEAST:
                assert not attacker.can_work_out(theirs), (some, answer)


def table_of(found: results.Results, code: str) -> Table:
    return next(one for one in found.tables if one.question.code == code)


def test_what_depends_is_told_where_those_who_were_asked_are() -> None:
    counts = {(party, has, ""): 30 for party, has in product(["body:0", "body:2"], ["yes", "applied"])}
    counts |= {("body:0", "no", why): 20 for why in ("time", "need", "worry")}
    counts |= {("body:2", "no", why): 15 for why in ("time", "need", "worry")}
    found = results_for(counts)
    assert set(table_of(found, "has").told) == {"00", "body", "body/13", "body/27", "body:0", "body:2"}
    why = table_of(found, "why").told["body:0"]
    assert (why.groups, why.counts) == ((("time",), ("need",), ("worry",)), (20, 20, 20))
    # Of 45 who were asked there all now say the same: that is not told, and the neighbour's would tell it.
    found = results_for(
        counts | {("body:2", "no", "time"): 45, ("body:2", "no", "need"): 0, ("body:2", "no", "worry"): 0}
    )
    assert set(table_of(found, "why").told) == {"00", "body"}


def test_where_nobody_can_tell_who_was_asked_what_they_said_is_not_told() -> None:
    counts = {("body:0", "yes", ""): 60, ("body:0", "applied", ""): 3}
    counts |= {("body:0", "no", why): 20 for why in ("time", "need", "worry")}
    found = results_for(counts)
    assert table_of(found, "has").told["00"].groups == (("yes",), ("applied", "no"))
    # 60 of the 63 together were asked: their number would leave the three.
    assert table_of(found, "why").told == {}


def test_choices_ticked_together_are_told_one_by_one() -> None:
    several = replace(make.WHY, only_if=None)
    groups = [Group("body:0", {"why": ("time", "need")}, 30), Group("body:0", {"why": ("worry",)}, 12)]
    addressees = [Addressee(Target("body:0", 50, "13"), make.draft().opens_on, 42)]
    found = results.results_of(make.survey(questions=(several,)), addressees, groups, LEAST)
    assert [(one.choice and one.choice.code, one.told["00"].counts) for one in found.tables] == [
        ("time", (30, 12)),
        ("need", (30, 12)),
        ("worry", (12, 30)),
    ]
    assert (found.answered["00"], found.expected["00"]) == (42, 50)


def test_how_many_ticked_both_of_two_cannot_be_worked_out() -> None:
    """As nobody has to tick any: else it would be the ticks beyond the number of people."""
    both = replace(make.WHY, choices=make.choices("time", "need"), only_if=None)
    with pytest.raises(errors.SurveyMalformed):
        rules.check_draft(make.draft(questions=(replace(both, required=True),)))
    assert rules.check_draft(make.draft(questions=(both,))) is None
    counts = {("body:0", "time"): 20, ("body:0", "need"): 20, ("body:0", "time need"): 2, ("body:0", ""): 0}
    groups = [Group("body:0", {"why": tuple(cell[1].split())}, number) for cell, number in counts.items() if number]
    addressees = [Addressee(Target("body:0", 50, "13"), make.draft().opens_on, 42)]
    found = results.results_of(make.survey(questions=(both,)), addressees, groups, LEAST)
    attacker = Attacker(counts)
    attacker.learn(set(counts))
    for table in found.tables:
        assert table.choice is not None
        assert table.told["00"].groups == ((table.choice.code,), ("not",))
        attacker.learn({cell for cell in counts if table.choice.code in cell[1].split()})
    assert not attacker.can_work_out({("body:0", "time need")})


@pytest.mark.parametrize(
    ("months", "told"),
    [
        # Ten months that ten people gave: named, each would be known to have one.
        ({"2026-01": 30, **{f"2025-{n:02}": 1 for n in range(3, 13)}}, {("2026-01",): 30, ("other",): 10}),
        # What is left over is no fewer than ten either: with the eleven their month would leave the one.
        (
            {"2026-01": 30, "2026-02": 20, "2026-03": 11, "2025-12": 1},
            {("2026-01",): 30, ("2026-02",): 20, ("other",): 12},
        ),
        ({"2026-01": 30, "2026-02": 20}, {("2026-01",): 30, ("2026-02",): 20}),
        ({"2026-01": 30, "2026-02": 9}, {}),
        ({"2026-01": 5, "2026-02": 9}, {}),
    ],
)
def test_months_are_named_where_enough_people_gave_them(
    months: dict[str, int], told: dict[tuple[str, ...], int]
) -> None:
    since = replace(make.SINCE, required=True)
    groups = [Group("body:0", {"since": f"{month}-05"}, number) for month, number in months.items()]
    addressees = [Addressee(Target("body:0", 50, "13"), make.draft().opens_on, sum(months.values()))]
    (table,) = results.results_of(make.survey(questions=(since,)), addressees, groups, LEAST).tables
    found = table.told.get("00")
    assert ({} if found is None else dict(zip(found.groups, found.counts, strict=True))) == told


def test_numbers_and_days_are_told_in_spans_and_months() -> None:
    groups = [
        Group("body:0", {"days": 19, "since": "2026-09-01"}, 15),
        Group("body:0", {"days": 20, "since": "2026-08-31"}, 12),
        Group("body:0", {}, 11),
    ]
    addressees = [Addressee(Target("body:0", 50, "13"), make.draft().opens_on, 38)]
    found = results.results_of(make.survey(questions=(make.DAYS, make.SINCE)), addressees, groups, LEAST)
    days, since = found.tables
    assert days.answers == ("0-19", "20-39", "40-59", "60-79", "80-99", "none")
    # Spans nobody gave are told together with the rarest that somebody did.
    assert dict(zip(days.told["00"].groups, days.told["00"].counts, strict=True)) == {
        ("0-19",): 15,
        ("20-39",): 12,
        ("40-59", "60-79", "80-99", "none"): 11,
    }
    assert dict(zip(since.told["00"].groups, since.told["00"].counts, strict=True)) == {
        ("2026-08",): 12,
        ("2026-09",): 15,
        ("none",): 11,
    }
