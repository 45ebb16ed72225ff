"""What a plan and a report may say: tables, without a database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import Month, OnshiError, PersonalNumberTyped, months_of_fiscal_year
from onshi.outreach import Outcome, PlanHead, PlanState, Report, Totals, Why, errors, rules

from . import make


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("12月は配布が間に合わなかった", None),
        ("予算は100,000,000,000円", None),  # grouped by commas: money
        ("電話 03-1234-5678", None),
        ("1234567890123", None),  # thirteen digits are no personal number
        ("番号は123456789012です", PersonalNumberTyped),
        ("１２３４５６７８９０１２", PersonalNumberTyped),
        ("1234-5678-9012", PersonalNumberTyped),
        ("1234 5678 9012", PersonalNumberTyped),
        ("あ" * 400, None),
        ("あ" * 401, errors.TextTooLong),
    ],
)
def test_what_a_note_may_hold(text: str, refusal: type[OnshiError] | None) -> None:
    if refusal is None:
        assert rules.checked_text(text) == text
        return
    with pytest.raises(refusal) as refused:
        rules.checked_text(text)
    assert "1234" not in str(refused.value)


@pytest.mark.parametrize(
    ("state", "verb", "refusal"),
    [
        (PlanState.DRAFT, "change", None),
        (PlanState.DRAFT, "submit", None),
        (PlanState.DRAFT, "decide", errors.PlanNotSubmitted),
        (PlanState.DRAFT, "begin", errors.PlanWaiting),
        (PlanState.SUBMITTED, "change", errors.PlanNotOpen),
        (PlanState.SUBMITTED, "submit", errors.PlanNotOpen),
        (PlanState.SUBMITTED, "decide", None),
        (PlanState.SUBMITTED, "begin", errors.PlanWaiting),
        (PlanState.RETURNED, "change", errors.PlanNotOpen),
        (PlanState.RETURNED, "submit", errors.PlanNotOpen),
        (PlanState.RETURNED, "decide", errors.PlanNotSubmitted),
        (PlanState.RETURNED, "begin", None),
        (PlanState.ACCEPTED, "change", errors.PlanNotOpen),
        (PlanState.ACCEPTED, "submit", errors.PlanNotOpen),
        (PlanState.ACCEPTED, "decide", errors.PlanNotSubmitted),
        (PlanState.ACCEPTED, "begin", None),
    ],
)
def test_what_can_be_done_with_a_plan(state: PlanState, verb: str, refusal: type[OnshiError] | None) -> None:
    plan = make.plan(state=state)
    verbs = {
        "change": lambda: rules.with_line(plan, make.line(make.MAIL), at=make.NEW_YEAR),
        "submit": lambda: rules.submitted(plan, at=make.NEW_YEAR),
        "decide": lambda: rules.decided(plan, version=1, accept=True, comment="", at=make.NEW_YEAR),
        "begin": lambda: rules.next_version(plan, "数を直す", at=make.NEW_YEAR),
    }
    if refusal is None:
        assert verbs[verb]() != plan
        return
    with pytest.raises(refusal):
        verbs[verb]()


def test_a_version_begins_where_the_last_one_ended() -> None:
    accepted = make.plan(state=PlanState.ACCEPTED, comment="よい", submitted_at=make.EARLY, decided_at=make.EARLY)
    new = rules.next_version(accepted, "予算が決まった", at=make.NEW_YEAR)
    assert (new.version, new.state, new.reason, new.comment) == (2, PlanState.DRAFT, "予算が決まった", "")
    assert (new.lines, new.head, new.submitted_at) == (accepted.lines, accepted.head, None)
    assert rules.in_force([accepted, new]) == accepted
    with pytest.raises(errors.ReasonMissing):
        rules.next_version(accepted, "  ", at=make.NEW_YEAR)


def test_a_plan_is_returned_only_with_a_comment() -> None:
    waiting = make.plan(state=PlanState.SUBMITTED)
    with pytest.raises(errors.ReasonMissing):
        rules.decided(waiting, version=1, accept=False, comment="", at=make.NEW_YEAR)
    returned = rules.decided(waiting, version=1, accept=False, comment="月を分けてください", at=make.NEW_YEAR)
    assert (returned.state, returned.comment) == (PlanState.RETURNED, "月を分けてください")
    assert rules.in_force([returned]) is None


@pytest.mark.parametrize("plan", [make.plan(head=PlanHead("")), replace(make.plan(), lines=())])
def test_a_plan_without_a_post_or_a_measure_is_not_sent(plan: object) -> None:
    with pytest.raises(errors.PlanEmpty):
        rules.submitted(plan, at=make.NEW_YEAR)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("months", "is_taken"),
    [
        ((Month(2019, 4),), True),
        ((Month(2020, 3), Month(2019, 12)), True),
        ((Month(2019, 3),), False),  # the month before the fiscal year
        ((Month(2020, 4),), False),  # the month after it
        ((), False),
    ],
)
def test_months_lie_in_the_fiscal_year(months: tuple[Month, ...], is_taken: bool) -> None:
    if is_taken:
        assert rules.months_wanted(2019, months) == tuple(sorted(months))
        return
    with pytest.raises(errors.MonthOutside):
        rules.months_wanted(2019, months)


@given(st.lists(st.sampled_from(months_of_fiscal_year(2019)), min_size=1))
def test_a_line_put_twice_stands_once(months: list[Month]) -> None:
    once = rules.with_line(make.plan(), make.line(months=tuple(months)), at=make.NEW_YEAR)
    twice = rules.with_line(once, make.line(months=tuple(months)), at=make.NEW_YEAR)
    assert twice == once
    assert [one.key for one in twice.lines] == [make.WEBSITE]
    assert twice.lines[0].months == tuple(sorted(set(months)))


# -- Reports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (make.told(), None),
        (make.told(outcome=Outcome.PARTLY, why=Why.STAFF), None),
        (make.told(outcome=Outcome.NOT_DONE, why=Why.ILLNESS, reach=None, cost=0), None),
        (make.told(outcome=Outcome.PARTLY), errors.ReasonMissing),
        (make.told(make.MAIL), errors.UnknownMeasure),
        (make.told(reach=-1), errors.FigureOutOfRange),
        (make.told(cost=-1), errors.FigureOutOfRange),
    ],
)
def test_what_a_line_of_a_report_may_say(line: object, refusal: type[OnshiError] | None) -> None:
    empty = rules.first_report(make.SOCIETY.id, "society", make.DECEMBER, at=make.NEW_YEAR)
    if refusal is None:
        assert rules.with_report_line(empty, make.plan(), line, at=make.NEW_YEAR).lines == (line,)  # type: ignore[arg-type]
        return
    with pytest.raises(refusal):
        rules.with_report_line(empty, make.plan(), line, at=make.NEW_YEAR)  # type: ignore[arg-type]


def test_what_is_done_needs_no_reason_and_keeps_none() -> None:
    empty = rules.first_report(make.SOCIETY.id, "society", make.DECEMBER, at=make.NEW_YEAR)
    told = rules.with_report_line(empty, make.plan(), make.told(why=Why.MONEY), at=make.NEW_YEAR)
    assert told.lines[0].why is None


def test_a_report_speaks_of_every_line_of_the_plan_in_force() -> None:
    plan = make.plan(make.SOCIETY, make.line(), make.line(make.MAIL))
    unsent = make.report(sent_at=None)
    with pytest.raises(errors.ReportIncomplete) as refused:
        rules.sent(unsent, plan, at=make.NEW_YEAR)
    assert refused.value.facts == {"missing": 1}
    smaller = make.plan(make.SOCIETY, make.line(make.MAIL))
    both = make.report(make.SOCIETY, make.told(), make.told(make.MAIL), sent_at=None)
    assert [one.key for one in rules.sent(both, smaller, at=make.NEW_YEAR).lines] == [make.MAIL]


def test_a_report_is_sent_from_its_day_on_and_not_changed_afterwards() -> None:
    unsent = make.report(sent_at=None)
    with pytest.raises(errors.ReportTooEarly):
        rules.sent(unsent, make.plan(), at=make.at("2019-12-30T23:59:59"))
    sent = rules.sent(unsent, make.plan(), at=make.at("2019-12-31T00:00:00"))
    with pytest.raises(errors.ReportSent):
        rules.with_totals(sent, Totals(), "", at=make.NEW_YEAR)
    new = rules.correction(sent, "数え直した", at=make.NEW_YEAR)
    assert (new.version, new.sent_at, new.lines) == (2, None, sent.lines)
    with pytest.raises(errors.ReportNotSent):
        rules.correction(new, "もう一度", at=make.NEW_YEAR)


BEFORE = make.report(as_of=date(2019, 9, 30), totals=Totals(100, 50, 10, 5))


@pytest.mark.parametrize(
    ("totals", "found"),
    [
        (Totals(120, 80, 60, 30), ()),
        (Totals(120, 80, 121, 30), (rules.Doubt.MORE_REGISTERED,)),
        (Totals(120, 80, 60, 81), (rules.Doubt.MORE_REGISTERED,)),
        (Totals(99, 80, 60, 30), (rules.Doubt.FEWER_THAN_BEFORE,)),
        (Totals(None, None, 60, 30), ()),
        (Totals(), (rules.Doubt.NOTHING_KNOWN,)),
        (Totals(0, 0, 0, 0), (rules.Doubt.FEWER_THAN_BEFORE,)),
    ],
)
def test_what_is_doubtful_about_figures(totals: Totals, found: tuple[rules.Doubt, ...]) -> None:
    assert rules.doubts(make.report(totals=totals), BEFORE) == found


def test_another_reason_without_a_note_is_doubtful() -> None:
    line = make.told(outcome=Outcome.NOT_DONE, why=Why.OTHER)
    report: Report = make.report(make.SOCIETY, line)
    assert rules.doubts(report, None) == (rules.Doubt.OTHER_UNEXPLAINED,)
    assert rules.doubts(replace(report, note="会場が使えなかった"), None) == ()
