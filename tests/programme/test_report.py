"""The month's report: what the month brought, nothing later than its end, the same paper every time."""

import io
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from onshi import record
from onshi.cli import main
from onshi.kernel import Month, parse_month
from onshi.programme import Course, report_of
from onshi.web import monthly_report


def words(data: bytes) -> str:
    """What stands in it, wherever its lines are broken."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


@pytest.mark.parametrize(
    ("month", "issued", "cards", "is_of_month"),
    [
        ("2020-07", 23_246_822, 992_633, True),
        ("2021-03", 35_969_563, 2_526_229, True),
        ("2019-10", 18_233_942, 398_444, False),
    ],
)
def test_what_a_month_brought(month: str, issued: int, cards: int, is_of_month: bool) -> None:
    found = report_of(parse_month(month))
    assert found.status.last.issued == issued
    assert found.is_of_month is is_of_month
    assert found.gain is not None
    assert found.gain.cards == cards


@pytest.mark.parametrize("month", [Month(2017, 3), Month(2019, 8), Month(2020, 7), Month(2022, 2), Month(2026, 10)])
def test_nothing_is_later_than_the_month(month: Month) -> None:
    found = report_of(month)
    assert found.on == month.next.first
    assert max(one.on for one in found.status.counts) <= found.on
    assert all(one.target.known_from <= found.on for one in found.status.verdicts)
    assert all(month.first <= one.on <= month.last for one in found.new_points)
    assert all(one.point is None or one.point.on <= found.on for one in found.facilities)


def test_the_gains_of_the_municipalities_are_ranked_and_add_up() -> None:
    found = report_of(Month(2020, 7))
    slowest, quickest = ([one.per_thousand for one in rows] for rows in (found.slowest, found.quickest))
    assert (slowest, quickest) == (sorted(slowest), sorted(quickest, reverse=True))
    assert len(slowest) == len(quickest) == 10
    assert found.gain is not None
    by_town = [record.counts_of(area, found.on, last=2) for area in record.towns()]
    assert sum(last.issued - before.issued for before, last in by_town) == found.gain.cards


def test_a_new_base_and_a_new_definition_are_told_in_their_month() -> None:
    assert [one.base for one in report_of(Month(2020, 8)).changed_bases] == [date(2020, 1, 1)]
    assert report_of(Month(2020, 7)).changed_bases == ()
    assert [one.name for one in report_of(Month(2020, 7)).changed_definitions] == ["points_applied"]


def test_a_first_count_says_nothing_of_a_pace() -> None:
    found = report_of(Month(2017, 3))
    assert (found.gain, found.previous, found.is_of_month) == (None, None, False)
    assert found.status.course is Course.NO_TARGET
    assert "1回しか" in words(monthly_report(Month(2017, 3), "ja"))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", ["遅れています", "23,246,822枚", "6,753,178", "2019年9月16日", "令和2年8月1日", "992,633枚"]),
        ("en", ["Off course", "23,246,822", "6,753,178", "16 Sep 2019", "992,633 cards", "Kochi, Niigata"]),
    ],
)
def test_the_paper_says_it(language: str, expected: list[str]) -> None:
    data = monthly_report(Month(2020, 7), language)
    text = words(data)
    assert [one for one in expected if one not in text] == []
    assert len(PdfReader(io.BytesIO(data)).pages) == 4
    assert all(area.called(language) in text for area in record.parts("00"))
    assert data == monthly_report(Month(2020, 7), language)


def test_the_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "july.pdf"
    assert main(["programme", "report", "--month", "2020-07", "--out", str(path), "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"Written to {path}.\n"
    assert path.read_bytes() == monthly_report(Month(2020, 7), "en")


@pytest.mark.parametrize(
    ("month", "reason"), [("2020-13", "A month is written like"), ("2016-01", "the record begins on")]
)
def test_a_month_that_is_none_is_refused(month: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "report", "--month", month, "--out", "/nowhere/x.pdf", "--lang", "en"]) == 3
    assert reason in capsys.readouterr().err
