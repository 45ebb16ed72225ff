"""What becomes of plans, results and advice, and all of them together. On both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from msgspec.structs import replace

from onshi import plans
from onshi.db import Database, Tx
from onshi.kernel import Month, MunicipalityCode
from onshi.plans import Plan, PlanState, figures, workbook
from onshi.plans.errors import (
    AdviceEmpty,
    AdviceOver,
    FiguresImpossible,
    MonthNotBegun,
    OtherTown,
    PlanNotSound,
    PlanOver,
    PlanReplaced,
    RevisionNeedsReason,
    UnknownAdvice,
    UnknownFiscalYear,
    UnknownPlan,
)
from onshi.plans.model import AdviceId, AdviceState, Content, Occasion, Stages, Standing
from onshi.plans.workbook import Read

from .make import CHIYODA, CHUO, OCTOBER, OSAKA, SAPPORO, YEAR, at, content, months, site

DAY = at("2020-10-05T10:00:00")
ADVICE = AdviceId(7)


def handed_in(tx: Tx, town: MunicipalityCode = CHIYODA, plan: Content | None = None, when: str = "2020-10-05") -> Plan:
    """A plan is filled in and handed in."""
    moment = at(f"{when}T10:00:00")
    plans.save(tx, town, YEAR, plan or content(), at=moment, reason="見直し")
    return plans.submit(tx, town, YEAR, at=moment)


def told(plan: Plan | None) -> tuple[int, str]:
    """Version and state."""
    assert plan is not None
    return plan.version, plan.state.value


# -- One plan ----------------------------------------------------------------------------------------------------------


def test_a_plan_from_the_first_draft_to_the_second_version(tx: Tx) -> None:
    assert plans.plan_of(tx, CHIYODA, YEAR) is None
    assert told(plans.save(tx, CHIYODA, YEAR, content(moves=200), at=DAY)) == (1, "draft")
    assert told(plans.save(tx, CHIYODA, YEAR, content(), at=DAY)) == (1, "draft")
    first = plans.submit(tx, CHIYODA, YEAR, at=DAY)
    assert (told(first), first.submitted_on, first.content) == ((1, "submitted"), date(2020, 10, 5), content())
    back, advice = plans.give_back(tx, CHIYODA, YEAR, "窓口を増やせませんか。", version=1, advice_id=ADVICE, at=DAY)
    assert (told(back), advice.state, advice.version) == ((1, "returned"), AdviceState.OPEN, 1)
    second = plans.save(tx, CHIYODA, YEAR, content(sites=(site(windows=5),)), at=DAY, reason="助言による")
    assert second is not None
    assert (told(second), second.reason) == ((2, "draft"), "助言による")
    plans.submit(tx, CHIYODA, YEAR, at=DAY)
    assert told(plans.accept(tx, CHIYODA, YEAR, version=2, at=DAY)) == (2, "accepted")
    assert [told(one) for one in plans.versions_of(tx, CHIYODA, YEAR)] == [(2, "accepted"), (1, "returned")]
    assert plans.plan_of(tx, CHUO, YEAR) is None


def test_the_first_version_has_no_reason(tx: Tx) -> None:
    plans.save(tx, CHIYODA, YEAR, content(moves=1), at=DAY, reason="はじめ")
    first = plans.save(tx, CHIYODA, YEAR, content(), at=DAY, reason="見直し")
    assert first is not None
    assert (told(first), first.reason) == ((1, "draft"), "")


def test_saving_the_same_again_changes_nothing(tx: Tx) -> None:
    before = handed_in(tx)
    assert plans.save(tx, CHIYODA, YEAR, content(), at=DAY) is None
    assert plans.plan_of(tx, CHIYODA, YEAR) == before


def test_a_draft_may_have_errors_and_is_not_handed_in_with_them(tx: Tx) -> None:
    plans.save(tx, CHIYODA, YEAR, content(sites=()), at=DAY)
    with pytest.raises(PlanNotSound) as refused:
        plans.submit(tx, CHIYODA, YEAR, at=DAY)
    assert refused.value.facts == {"count": 1}
    assert told(plans.plan_of(tx, CHIYODA, YEAR)) == (1, "draft")


def test_what_is_refused(tx: Tx) -> None:
    with pytest.raises(UnknownFiscalYear):
        plans.save(tx, CHIYODA, 2018, content(), at=DAY)
    with pytest.raises(UnknownPlan):
        plans.submit(tx, CHIYODA, YEAR, at=DAY)
    with pytest.raises(UnknownPlan):
        plans.accept(tx, CHIYODA, YEAR, version=1, at=DAY)
    plans.save(tx, CHIYODA, YEAR, content(), at=DAY)
    with pytest.raises(UnknownPlan):  # a draft is nobody else's
        plans.accept(tx, CHIYODA, YEAR, version=1, at=DAY)
    with pytest.raises(UnknownPlan):
        plans.advise(tx, CHIYODA, YEAR, "まだですか。", version=1, advice_id=ADVICE, at=DAY)
    plans.submit(tx, CHIYODA, YEAR, at=DAY)
    with pytest.raises(PlanOver) as over:
        plans.submit(tx, CHIYODA, YEAR, at=DAY)
    assert over.value.facts == {"state": "submitted"}
    with pytest.raises(RevisionNeedsReason):
        plans.save(tx, CHIYODA, YEAR, content(moves=1), at=DAY)
    with pytest.raises(RevisionNeedsReason):
        plans.save(tx, CHIYODA, YEAR, content(moves=1), at=DAY, reason="  ")
    plans.accept(tx, CHIYODA, YEAR, version=1, at=DAY)
    with pytest.raises(PlanOver) as over:
        plans.give_back(tx, CHIYODA, YEAR, "だめです。", version=1, advice_id=ADVICE, at=DAY)
    assert over.value.facts == {"state": "accepted"}
    assert plans.advice_on(tx, YEAR) == []


def test_what_was_handed_in_meanwhile_is_not_decided_on_unread(tx: Tx) -> None:
    handed_in(tx)
    handed_in(tx, plan=content(moves=1))
    for late in (
        lambda: plans.accept(tx, CHIYODA, YEAR, version=1, at=DAY),
        lambda: plans.give_back(tx, CHIYODA, YEAR, "だめです。", version=1, advice_id=ADVICE, at=DAY),
        lambda: plans.advise(tx, CHIYODA, YEAR, "夜間は。", version=1, advice_id=ADVICE, at=DAY),
    ):
        with pytest.raises(PlanReplaced) as replaced:
            late()
        assert replaced.value.facts == {"version": 2}
    assert [told(one) for one in plans.versions_of(tx, CHIYODA, YEAR)] == [(2, "submitted"), (1, "submitted")]
    assert plans.advice_on(tx, YEAR) == []
    plans.save(tx, CHIYODA, YEAR, content(moves=2), at=DAY, reason="見直し")  # a draft is in nobody's way
    assert told(plans.accept(tx, CHIYODA, YEAR, version=2, at=DAY)) == (2, "accepted")


def test_two_who_hand_in_at_once_hand_in_one(db: Database) -> None:
    db.run(lambda tx: plans.save(tx, CHIYODA, YEAR, content(), at=DAY))

    def submit() -> str:
        try:
            return db.run(lambda tx: plans.submit(tx, CHIYODA, YEAR, at=DAY)).state.value
        except PlanOver:
            return "over"

    with ThreadPoolExecutor(2) as pool:
        found = [one.result() for one in [pool.submit(submit) for _ in range(2)]]
    assert sorted(found) == ["over", "submitted"]


# -- All plans ---------------------------------------------------------------------------------------------------------


def test_where_every_plan_stands(tx: Tx) -> None:
    handed_in(tx)
    plans.accept(tx, CHIYODA, YEAR, version=1, at=DAY)
    plans.save(tx, CHIYODA, YEAR, content(moves=1), at=DAY, reason="転入の増")
    plans.save(tx, CHUO, YEAR, content(), at=DAY)
    handed_in(tx, OSAKA)
    found = plans.heads(tx, YEAR)
    assert [(one.municipality, one.version, one.state.value, one.counts) for one in found] == [
        (CHIYODA, 2, "draft", 1),
        (CHUO, 1, "draft", None),
        (OSAKA, 1, "submitted", 1),
    ]
    assert [one.first_submitted_on for one in found] == [date(2020, 10, 5), None, date(2020, 10, 5)]
    assert [one.municipality for one in plans.heads(tx, YEAR, "13")] == [CHIYODA, CHUO]
    assert plans.heads(tx, 2019) == []


def test_the_compilation_has_what_was_handed_in_and_every_level_adds_up(tx: Tx) -> None:
    smaller = content(sites=(site(windows=2), site(name="出張所", windows=1)), months=months(issued=500))
    handed_in(tx)
    handed_in(tx, CHUO, smaller)
    handed_in(tx, OSAKA)
    plans.save(tx, SAPPORO, YEAR, content(), at=DAY)  # a draft
    found = plans.compile_plans(tx, YEAR)
    assert found.sums["00"]["plans"] == 3
    assert (len(found.parts), found.towns["00"], found.towns["13"]) == (47, 1741, 62)
    assert found.sums["13"]["sites.head_office.windows"] == 4 + 2 + 1
    assert found.sums["00"]["sites.head_office.windows"] == 4 + 4 + 2 + 1
    assert found.sums["00"]["months.2020-10.issued"] == 1000 + 1000 + 500
    assert found.sums["01"] == {}
    by_town = plans.compile_plans(tx, YEAR, "13")
    assert by_town.sums["13"] == found.sums["13"]
    assert by_town.sums[CHUO] == dict(sorted(figures.figures_of(smaller).items()))
    assert (len(by_town.parts), by_town.towns["13"]) == (62, 62)


def test_every_figure_of_a_plan_is_in_the_compilation(tx: Tx) -> None:
    handed_in(tx)
    assert plans.compile_plans(tx, YEAR).sums["00"] == figures.figures_of(content())


def test_a_plan_that_went_back_does_not_count_and_the_one_before_it_does(tx: Tx) -> None:
    handed_in(tx)
    plans.accept(tx, CHIYODA, YEAR, version=1, at=DAY)
    handed_in(tx, plan=content(sites=(site(windows=9),)))
    assert plans.compile_plans(tx, YEAR).sums["00"]["sites.head_office.windows"] == 9
    plans.give_back(tx, CHIYODA, YEAR, "多すぎませんか。", version=2, advice_id=ADVICE, at=DAY)
    assert plans.compile_plans(tx, YEAR).sums["00"]["sites.head_office.windows"] == 4
    (head,) = plans.heads(tx, YEAR)
    assert (head.version, head.state, head.counts) == (2, PlanState.RETURNED, 1)


def test_the_compilation_as_it_was(tx: Tx) -> None:
    handed_in(tx, when="2020-10-05")
    handed_in(tx, OSAKA, when="2020-10-20")
    handed_in(tx, plan=content(sites=(site(windows=9),)), when="2020-11-02")
    windows = [
        plans.compile_plans(tx, YEAR, at=at(f"{day}T12:00:00")).sums["00"].get("sites.head_office.windows")
        for day in ("2020-10-04", "2020-10-05", "2020-10-20", "2020-11-02")
    ]
    assert windows == [None, 4, 8, 13]


# -- What is late ------------------------------------------------------------------------------------------------------


def standings(tx: Tx, on: str, prefecture: str = "13") -> dict[tuple[str, str], str]:
    """Of 千代田区 and 中央区: what is due on the day, and how it stands."""
    return {
        (one.municipality, str(one.month or "plan")): one.standing.value
        for one in plans.dues(tx, date.fromisoformat(on), prefecture)
        if one.municipality in (CHIYODA, CHUO)
    }


def test_late_and_missing_plans_and_reports_show(tx: Tx) -> None:
    handed_in(tx, when="2020-10-05")
    handed_in(tx, CHUO, when="2020-11-04")
    for month, when in ((4, "2020-05-08"), (5, "2020-06-10"), (6, "2020-07-20")):
        plans.report(tx, CHIYODA, Month(2020, month), Stages(issued=900), at=at(f"{when}T09:00:00"))
    assert standings(tx, "2020-04-30") == {(CHIYODA, "plan"): "open", (CHUO, "plan"): "open"}
    assert standings(tx, "2020-07-10") == {
        (CHIYODA, "plan"): "open",
        (CHIYODA, "2020-04"): "in_time",
        (CHIYODA, "2020-05"): "in_time",
        (CHIYODA, "2020-06"): "open",
        (CHUO, "plan"): "open",
        (CHUO, "2020-04"): "missing",
        (CHUO, "2020-05"): "missing",
        (CHUO, "2020-06"): "open",
    }
    assert standings(tx, "2020-07-19")[CHIYODA, "2020-06"] == "missing"
    assert standings(tx, "2020-07-20")[CHIYODA, "2020-06"] == "late"
    november = standings(tx, "2020-11-03")
    assert (november[CHIYODA, "plan"], november[CHUO, "plan"]) == ("in_time", "missing")
    assert standings(tx, "2020-11-04")[CHUO, "plan"] == "late"
    plans.give_back(tx, CHUO, YEAR, "月別がありません。", version=1, advice_id=ADVICE, at=at("2020-11-06T10:00:00"))
    assert standings(tx, "2020-11-05")[CHUO, "plan"] == "late"
    assert standings(tx, "2020-11-06")[CHUO, "plan"] == "returned"


def test_late_leaves_out_what_came_in_time(tx: Tx) -> None:
    handed_in(tx, when="2020-10-05")
    found = plans.late(tx, date(2020, 11, 1), "13", report_day=31)
    plan = [one for one in found if one.month is None]
    assert (len(plan), {one.standing for one in plan}) == (61, {Standing.MISSING})
    assert CHIYODA not in {one.municipality for one in plan}
    assert len(found) == 61 + 62 * 6  # April to September; October is due at the end of November
    assert len(plans.late(tx, date(2020, 11, 1))) == 1740 + 1741 * 6


# -- Results -----------------------------------------------------------------------------------------------------------


def test_results_are_corrected_and_the_first_day_stays(tx: Tx) -> None:
    first = plans.report(tx, CHIYODA, OCTOBER, Stages(900, 850, 840, 700), visits=40, at=at("2020-11-09T09:00:00"))
    assert (first.version, first.reported_on) == (1, date(2020, 11, 9))
    again = plans.report(tx, CHIYODA, OCTOBER, Stages(900, 850, 840, 690), at=at("2020-12-01T09:00:00"))
    assert (again.version, again.reported_on, again.visits) == (2, date(2020, 11, 9), 0)
    plans.report(tx, CHUO, OCTOBER, Stages(issued=1), at=at("2020-11-09T09:00:00"))
    assert plans.results_of(tx, YEAR, CHIYODA) == [again]
    assert len(plans.results_of(tx, YEAR, "13")) == 2
    assert plans.results_of(tx, YEAR, "27") == []
    assert plans.results_of(tx, 2019) == []


def test_what_no_month_can_have_is_refused(tx: Tx) -> None:
    with pytest.raises(MonthNotBegun):
        plans.report(tx, CHIYODA, OCTOBER, Stages(), at=at("2020-09-30T23:59:59"))
    for stages in (Stages(issued=-1), Stages(received=10_000_001)):
        with pytest.raises(FiguresImpossible):
            plans.report(tx, CHIYODA, OCTOBER, stages, at=DAY)
    with pytest.raises(FiguresImpossible):
        plans.report(tx, CHIYODA, OCTOBER, Stages(), mykey=-1, at=DAY)
    with pytest.raises(UnknownFiscalYear):
        plans.report(tx, CHIYODA, Month(2019, 3), Stages(), at=DAY)
    assert plans.results_of(tx, YEAR) == []


# -- Advice ------------------------------------------------------------------------------------------------------------


def test_advice_is_given_answered_and_closed(tx: Tx) -> None:
    handed_in(tx)
    given = plans.advise(tx, CHIYODA, YEAR, " 夜間開庁を増やせませんか。 ", version=1, advice_id=ADVICE, at=DAY)
    assert (given.text, given.on, given.version) == ("夜間開庁を増やせませんか。", date(2020, 10, 5), 1)
    said = plans.answer(tx, CHIYODA, ADVICE, "12月から増やします。", at=DAY)
    assert (said.state, said.answer, said.answered_on) == (
        AdviceState.ANSWERED,
        "12月から増やします。",
        date(2020, 10, 5),
    )
    assert plans.advice_on(tx, YEAR, "13") == plans.advice_on(tx, YEAR, CHIYODA) == [said]
    assert plans.advice_on(tx, YEAR, CHUO) == plans.advice_on(tx, 2019) == []
    plans.close(tx, CHIYODA, ADVICE, at=DAY)
    assert plans.advice_on(tx, YEAR) == []
    (kept,) = plans.advice_on(tx, YEAR, states=(AdviceState.CLOSED,))
    assert (kept.id, kept.answer) == (ADVICE, "12月から増やします。")
    for late in (
        lambda: plans.answer(tx, CHIYODA, ADVICE, "やはり", at=DAY),
        lambda: plans.close(tx, CHIYODA, ADVICE, at=DAY),
    ):
        with pytest.raises(AdviceOver):
            late()


def test_advice_to_another_municipality_is_not_there(tx: Tx) -> None:
    handed_in(tx)
    plans.advise(tx, CHIYODA, YEAR, "夜間開庁を増やせませんか。", version=1, advice_id=ADVICE, at=DAY)
    with pytest.raises(UnknownAdvice):
        plans.answer(tx, CHUO, ADVICE, "いいえ。", at=DAY)
    with pytest.raises(UnknownAdvice):
        plans.close(tx, CHUO, ADVICE, at=DAY)
    with pytest.raises(UnknownAdvice):
        plans.answer(tx, CHIYODA, AdviceId(8), "いいえ。", at=DAY)
    for text in ("", "  ", "あ" * 2001):
        with pytest.raises(AdviceEmpty):
            plans.answer(tx, CHIYODA, ADVICE, text, at=DAY)


# -- What residents are told -------------------------------------------------------------------------------------------


def test_residents_are_told_of_what_counts_and_of_nothing_else(tx: Tx) -> None:
    first, last = date(2020, 10, 1), date(2020, 10, 31)
    plans.save(tx, CHIYODA, YEAR, content(), at=DAY)
    assert plans.occasions(tx, CHIYODA, first, last) == []
    plans.submit(tx, CHIYODA, YEAR, at=DAY)
    handed_in(tx, OSAKA)
    found = plans.occasions(tx, None, first, last)
    assert [(town, one.on.day, one.kind.value) for town, one in found] == [
        (CHIYODA, 7, "visit"),
        (OSAKA, 7, "visit"),
        (CHIYODA, 11, "weekend"),
        (OSAKA, 11, "weekend"),
    ]
    assert [one.on.day for _, one in plans.occasions(tx, CHIYODA, first, date(2020, 10, 7))] == [7]
    assert plans.occasions(tx, "13", date(2020, 11, 1), date(2021, 6, 30)) == []
    later = tuple(replace(one, on=date(2020, 12, 6)) for one in content().occasions)
    plans.save(tx, CHIYODA, YEAR, content(occasions=later), at=DAY, reason="日程の変更")
    assert [one.on for _, one in plans.occasions(tx, CHIYODA, first, date(2020, 12, 31))] == [
        date(2020, 10, 7),
        date(2020, 10, 11),
    ]
    plans.submit(tx, CHIYODA, YEAR, at=DAY)
    told_now: list[Occasion] = [one for _, one in plans.occasions(tx, CHIYODA, first, date(2020, 12, 31))]
    assert {one.on for one in told_now} == {date(2020, 12, 6)}


# -- Workbooks ---------------------------------------------------------------------------------------------------------


def read_of(plan: Content, town: MunicipalityCode = CHIYODA) -> Read:
    """The plan as its workbook says it."""
    return workbook.read(workbook.workbook(plan, town, YEAR))


def test_what_becomes_of_a_workbook(tx: Tx) -> None:
    unsound = content(sites=())
    cases = [
        (read_of(unsound), False, "kept", "draft"),
        (read_of(unsound), True, "unchanged", "draft"),  # it has an error, and is not handed in
        (read_of(content()), False, "kept", "draft"),
        (read_of(content()), False, "unchanged", "draft"),
        (read_of(content()), True, "submitted", "submitted"),
        (read_of(content()), True, "unchanged", "submitted"),
    ]
    for place, (read, submit, outcome, state) in enumerate(cases):
        taken = plans.take_in(tx, read, at=DAY, submit=submit)
        assert taken.plan is not None
        assert (taken.outcome.value, taken.plan.version, taken.plan.state.value) == (outcome, 1, state), place
        assert plans.plan_of(tx, CHIYODA, YEAR) == taken.plan
        assert len(taken.changes) == (outcome in ("kept", "submitted"))


def test_a_workbook_that_cannot_be_read_changes_nothing(tx: Tx) -> None:
    taken = plans.take_in(tx, workbook.read(workbook.template(CHIYODA, YEAR)), at=DAY, submit=True)
    assert (taken.outcome.value, taken.plan, taken.changes) == ("refused", None, ())
    assert plans.heads(tx, YEAR) == []


def test_a_workbook_is_taken_in_only_for_its_own_municipality_and_year(tx: Tx) -> None:
    with pytest.raises(OtherTown):
        plans.take_in(tx, read_of(content()), at=DAY, town=CHUO)
    with pytest.raises(OtherTown):
        plans.take_in(tx, read_of(content()), at=DAY, town=CHIYODA, year=2021)
    assert plans.heads(tx, YEAR) == []
    assert plans.take_in(tx, read_of(content()), at=DAY, town=CHIYODA, year=YEAR).outcome.value == "kept"


def test_a_workbook_of_a_plan_that_was_handed_in_needs_a_reason(tx: Tx) -> None:
    handed_in(tx)
    with pytest.raises(RevisionNeedsReason):
        plans.take_in(tx, read_of(content(moves=1)), at=DAY)
    taken = plans.take_in(tx, read_of(content(moves=1)), at=DAY, submit=True, reason="転入の増")
    assert [told(one) for one in taken.changes] == [(2, "draft"), (2, "submitted")]
