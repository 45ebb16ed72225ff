"""`onshi programme papers` and `servants`: tables, JSON and PDF of the same document."""

import json
from datetime import date
from pathlib import Path

import pytest

from onshi.programme import papers

from .run import Run

PAPERS = ("programme", "papers", "--on", "2019-09-03")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_people_get_every_section_with_its_place(onshi: Run, language: str) -> None:
    said = onshi(*PAPERS, "--lang", language)
    assert (said.code, said.err) == (0, "")
    made = papers.document(date(2019, 9, 3))
    lines = said.out.splitlines()
    assert lines[0] == made.title.of(language)
    marks = [line for line in lines if line.startswith(("■", "=="))]
    assert len(marks) == len(made.sections)
    assert [one for one, line in zip(made.sections, marks, strict=True) if one.place not in line] == []


def test_programs_get_the_document(onshi: Run) -> None:
    assert json.loads(onshi(*PAPERS, "--json").out) == papers.as_json(papers.document(date(2019, 9, 3)))


def test_a_day_may_be_written_in_eras_and_one_section_asked_for(onshi: Run) -> None:
    told = json.loads(onshi("programme", "papers", "--on", "令和元年9月3日", "--section", "plan", "--json").out)
    assert [one["section"] for one in told["sections"]] == ["plan"]


def test_the_pdf_is_written(onshi: Run, tmp_path: Path) -> None:
    file = tmp_path / "papers.pdf"
    said = onshi(*PAPERS, "--section", "schedule", "--pdf", str(file), "--lang", "en")
    assert (said.code, said.out) == (0, f"Written to {file}.\n")
    assert file.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--on", "2019-09-02"), "The papers were published on 2019-09-03: nothing of them was known that day."),
        (
            ("--on", "2019-09-03", "--section", "nothing"),
            "The document has no such section. It has: schedule, roadmap,",
        ),
    ],
)
def test_what_is_refused_and_why(onshi: Run, arguments: tuple[str, ...], says: str) -> None:
    said = onshi("programme", "papers", *arguments, "--lang", "en")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith(says)


def test_servants_are_told_apart_by_members_and_dependants(onshi: Run) -> None:
    told = json.loads(onshi("programme", "servants", "--on", "2020-03-31", "--json").out)
    rows = [(one["who"]["en"], one["as_of"], one["percent"], one["standing"]["en"]) for one in told["due"][:4]]
    assert rows == [
        ("members", "2019-12-31", "", "no figure is known"),
        ("members", "2020-03-31", 46.4, "missed"),
        ("dependants", "2019-12-31", "", "no figure is known"),
        ("dependants", "2020-03-31", "", "not due yet"),
    ]
    assert (
        onshi("programme", "servants", "--on", "2020-03-31", "--lang", "ja")
        .out.splitlines()[1]
        .startswith("■ 公務員等")
    )
