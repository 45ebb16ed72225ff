"""The reporting chain through the verbs, on both engines: insurer → ministry → office; and who may do what not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from onshi import access
from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import OnshiError, PersonalNumberTyped
from onshi.outreach import (
    Effect,
    Event,
    EventSort,
    Evidence,
    Measure,
    PlanHead,
    PlanState,
    Totals,
    Word,
    campaigning,
    catalogue,
    errors,
    planning,
    publicity,
    reporting,
    summarising,
    sums,
)
from onshi.outreach.model import UNKNOWN_EFFECT
from onshi.outreach.periods import Arrival
from onshi.outreach.sums import Known

from . import make

LATE_DAY = date(2020, 1, 20)


@pytest.fixture(autouse=True)
def registered(tx: Tx) -> None:
    """Everybody is there."""
    make.register(tx)


def test_a_plan_goes_to_and_fro_and_every_version_sent_stays(tx: Tx) -> None:
    owner = make.SOCIETY
    planning.begin_plan(tx, owner, make.YEAR, reason="", at=make.EARLY)
    planning.set_head(tx, owner, make.YEAR, PlanHead(" 適用課長 ", 900, None), at=make.EARLY)
    planning.put_line(tx, owner, make.YEAR, make.line(), at=make.EARLY)
    planning.put_line(tx, owner, make.YEAR, make.line(make.MAIL), at=make.EARLY)
    planning.drop_line(tx, owner, make.YEAR, make.MAIL, at=make.EARLY)
    planning.submit_plan(tx, owner, make.YEAR, at=make.EARLY)
    planning.decide_plan(
        tx, make.HEALTH, owner.id, make.YEAR, version=1, accept=False, comment="郵送も", at=make.NEW_YEAR
    )
    planning.begin_plan(tx, owner, make.YEAR, reason="郵送を加えた", at=make.NEW_YEAR)
    planning.put_line(tx, owner, make.YEAR, make.line(make.MAIL), at=make.NEW_YEAR)
    planning.submit_plan(tx, owner, make.YEAR, at=make.NEW_YEAR)
    planning.decide_plan(tx, make.HEALTH, owner.id, make.YEAR, version=2, accept=True, comment="", at=make.NEW_YEAR)
    versions = planning.plan_versions(tx, owner, make.YEAR)
    assert [(one.version, one.state, one.reason, one.comment) for one in versions] == [
        (1, PlanState.RETURNED, "", "郵送も"),
        (2, PlanState.ACCEPTED, "郵送を加えた", ""),
    ]
    assert [[line.key for line in one.lines] for one in versions] == [[make.WEBSITE], [make.MAIL, make.WEBSITE]]
    assert versions[0].head == PlanHead("適用課長", 900, None)


def test_a_draft_is_its_owners_alone(tx: Tx) -> None:
    planning.begin_plan(tx, make.SOCIETY, make.YEAR, reason="", at=make.EARLY)
    found = {one.owner.party.id: one for one in planning.plans_below(tx, make.HEALTH, make.YEAR, on=LATE_DAY)}
    assert set(found) == {make.SOCIETY.id, make.OTHER_SOCIETY.id, make.TOWN_NHI.id}
    assert found[make.SOCIETY.id].last is None
    assert planning.sent_versions(tx, make.HEALTH, make.SOCIETY.id, make.YEAR, on=LATE_DAY)[1] == []


@pytest.mark.parametrize("above", [make.EDUCATION, make.OFFICE, make.OTHER_SOCIETY, make.SOCIETY])
def test_only_the_ministry_above_decides(tx: Tx, above: Party) -> None:
    make.submitted(tx, make.SOCIETY)
    with pytest.raises(errors.UnknownPlan):
        make.decided(tx, above, make.SOCIETY)
    made = make.decided(tx, make.HEALTH, make.SOCIETY)
    assert made.state is PlanState.ACCEPTED


def test_a_version_that_was_not_looked_at_is_not_decided_on(tx: Tx) -> None:
    owner = make.SOCIETY
    make.submitted(tx, owner)
    make.decided(tx, make.HEALTH, owner, accept=False, comment="郵送も")
    planning.begin_plan(tx, owner, make.YEAR, reason="郵送を加えた", at=make.NEW_YEAR)
    planning.put_line(tx, owner, make.YEAR, make.line(make.MAIL), at=make.NEW_YEAR)
    planning.submit_plan(tx, owner, make.YEAR, at=make.NEW_YEAR)
    with pytest.raises(errors.Changed):
        make.decided(tx, make.HEALTH, owner, version=1)
    assert planning.plan_versions(tx, owner, make.YEAR)[-1].state is PlanState.SUBMITTED
    assert make.decided(tx, make.HEALTH, owner, version=2).state is PlanState.ACCEPTED


def test_another_ministrys_insurer_looks_like_none(tx: Tx) -> None:
    make.accepted(tx, make.SOCIETY, make.HEALTH)
    for owner in (make.SOCIETY.id, "insurer:99999999"):
        with pytest.raises(errors.UnknownPlan) as refused:
            planning.sent_versions(tx, make.EDUCATION, owner, make.YEAR, on=LATE_DAY)
        assert str(refused.value) == "There is no such plan here."
    _, seen = planning.sent_versions(tx, make.OFFICE, make.SOCIETY.id, make.YEAR, on=LATE_DAY)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        (("elderly/counter", "counter"), errors.UnknownMeasure),  # of another kind
        (("health_society/website", "poster"), errors.UnknownMeasure),  # not through that channel
        (("health_society/federations", "meeting"), errors.UnknownMeasure),  # the government's own
        (("health_society/website", "website"), None),
    ],
)
def test_a_plan_chooses_from_its_own_kinds_catalogue(
    tx: Tx, key: tuple[str, str], refusal: type[OnshiError] | None
) -> None:
    planning.begin_plan(tx, make.SOCIETY, make.YEAR, reason="", at=make.EARLY)
    if refusal is None:
        assert planning.put_line(tx, make.SOCIETY, make.YEAR, make.line(key), at=make.EARLY).lines[0].key == key
        return
    with pytest.raises(refusal):
        planning.put_line(tx, make.SOCIETY, make.YEAR, make.line(key), at=make.EARLY)


def test_there_is_no_report_without_an_accepted_plan(tx: Tx) -> None:
    with pytest.raises(errors.NoPlanInForce):
        make.sent(tx, make.SOCIETY)
    make.accepted(tx, make.SOCIETY, make.HEALTH)
    assert make.sent(tx, make.SOCIETY).sent_at == make.NEW_YEAR
    with pytest.raises(errors.NotAPeriod):
        make.sent(tx, make.SOCIETY, as_of=date(2019, 12, 30))


def test_reports_become_a_summary_and_summaries_the_country(tx: Tx) -> None:
    for owner, above, key in (
        (make.SOCIETY, make.HEALTH, make.WEBSITE),
        (make.OTHER_SOCIETY, make.HEALTH, make.WEBSITE),
        (make.SCHOOLS, make.EDUCATION, make.SCHOOL_POSTER),
    ):
        make.accepted(tx, owner, above, make.line(key))
        make.sent(tx, owner, make.told(key))
    for ministry in (make.HEALTH, make.EDUCATION):
        summarising.hand_in(tx, ministry, make.DECEMBER, note="", reason="", at=make.NEW_YEAR)
    found = summarising.compilation(tx, make.YEAR, on=LATE_DAY)
    parts = {one.part.kind: one.part for one in found.told}
    assert (parts["society"].expected, parts["society"].reported) == (2, 2)
    assert (parts["municipal_nhi"].expected, parts["municipal_nhi"].reported) == (1, 0)
    assert parts["society"].reach == Known(1_400)
    assert parts["school_mutual"].reach == Known(700)
    assert found.reach == Known(2_100)
    assert found.cost == 120_000
    assert found.figures == (Known(360), Known(240), Known(180), Known(0, 3))
    assert "national_mutual" in found.untold


def test_the_same_country_comes_from_reports_and_from_summaries(tx: Tx) -> None:
    for owner in (make.SOCIETY, make.OTHER_SOCIETY):
        make.accepted(tx, owner, make.HEALTH)
        make.sent(tx, owner, make.told(reach=None))
    handed = summarising.hand_in(tx, make.HEALTH, make.DECEMBER, note="", reason="", at=make.NEW_YEAR)
    assert handed.parts == summarising.summed_now(tx, make.HEALTH, make.DECEMBER)
    assert summarising.summary_versions(tx, "health", make.DECEMBER) == [handed]
    seen = [reporting.report_versions(tx, owner, make.DECEMBER)[-1] for owner in (make.SOCIETY, make.OTHER_SOCIETY)]
    assert summarising.compilation(tx, make.YEAR, on=LATE_DAY).cells == sums.cells_of(seen)


def test_a_correction_counts_once_it_is_sent_and_handed_in_again(tx: Tx) -> None:
    make.accepted(tx, make.SOCIETY, make.HEALTH)
    make.sent(tx, make.SOCIETY)
    first = summarising.hand_in(tx, make.HEALTH, make.DECEMBER, note="", reason="", at=make.NEW_YEAR)
    later = make.at("2020-01-12T10:00:00")
    reporting.correct_report(tx, make.SOCIETY, make.DECEMBER, reason="数え直した", at=later)
    reporting.put_report_line(tx, make.SOCIETY, make.DECEMBER, make.told(reach=650), at=later)
    assert summarising.summed_now(tx, make.HEALTH, make.DECEMBER) == first.parts
    reporting.send_report(tx, make.SOCIETY, make.DECEMBER, at=later)
    assert summarising.summed_now(tx, make.HEALTH, make.DECEMBER) != first.parts
    assert summarising.compilation(tx, make.YEAR, on=LATE_DAY).reach == Known(700)
    with pytest.raises(errors.ReasonMissing):
        summarising.hand_in(tx, make.HEALTH, make.DECEMBER, note="", reason="", at=later)
    summarising.hand_in(tx, make.HEALTH, make.DECEMBER, note="", reason="訂正があった", at=later)
    assert summarising.compilation(tx, make.YEAR, on=LATE_DAY).reach == Known(650)
    assert summarising.compilation(tx, make.YEAR, on=date(2020, 1, 11)).reach == Known(700)


def test_who_is_above_nobody_sums_up_nothing(tx: Tx) -> None:
    sports = Party(make.HEALTH.kind, "sports", "体育省")
    for ministry in (sports, make.OFFICE):
        with pytest.raises(errors.NotYourMinistry):
            summarising.hand_in(tx, ministry, make.DECEMBER, note="", reason="", at=make.NEW_YEAR)
    with pytest.raises(errors.NotAPeriod):
        summarising.hand_in(tx, make.HEALTH, date(2019, 12, 30), note="", reason="", at=make.NEW_YEAR)
    with pytest.raises(errors.ReportTooEarly):
        summarising.hand_in(tx, make.HEALTH, make.DECEMBER, note="", reason="", at=make.EARLY)


def test_late_and_missing_reports_are_seen_by_whoever_is_above(tx: Tx) -> None:
    make.accepted(tx, make.SOCIETY, make.HEALTH)
    make.sent(tx, make.SOCIETY, when=make.at("2020-01-16T10:00:00"))
    found = reporting.late(reporting.expected_below(tx, make.HEALTH, make.YEAR, on=LATE_DAY))
    december = [(one.owner, one.arrival) for one in found if one.due.as_of == make.DECEMBER]
    assert december == [
        (make.TOWN_NHI.id, Arrival.MISSING),
        (make.OTHER_SOCIETY.id, Arrival.MISSING),
        (make.SOCIETY.id, Arrival.SENT_LATE),
    ]
    schools = reporting.late(reporting.expected_below(tx, make.EDUCATION, make.YEAR, on=LATE_DAY))
    assert [(one.owner, one.due.as_of) for one in schools] == [(make.SCHOOLS.id, make.DECEMBER)]
    everybody = reporting.expected_below(tx, make.OFFICE, make.YEAR, on=LATE_DAY)
    assert {make.SOCIETY.id, make.SCHOOLS.id, make.HEALTH.id} <= {one.owner for one in everybody}
    assert reporting.expected_below(tx, make.SOCIETY, make.YEAR, on=LATE_DAY) == []


def test_summaries_that_a_ministry_owes(tx: Tx) -> None:
    summarising.hand_in(tx, make.EDUCATION, make.DECEMBER, note="", reason="", at=make.NEW_YEAR)
    found = summarising.every_handing(tx, make.YEAR, on=date(2020, 2, 1))
    education = [(one.due.as_of.isoformat(), one.arrival) for one in found if one.ministry == "education"]
    assert education == [
        ("2019-09-30", Arrival.MISSING),
        ("2019-12-31", Arrival.SENT),
        ("2020-03-31", Arrival.AHEAD),
    ]


def test_a_day_before_the_papers_is_summed_up_by_whom_they_name_first(tx: Tx) -> None:
    """The reports of June 2019 are owed, so they can be handed in, although nothing had been published then."""
    june = date(2019, 6, 30)
    assert june in [one.due.as_of for one in summarising.handings(tx, ["health"], make.YEAR, on=LATE_DAY)]
    make.accepted(tx, make.SOCIETY, make.HEALTH)
    make.sent(tx, make.SOCIETY, as_of=june)
    made = summarising.hand_in(tx, make.HEALTH, june, note="", reason="", at=make.NEW_YEAR)
    (society,) = [one for one in made.parts if one.kind == "society"]
    assert (society.expected, society.reported) == (2, 1)


def test_nobody_owes_a_report_of_a_day_on_which_they_were_not_there(tx: Tx) -> None:
    new = replace(make.insurer("0613003", "三番健康保険組合"), opened_on=date(2019, 12, 1))
    access.register_parties(tx, [new], by="local:tests")
    days = [date(2019, 12, 31), date(2020, 3, 31)]
    below = reporting.expected_below(tx, make.HEALTH, make.YEAR, on=LATE_DAY)
    assert [one.due.as_of for one in below if one.owner == new.id] == days
    assert [one.due.as_of for one in reporting.expected_reports(tx, new, make.YEAR, on=LATE_DAY)] == days
    assert len(reporting.expected_reports(tx, make.SOCIETY, make.YEAR, on=LATE_DAY)) == 4


def test_a_report_is_seen_with_what_is_doubtful(tx: Tx) -> None:
    make.accepted(tx, make.SOCIETY, make.HEALTH)
    reporting.put_report_line(tx, make.SOCIETY, make.DECEMBER, make.told(), at=make.NEW_YEAR)
    reporting.put_totals(tx, make.SOCIETY, make.DECEMBER, Totals(10, None, 11, None), "", at=make.NEW_YEAR)
    assert reporting.report_seen(tx, make.HEALTH, make.SOCIETY.id, make.DECEMBER, on=LATE_DAY).versions == ()
    sent = reporting.send_report(tx, make.SOCIETY, make.DECEMBER, at=make.NEW_YEAR)
    seen = reporting.report_seen(tx, make.HEALTH, make.SOCIETY.id, make.DECEMBER, on=LATE_DAY)
    assert (seen.versions, [one.value for one in seen.doubts]) == ((sent,), ["more_registered"])
    with pytest.raises(errors.UnknownPlan):
        reporting.report_seen(tx, make.EDUCATION, make.SOCIETY.id, make.DECEMBER, on=LATE_DAY)


def test_events_are_numbers_and_their_owners(tx: Tx) -> None:
    planned = Event(7, "", date(2019, 11, 3), EventSort.SPORTS, "市民体育館", 300)
    reporting.put_event(tx, make.SOCIETY, planned, at=make.EARLY)
    with pytest.raises(errors.ReportTooEarly):
        reporting.put_event(tx, make.SOCIETY, replace(planned, came=1), at=make.EARLY)
    with pytest.raises(errors.UnknownEvent):
        reporting.put_event(tx, make.OTHER_SOCIETY, planned, at=make.NEW_YEAR)
    with pytest.raises(errors.UnknownEvent):
        reporting.event_of(tx, make.OTHER_SOCIETY, 7)
    reporting.put_event(tx, make.SOCIETY, replace(planned, came=280, applications=41), at=make.NEW_YEAR)
    (found,) = reporting.events_of(tx, [make.SOCIETY.id], make.YEAR)
    assert (found.owner, found.came, found.applications) == (make.SOCIETY.id, 280, 41)
    assert reporting.events_of(tx, [make.OTHER_SOCIETY.id], make.YEAR) == []
    reporting.cancel_event(tx, make.SOCIETY, reporting.event_of(tx, make.SOCIETY, 7), at=make.NEW_YEAR)
    with pytest.raises(errors.UnknownEvent):
        reporting.event_of(tx, make.SOCIETY, 7)


# -- Publicity ---------------------------------------------------------------------------------------------------------


def test_an_item_of_2019_is_revised_with_a_reason_and_every_version_stays(tx: Tx) -> None:
    key = (campaigning.PAPERS, "screens-malls")
    (published,) = campaigning.versions_of(tx, key, LATE_DAY)
    revised = replace(published, sites=24, hours=10, reason="")
    with pytest.raises(errors.ReasonMissing):
        campaigning.revise_item(tx, revised, at=make.NEW_YEAR)
    made = campaigning.revise_item(tx, replace(revised, reason="画面数が決まった"), at=make.NEW_YEAR)
    with pytest.raises(errors.Changed):
        campaigning.revise_item(tx, replace(revised, reason="同じ版を見ていた人"), at=make.NEW_YEAR)
    assert (made.version, made.known_from) == (2, date(2020, 1, 6))
    assert campaigning.versions_of(tx, key, LATE_DAY) == [published, made]
    before = {one.key: one for one in campaigning.items_on(tx, date(2020, 1, 5))}
    after = {one.key: one for one in campaigning.items_on(tx, LATE_DAY)}
    assert (before[key], after[key], len(before)) == (published, made, len(after))
    found = publicity.showings(made)
    assert isinstance(found, publicity.Showings)
    assert (found.low, found.high) == (24 * 30 * 31, 24 * 40 * 31)


def test_a_new_item_comes_back_as_it_was_put(tx: Tx) -> None:
    new = make.item(per_hour=publicity.Rate(3, 4), issues=(date(2020, 4, 21),), days=3, counted=9)
    made = campaigning.add_item(tx, new, at=make.NEW_YEAR)
    assert campaigning.versions_of(tx, new.key, LATE_DAY) == [made]
    assert made == replace(new, version=1, known_from=date(2020, 1, 6))
    with pytest.raises(errors.UnknownItem):
        campaigning.versions_of(tx, ("spring", "none"), LATE_DAY)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "screens"}, errors.CodeTaken),
        ({"code": "Screens"}, errors.CodeTaken),
        ({"campaign": "春"}, errors.CodeTaken),
        ({"code": "a" * 41}, errors.CodeTaken),
        ({"title_ja": " "}, errors.Incomplete),
        ({"source": ""}, errors.Incomplete),
        ({"audience_ja": "123456789012"}, PersonalNumberTyped),
        ({"audience_en": "x" * 401}, errors.TextTooLong),
        ({"seconds": 200_000_001}, errors.FigureOutOfRange),
        ({"per_hour": publicity.Rate(1, 200_000_001)}, errors.FigureOutOfRange),
        ({"title_ja": "別の動画"}, None),
    ],
)
def test_what_is_no_new_item(tx: Tx, changes: dict[str, Any], refusal: type[OnshiError] | None) -> None:
    campaigning.add_item(tx, make.item(), at=make.NEW_YEAR)
    new = make.item(**({"code": "other"} | changes))
    if refusal is None:
        assert campaigning.add_item(tx, new, at=make.NEW_YEAR).title_ja == "別の動画"
        return
    with pytest.raises(refusal):
        campaigning.add_item(tx, new, at=make.NEW_YEAR)


# -- The catalogue -----------------------------------------------------------------------------------------------------


def added(tx: Tx, name: str = "booth", effect: Effect = UNKNOWN_EFFECT, **changes: Any) -> Measure:
    """An entry of the office for societies."""
    word = Word("members", "組合員", "members")
    given: dict[str, Any] = {
        "title": ("申請コーナー", "Booth"), "actor": word, "audience": word, "channels": (word,), "kinds": ("society",),
        "source": "推進室の調べ", "evidence": Evidence.TOLD,
    }  # fmt: skip
    return planning.add_measure(tx, name, effect=effect, at=make.NEW_YEAR, **(given | changes))


def test_an_entry_of_the_catalogue_comes_back_as_it_was_added(tx: Tx) -> None:
    told = added(tx, effect=Effect("一日20件", "20 a day", 20, "件"), evidence=Evidence.FIGURE)
    silent = added(tx, "counter", Effect("", ""))
    assert silent.effect == Effect(UNKNOWN_EFFECT.words_ja, UNKNOWN_EFFECT.words_en, source="推進室の調べ")
    assert planning.measures_on(tx, LATE_DAY)[-2:] == (told, silent)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "Booth"}, errors.CodeTaken),
        ({"title": ("申請コーナー", "")}, errors.Incomplete),
        ({"channels": ()}, errors.Incomplete),
        ({"kinds": ()}, errors.Incomplete),
        ({"source": " "}, errors.Incomplete),
        ({"effect": Effect("番号は123456789012", "")}, PersonalNumberTyped),
        ({"effect": Effect("", "x" * 401)}, errors.TextTooLong),
        ({"effect": Effect("", "", 1, "123456789012")}, PersonalNumberTyped),
    ],
)
def test_what_is_no_entry(tx: Tx, changes: dict[str, Any], refusal: type[OnshiError]) -> None:
    with pytest.raises(refusal):
        added(tx, **changes)
    assert planning.measures_on(tx, LATE_DAY) == catalogue.of_papers(LATE_DAY)
