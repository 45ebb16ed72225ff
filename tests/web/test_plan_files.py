"""A plan as a paper: everything of it, what its windows can do, what cannot be told; and nothing is markup."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from onshi.kernel import Month
from onshi.plans import Plan, PlanState
from onshi.plans.model import Content, MonthPlan, Publicity, Stages
from onshi.web import plan_paper
from onshi.web.plan_files import values_of
from plans.make import CHIYODA, YEAR, at, content, site

MOMENT = at("2020-10-05T10:00:00")


def plan(**changes: Any) -> Plan:
    submitted = date(2020, 10, 5)
    return Plan(CHIYODA, YEAR, 2, PlanState.SUBMITTED, content(**changes), MOMENT, "窓口の増設", submitted)


def parts(one: Plan, language: str = "ja") -> dict[str, tuple[list[str], list[list[str]]]]:
    return {part["title"]: (part["header"], part["rows"]) for part in values_of(one, language)["parts"]}


def test_the_paper_says_what_the_plan_says() -> None:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(plan_paper(plan(), "ja"))).pages)
    for said in (
        "東京都千代田区",
        "令和2年度",
        "第2版（提出済み）",
        "2020-10-05",
        "窓口の増設",
        "区内の企業",
        "麹町区民館",
    ):
        assert said in text, said


def test_the_same_plan_makes_the_same_bytes() -> None:
    assert plan_paper(plan(), "en") == plan_paper(plan(), "en")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_row_is_as_wide_as_its_header(language: str) -> None:
    for title, (header, rows) in parts(plan(sites=(site(windows=2),)), language).items():
        assert {len(row) for row in rows} == {len(header)}, title


def test_what_windows_can_do_gaps_and_what_cannot_be_told() -> None:
    found = parts(plan(sites=(site(windows=2),)))
    assert found["窓口の処理能力"][1][6] == ["2020-10", "1,000", "916", "84", "窓口"]
    assert found["段階の間の乖離（年度の計）"][1] == [["600", "0", "600"]]
    assert found["月別"][1][-1] == ["合計", "13,200", "12,600", "12,600", "12,000"]
    assert found["事務費補助金"][1] == [["12,800,000", "100", "判断できない", "判断できない"]]
    assert found["確認したいこと"][1][0][:2] == ["確認", "月別 1行目「交付枚数」"]
    assert "確認したいこと" not in parts(plan())


def test_what_makes_no_sense_has_no_capacity() -> None:
    early = (MonthPlan(Month(2015, 4), Stages(issued=1)),)
    for wrong in (plan(months=early), plan(sites=(site(days=-5),))):
        assert "窓口の処理能力" not in parts(wrong)
        assert "誤り" in {row[0] for row in parts(wrong)["確認したいこと"][1]}


def test_an_empty_plan_is_a_paper_too() -> None:
    empty = Plan(CHIYODA, YEAR, 1, PlanState.DRAFT, Content(), MOMENT)
    assert plan_paper(empty, "ja").startswith(b"%PDF-")
    assert "経費" not in parts(empty)


def test_a_text_is_never_read_as_markup() -> None:
    sly = (Publicity(plan().content.publicity[0].medium, "#panic() *太字* $x$", 1),)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(plan_paper(plan(publicity=sly), "ja"))).pages)
    assert "#panic() *太字* $x$" in text
