"""The papers of 2019-09-03 made again: every figure of theirs is in the document, typed here a second time.

Each row names the place in the papers, where the figure stands in the document, and how the papers write it. Where the
text of the papers is at hand, that it does is checked as well.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from onshi import record
from onshi.programme import errors, papers
from onshi.record import papers as held

from .figures import EXAMPLES, FIGURES, about, days

DAY = date(2019, 9, 3)
ROOT = Path(__file__).parent.parent.parent
SOURCE = Path(os.environ.get("ONSHI_TEST_PAPERS_SOURCE", ROOT.parent / "shared" / "source" / "papers-2019-09-03.txt"))
NEEDS_SOURCE = pytest.mark.skipif(
    not SOURCE.exists(), reason="the text of the papers is not at hand; set ONSHI_TEST_PAPERS_SOURCE to its file"
)


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The document as programs get it, by section and table."""
    made: Any = papers.as_json(papers.document(DAY))
    return {one["section"]: one["tables"] for one in made["sections"]}


@pytest.mark.parametrize(("place", "section", "table", "values", "written"), FIGURES)
def test_a_figure_of_the_papers_is_in_the_document(
    told: dict[str, dict[str, list[dict[str, Any]]]],
    place: str,
    section: str,
    table: str,
    values: Mapping[str, Any],
    written: Sequence[str],
) -> None:
    found = [row for row in told[section][table] if {name: row[name] for name in values} == values]
    assert len(found) == 1, f"{place}: {written}"


def test_two_pieces_ran_on_the_same_days(told: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    found = [
        row["medium"]["code"] for row in told["publicity"]["media"] if row["when"] == days("2019-03-18", "2019-03-29")
    ]
    assert found == ["web_video", "banner"]


def test_the_ways_name_the_municipalities_of_the_papers(told: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    found: dict[str, list[str]] = {}
    for row in told["methods"]["examples"]:
        found.setdefault(row["method"]["ja"].partition("方式")[0], []).append(row["municipality"])
    assert found == EXAMPLES


@NEEDS_SOURCE
@pytest.mark.parametrize(("place", "written"), [(place, text) for place, *_, texts in FIGURES for text in texts])
def test_a_figure_is_written_so_in_the_papers(place: str, written: str) -> None:
    assert squeezed(written) in squeezed(SOURCE.read_text(encoding="utf-8")), place


@NEEDS_SOURCE
def test_every_municipality_is_named_in_the_papers() -> None:
    text = squeezed(SOURCE.read_text(encoding="utf-8"))
    assert [name for names in EXAMPLES.values() for name in names if f"・{name}" not in text] == []


@NEEDS_SOURCE
def test_no_sentence_of_ours_is_one_of_theirs() -> None:
    text = squeezed(SOURCE.read_text(encoding="utf-8"))
    # What stands in corner brackets is a name: a poster's, a leaflet's.
    long = [one for one in every_text() if len(one) >= 20 and "「" not in one]
    assert len(long) > 100
    assert [one for one in long if squeezed(one) in text] == []


def squeezed(text: str) -> str:
    """Without blanks, and in one width."""
    return re.sub(r"\s", "", normalize("NFKC", text)).replace("～", "~").replace("〜", "~")


def every_text() -> list[str]:
    made = papers.document(DAY)
    return [
        papers.shown(cell, "ja")
        for part in made.sections
        for table in part.tables
        for row in table.rows
        for cell in row
    ]


# -- The document itself -----------------------------------------------------------------------------------------------


def test_the_document_has_every_part() -> None:
    found = [one.code for one in papers.document(DAY).sections]
    sheets = [f"insurer-{one.code.replace('_', '-')}" for one in held.insurer_groups(DAY)]
    parts = ["servants", "points", "plan", "methods", "ministries", "publicity"]
    assert found == ["schedule", "roadmap", "insurers", *sheets, *parts]
    assert len(sheets) == 10


def test_every_table_has_rows_that_fit_its_columns() -> None:
    tables = [(one.code, table) for one in papers.document(date(2020, 7, 1)).sections for table in one.tables]
    assert [code for code, table in tables if not table.rows] == []
    assert [(code, table.code) for code, table in tables for row in table.rows if len(row) != len(table.columns)] == []


def test_nothing_is_known_the_day_before() -> None:
    with pytest.raises(errors.BeforePapers) as refused:
        papers.document(DAY - timedelta(days=1))
    assert refused.value.code == "programme-before-papers"
    with pytest.raises(errors.UnknownSection):
        papers.document(DAY).section("nothing")


def test_screenings_are_worked_out_where_the_papers_give_enough_and_said_to_be_missing_elsewhere(
    told: dict[str, dict[str, list[dict[str, Any]]]],
) -> None:
    rows = told["publicity"]["screenings"]
    counted = {row["piece"]["en"]: row["screenings"] for row in rows if "about" in row["screenings"]}
    assert counted == {
        "hospitals and clinics": about(1_301 * 32 * 30),
        "pharmacies": about(780 * 48 * 30),
    }
    others = [row for row in rows if row["piece"]["en"] not in counted]
    assert {row["screenings"]["en"] for row in others} == {"cannot be computed"}
    assert [row for row in others if not row["lacks"]] == []
    (malls,) = [row for row in others if "Osaka" in row["piece"]["en"]]
    assert [one["en"] for one in malls["lacks"]] == ["how many screens", "how often a day"]


def test_a_bar_without_quarters_says_so_in_both_languages() -> None:
    (bars,) = [one for one in papers.document(DAY).section("roadmap").tables if one.code == "bars"]
    unread = [row for row in bars.rows if papers.shown(row[2], "en") == "cannot be read from the papers"]
    assert len(unread) == 19
    assert {papers.shown(row[2], "ja") for row in unread} == {"資料から読み取れない"}


@pytest.mark.parametrize(
    ("first", "last", "ja", "en"),
    [
        ("2019-09-03", "2019-09-03", "2019年9月3日（令和元年9月3日）", "3 Sep 2019 (Reiwa 1)"),
        ("2019-03-14", "2019-03-29", "2019年3月14日（平成31年3月14日）～2019年3月29日（平成31年3月29日）",
         "14 Mar 2019 (Heisei 31) – 29 Mar 2019 (Heisei 31)"),
        ("2019-10-01", "2019-10-31", "2019年10月（令和元年10月）", "Oct 2019 (Reiwa 1)"),
        ("2019-09-01", "2019-09-10", "2019年9月（令和元年9月）上旬", "early Sep 2019 (Reiwa 1)"),
        ("2019-09-11", "2019-09-20", "2019年9月（令和元年9月）中旬", "middle of Sep 2019 (Reiwa 1)"),
        ("2019-09-21", "2019-09-30", "2019年9月（令和元年9月）下旬", "late Sep 2019 (Reiwa 1)"),
        ("2019-09-11", "2019-09-30", "2019年9月（令和元年9月）中下旬", "middle or late Sep 2019 (Reiwa 1)"),
        ("2019-04-01", "2020-03-31", "2019年度（令和元年度）", "FY2019 (Reiwa 1)"),
        ("2019-10-01", "2020-06-30", "2019年10月（令和元年10月）～2020年6月（令和2年6月）",
         "Oct 2019 (Reiwa 1) – Jun 2020 (Reiwa 2)"),
        ("2020-08-01", None, "2020年8月（令和2年8月）から（終わりは資料から読み取れない）",
         "from Aug 2020 (Reiwa 2) (its end cannot be read)"),
        (None, "2019-12-31", "2019年12月31日（令和元年12月31日）まで（始まりは資料から読み取れない）",
         "until 31 Dec 2019 (Reiwa 1) (its beginning cannot be read)"),
        (None, None, "資料から読み取れない", "cannot be read from the papers"),
    ],
)  # fmt: skip
def test_days_in_era_and_western_year(first: str | None, last: str | None, ja: str, en: str) -> None:
    when = held.When(first and date.fromisoformat(first), last and date.fromisoformat(last))  # type: ignore[arg-type]
    assert (papers.when_text(when, "ja"), papers.when_text(when, "en")) == (ja, en)


def test_around_is_said() -> None:
    when = held.When(date(2020, 3, 1), date(2020, 3, 31), is_about=True)
    assert papers.when_text(when, "ja") == "2020年3月（令和2年3月）頃"
    assert papers.when_text(when, "en") == "around Mar 2020 (Reiwa 2)"


# -- Revisions ---------------------------------------------------------------------------------------------------------

LATER = date(2020, 12, 1)


def revised(on: date) -> list[tuple[str, ...]]:
    """The table of versions after an invented revision of everything there is on the road map, as known on a day."""
    bar, mark, aim = held.bars(DAY)[0], held.milestones(DAY)[0], record.targets()[0]
    rows: list[held.Row] = [*held.bars(DAY), *held.milestones(DAY)]
    rows.append(replace(bar, version=2, known_from=LATER, reason="a later start", when=held.When(LATER, LATER)))
    rows.append(replace(mark, version=2, known_from=LATER, reason="no longer needed", is_dropped=True))
    targets = (aim, replace(aim, version=2, known_from=LATER, reason="fewer windows", low=25_000_000, high=30_000_000))
    table = papers.versions_table(targets, held.versions_of(rows, on), on)
    return [tuple(papers.shown(cell, "en") for cell in row) for row in table.rows]


def test_a_revision_stands_beside_what_it_revises_with_its_reason() -> None:
    first = "3 Sep 2019 (Reiwa 1)"
    later = "1 Dec 2020 (Reiwa 2)"
    due = "31 Jul 2020 (Reiwa 2)"
    task, fund = held.bars(DAY)[0].task.en, held.milestones(DAY)[0].name.en
    assert revised(LATER) == [
        ("target", "cards-2020", "1", first, due, "30,000,000–40,000,000", "first published"),
        ("target", "cards-2020", "2", later, due, "25,000,000–30,000,000", "fewer windows"),
        ("task", "data-load", "1", first, "cannot be read from the papers", task, "first published"),
        ("task", "data-load", "2", later, later, task, "a later start"),
        ("milestone", "fund", "1", first, "Oct 2019 (Reiwa 1)", fund, "first published"),
        ("milestone", "fund", "2", later, "dropped", fund, "no longer needed"),
    ]


def test_the_day_before_only_the_earlier_version_is_known() -> None:
    found = revised(LATER - timedelta(days=1))
    assert [row[:3] for row in found] == [("target", "cards-2020", "1")]


# -- Its words ---------------------------------------------------------------------------------------------------------

PAPERS = ROOT / "src" / "onshi" / "programme" / "papers"


def test_every_word_has_both_languages_and_the_same_places_to_fill() -> None:
    known = tomllib.loads((PAPERS / "words.toml").read_text(encoding="utf-8"))
    entries = [one for part in ("title", "column", "word") for one in known[part].values()]
    entries += [one for part in known["about"].values() for one in part]
    assert len(entries) > 150
    assert [one for one in entries if not one["ja"] or not one["en"] or one["ja"] == one["en"]] == []
    places = [[sorted(re.findall(r"{(\w+)}", one[language])) for language in ("ja", "en")] for one in entries]
    assert [pair for pair in places if pair[0] != pair[1]] == []


def test_no_word_is_left_over() -> None:
    known = tomllib.loads((PAPERS / "words.toml").read_text(encoding="utf-8"))
    source = "".join(path.read_text(encoding="utf-8") for path in PAPERS.glob("*.py"))
    used = set(re.findall(r'"([a-z_]+)"', source))
    made = {f"standing_{one}" for one in ("open", "uncounted", "missed", "met")} | {"everybody", "most"}
    named = {one for part in ("title", "column", "word", "about") for one in known[part]}
    assert named - used - made == set()
