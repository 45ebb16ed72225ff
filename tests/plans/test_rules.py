"""What becomes of a plan, a report and advice; what stands in the log; words and texts."""

import hashlib
import re
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import plans
from onshi.kernel import Month, months_of_fiscal_year
from onshi.plans import calendar, catalogue, costs, figures, rules
from onshi.plans.costs import SubsidyRule
from onshi.plans.errors import UnknownFiscalYear
from onshi.plans.model import Advice, AdviceId, Content, Cost, CostPart, Finding, Plan, PlanState, Stages, Standing
from onshi.plans.rules import Gaps, digest_of, entry_of, gaps_of, reported

from .make import CHIYODA, OCTOBER, YEAR, at, content

ROOM = Path(str(files("onshi.plans")))
MOMENT = at("2020-10-05T10:00:00")


def table(name: str) -> dict[str, object]:
    return tomllib.loads((ROOM / name).read_text(encoding="utf-8"))


# -- Stages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stages", "gaps"),
    [
        (Stages(100, 80, 70, 60), Gaps(20, 10, 10)),
        (Stages(100, 100, 100, 100), Gaps(0, 0, 0)),
        (Stages(10, 20, 20, 50), Gaps(-10, 0, -30)),  # out of an older stock
    ],
)
def test_what_waits_between_the_stages(stages: Stages, gaps: Gaps) -> None:
    assert gaps_of(stages) == gaps


counts = st.integers(0, 10_000)
many_stages = st.lists(st.builds(Stages, counts, counts, counts, counts), max_size=14)


@given(many_stages)
def test_the_gaps_of_a_year_are_those_of_its_months(months: list[Stages]) -> None:
    whole, parts = gaps_of(figures.add(months)), [gaps_of(one) for one in months]
    for name in ("to_preset", "to_notify", "to_issue"):
        assert getattr(whole, name) == sum(getattr(one, name) for one in parts)


# -- The calendar ------------------------------------------------------------------------------------------------------


def test_the_calendar_of_the_first_year_is_that_of_the_papers() -> None:
    assert [(one.code, one.first, one.last) for one in calendar.steps_of(2019)] == [
        ("notice", date(2019, 9, 1), date(2019, 9, 10)),
        ("meeting", date(2019, 9, 12), date(2019, 9, 12)),
        ("briefings", date(2019, 9, 11), date(2019, 9, 30)),
        ("compiled", date(2019, 10, 1), date(2019, 10, 31)),
        ("follow_up", date(2019, 11, 1), date(2020, 3, 31)),
    ]


def test_later_years_follow_the_pattern_without_what_was_extraordinary() -> None:
    assert [one.code for one in calendar.steps_of(2021)] == ["notice", "briefings", "compiled", "follow_up"]
    assert calendar.plan_due(2021) == date(2021, 10, 31)


def test_before_the_first_year_there_was_no_plan() -> None:
    for ask in (calendar.steps_of, calendar.plan_due, calendar.reported_months, calendar.check_year):
        with pytest.raises(UnknownFiscalYear):
            ask(2018)


def test_months_are_owed_from_the_compilation_on() -> None:
    first = [str(one) for one in calendar.reported_months(2019)]
    assert first == ["2019-11", "2019-12", "2020-01", "2020-02", "2020-03"]
    assert calendar.reported_months(2020) == months_of_fiscal_year(2020)


@pytest.mark.parametrize(
    ("month", "day", "due"),
    [
        (Month(2020, 10), None, "2020-11-10"),
        (Month(2020, 12), 5, "2021-01-05"),
        (Month(2020, 1), 31, "2020-02-29"),
        (Month(2021, 1), 31, "2021-02-28"),
    ],
)
def test_when_a_report_is_due(month: Month, day: int | None, due: str) -> None:
    assert calendar.report_due(month, day=day).isoformat() == due


@pytest.mark.parametrize(
    ("handed_on", "on", "standing"),
    [
        (None, "2020-10-31", Standing.OPEN),  # the day itself is in time
        (None, "2020-11-01", Standing.MISSING),
        ("2020-10-31", "2020-11-01", Standing.IN_TIME),
        ("2020-11-01", "2020-11-01", Standing.LATE),
        ("2020-11-05", "2020-11-01", Standing.MISSING),  # nobody knew yet
        ("2020-10-20", "2020-10-10", Standing.OPEN),
    ],
)
def test_how_it_stands(handed_on: str | None, on: str, standing: Standing) -> None:
    handed = None if handed_on is None else date.fromisoformat(handed_on)
    assert calendar.standing_of(date(2020, 10, 31), handed, on=date.fromisoformat(on)) is standing


# -- Costs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "granted"),
    [
        (SubsidyRule(100, None), None),  # as it is: the ceiling is not public
        (SubsidyRule(None, 100), None),
        (SubsidyRule(100, 100), 3_000),
        (SubsidyRule(50, 100), 1_500),
        (SubsidyRule(100, 20), 2_000),  # the ceiling
        (SubsidyRule(100, 0), 0),
    ],
)
def test_what_is_paid_and_when_it_cannot_be_told(rule: SubsidyRule, granted: int | None) -> None:
    given = [Cost("staff", CostPart.ISSUING, 1_000), Cost("rent", CostPart.RECEPTION, 2_000)]
    found = costs.subsidy_of(given, rule, residents=100)
    assert (found.costs, found.granted) == (3_000, granted)


def test_today_it_cannot_be_told() -> None:
    rule = costs.subsidy_rules().on(date(2020, 10, 1))
    assert costs.subsidy_of(content().costs, rule, residents=60_000).granted is None


# -- The log -----------------------------------------------------------------------------------------------------------


def test_what_stands_in_the_log_of_a_plan() -> None:
    plan = Plan(CHIYODA, YEAR, 2, PlanState.SUBMITTED, content(), MOMENT, "秘密の理由", date(2020, 10, 5))
    entry = entry_of(plan, actor="party:x")
    told = ["plan:131016:2020:2", "submitted", digest_of(content()), "2020-10-05"]
    assert (entry.actor, entry.action.value, entry.outcome, entry.object) == (
        "party:x",
        "plan",
        "submitted",
        "plan:131016:2020:2",
    )
    assert entry.leaf == hashlib.sha256(msgspec.json.encode(told)).digest()


def test_no_text_stands_in_the_log() -> None:
    advice = Advice(AdviceId(7), CHIYODA, YEAR, 1, date(2020, 10, 5), "秘密の助言", MOMENT, answer="秘密の答え")
    results = reported(None, CHIYODA, OCTOBER, Stages(1, 2, 3, 4), visits=5, at=at("2020-11-05T10:00:00"))
    plan = Plan(CHIYODA, YEAR, 1, PlanState.DRAFT, content(), MOMENT, "秘密の理由")
    entries = [entry_of(one, actor="party:x") for one in (advice, results, plan)]
    assert [one.object for one in entries] == [
        "advice:0000000000000007:131016",
        "results:131016:2020-10:1",
        "plan:131016:2020:1",
    ]
    assert "秘密" not in str([msgspec.structs.astuple(one) for one in entries])


@given(st.builds(Content, issued_before=counts, moves=st.none() | counts))
def test_two_plans_that_say_the_same_have_one_name(plan: Content) -> None:
    again = msgspec.json.decode(rules.encoded(plan), type=Content)
    assert again == plan
    assert digest_of(again) == digest_of(plan)
    assert digest_of(msgspec.structs.replace(plan, issued_before=plan.issued_before + 1)) != digest_of(plan)


# -- Words -------------------------------------------------------------------------------------------------------------


def test_every_finding_that_can_be_made_has_its_sentence_and_no_other_is_there() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    used = {code for code in catalogue.finding_kinds() if f'"{code}"' in sources}
    assert used == set(catalogue.finding_kinds())
    made = set(re.findall(r'(?:finding|\.find|Wrong)\(\s*"([a-z-0-9]+)"', sources))
    assert made - set(catalogue.finding_kinds()) == set()


def test_both_languages_say_the_same_numbers() -> None:
    for kind in catalogue.finding_kinds().values():
        places = [sorted(re.findall(r"{(\w+)}", text)) for text in (kind.ja, kind.en)]
        assert places[0] == places[1], kind.code


def test_every_word_has_both_languages() -> None:
    for section, words in table("words.toml").items():
        assert isinstance(words, dict)
        for code, both in words.items():
            assert set(both) == {"ja", "en"}, f"{section}.{code}"
            assert all(text.strip() for text in both.values())


@pytest.mark.parametrize(
    "kind",
    [
        ("place", plans.model.Place),
        ("method", plans.model.Method),
        ("model", plans.model.ModelSite),
        ("progress", plans.model.Progress),
        ("medium", plans.model.Medium),
        ("part", plans.model.CostPart),
        ("occasion", plans.model.OccasionKind),
        ("state", plans.model.PlanState),
        ("standing", plans.model.Standing),
        ("stage", figures.STAGES),
        ("resource", plans.capacity.Resource),
    ],
)
def test_every_code_has_a_word_and_a_word_only_one_code(kind: tuple[str, object]) -> None:
    name, codes = kind
    assert list(catalogue.words(name)) == [str(one) for one in codes]  # type: ignore[attr-defined]
    for code in catalogue.words(name):
        for language in ("ja", "en"):
            assert catalogue.code_of(name, f" {catalogue.word(name, code, language)}　") == code
    assert catalogue.code_of(name, "何か") is None


def test_every_field_has_a_title_and_an_explanation() -> None:
    wanted = {f"{one.section}.{column.name}" for one in plans.workbook.TABLES for column in one.columns}
    assert wanted - set(catalogue.words("field")) == set()
    assert wanted - set(catalogue.words("help")) == set()


@pytest.mark.parametrize(
    ("path", "ja", "en"),
    [
        ("sites[1].staff", "窓口 2行目「職員数」", "sites, row 2: staff"),
        ("sites.staff", "窓口「職員数」", "sites: staff"),
        ("months", "月別", "months"),
        ("issued_before", "前年度末までの交付枚数", "cards issued before the year"),
        ("", "", ""),
    ],
)
def test_where_a_finding_is(path: str, ja: str, en: str) -> None:
    assert (catalogue.place_of(path, "ja"), catalogue.place_of(path, "en")) == (ja, en)


def test_every_figure_of_a_plan_has_a_title() -> None:
    for name in [*figures.figures_of(content()), "sites.branch.count", "models.immigration.running", "issued_before"]:
        for language in ("ja", "en"):
            assert catalogue.figure(name, language) not in ("", name), name
    assert catalogue.figure("receptions.visit.company.expected", "ja") == "申請受付／出張申請受付／企業／受付見込人数"


def test_a_sentence_holds_its_numbers() -> None:
    one = Finding(
        "capacity-short",
        plans.checking.finding("capacity-short").severity,
        "months[0].issued",
        {
            "month": "2020-10",
            "planned": 12000,
            "cards": 900,
            "short": 11100,
            "scarcest": "resource:staff",
        },
    )
    assert catalogue.sentence_of(one, "ja") == (
        "2020-10は交付予定12,000枚に対し、処理できるのは900枚です（11,100枚不足。足りないもの：職員）。"
    )
