"""`onshi plans`: a form out, filled in, taken in, handed in, compiled; mistakes by cell; who is late."""

import json
from pathlib import Path
from typing import Any

import pytest

from onshi import audit, sheets
from onshi.audit import Action
from onshi.plans import workbook
from plans.make import CHIYODA, CHUO, OSAKA, YEAR, content, site

from .run import Run
from .test_enrolments import opened


def written(folder: Path, name: str, data: bytes) -> str:
    """A file as somebody hands it in."""
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.fixture
def filled(tmp_path: Path) -> str:
    """千代田区's plan."""
    return written(tmp_path, "chiyoda.xlsx", workbook.workbook(content(), CHIYODA, YEAR))


def document(onshi: Run, *words: str, code: int = 0) -> Any:
    said = onshi("plans", *words, "--json")
    assert said.code == code, said.err
    return json.loads(said.out)


def test_the_form_is_written_and_asks_to_be_filled_in(onshi: Run, tmp_path: Path) -> None:
    out = tmp_path / "form.xlsx"
    told = document(onshi, "template", "--municipality", "13101", "--year", "2020", "--out", str(out))
    assert told == {"file": str(out), "bytes": out.stat().st_size}
    checked = document(onshi, "check", str(out), code=1)
    assert (checked["municipality"], checked["year"]) == (CHIYODA, 2020)
    assert [(one["code"], one["cell"]) for one in checked["findings"]] == [
        ("blank", "窓口!C6"),
        ("blank", "窓口!D6"),
        ("blank", "窓口!E6"),
    ]


def test_a_workbook_is_kept_handed_in_and_logged_and_the_second_time_nothing_happens(
    onshi: Run, tmp_path: Path, filled: str
) -> None:
    (kept,) = document(onshi, "import", filled)
    assert (kept["outcome"], kept["municipality"], kept["version"], kept["state"]) == ("kept", CHIYODA, 1, "draft")
    (submitted,) = document(onshi, "import", filled, "--submit")
    assert (submitted["outcome"], submitted["version"]) == ("submitted", 1)
    (again,) = document(onshi, "import", filled, "--submit")
    assert (again["outcome"], again["version"], again["state"]) == ("unchanged", 1, "submitted")
    with opened(tmp_path / "data") as app, app.db.transaction(reading=True) as tx:
        entries = [one.entry for one in audit.entries_of(tx, action=Action.PLAN)]
    assert sorted((one.actor, one.object, one.outcome) for one in entries) == [
        ("local:cli", f"plan:{CHIYODA}:2020:1", "draft"),
        ("local:cli", f"plan:{CHIYODA}:2020:1", "submitted"),
    ]


def test_a_change_of_what_was_handed_in_needs_a_reason(onshi: Run, tmp_path: Path, filled: str) -> None:
    document(onshi, "import", filled, "--submit")
    more = written(tmp_path, "more.xlsx", workbook.workbook(content(sites=(site(windows=5),)), CHIYODA, YEAR))
    (refused,) = document(onshi, "import", more, "--submit", code=1)
    assert (refused["outcome"], refused["code"]) == ("refused", "plan-reason-missing")
    (taken,) = document(onshi, "import", more, "--submit", "--reason", "窓口の増設")
    assert (taken["outcome"], taken["version"]) == ("submitted", 2)


def test_one_that_is_wrong_keeps_no_other_out(onshi: Run, tmp_path: Path, filled: str) -> None:
    wrong = written(tmp_path, "wrong.xlsx", workbook.template(CHUO, YEAR))
    unsound = written(tmp_path, "unsound.xlsx", workbook.workbook(content(sites=()), OSAKA, YEAR))
    nothing = written(tmp_path, "nothing.xlsx", b"nothing")
    found = document(onshi, "import", wrong, unsound, nothing, filled, "--submit", code=1)
    assert [(one["outcome"], one.get("municipality")) for one in found] == [
        ("refused", None),
        ("kept", OSAKA),  # as a draft: it can be read, and cannot be handed in
        ("refused", None),
        ("submitted", CHIYODA),
    ]
    assert found[2]["code"] == "not-a-workbook"
    assert [one["code"] for one in found[1]["findings"] if one["severity"] == "error"] == ["site-none"]


def test_people_are_told_by_cell_in_japanese(onshi: Run, tmp_path: Path) -> None:
    wrong = written(tmp_path, "wrong.xlsx", workbook.template(CHUO, YEAR))
    lines = onshi("plans", "check", wrong, "--lang", "ja").out.splitlines()
    assert lines[0].split() == ["セル", "重さ", "箇所", "内容"]
    assert lines[1].split() == ["窓口!C6", "誤り", "窓口「窓口数」", "必要な欄が空いています。"]
    assert lines[-1] == "誤りが3件あります。"
    taken = onshi("plans", "import", wrong, "--lang", "ja")
    assert (taken.code, "受け付けず" in taken.out, "窓口!C6" in taken.out) == (1, True, True)


def test_a_plan_is_exported_as_a_workbook_and_as_a_paper(onshi: Run, tmp_path: Path, filled: str) -> None:
    document(onshi, "import", filled, "--submit")
    one = ("--municipality", CHIYODA, "--year", "2020", "--out")
    book, paper = tmp_path / "out.xlsx", tmp_path / "out.pdf"
    document(onshi, "export", *one, str(book))
    assert workbook.read(book.read_bytes()).content == content()
    document(onshi, "export", *one, str(paper), "--format", "pdf")
    assert paper.read_bytes().startswith(b"%PDF-")
    said = onshi("plans", "export", "--municipality", CHUO, "--year", "2020", "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "unknown-plan")


def test_the_compilation_adds_up_in_every_form(onshi: Run, tmp_path: Path, filled: str) -> None:
    osaka = written(tmp_path, "osaka.xlsx", workbook.workbook(content(sites=(site(windows=5),)), OSAKA, YEAR))
    document(onshi, "import", filled, osaka, "--submit")
    told = document(onshi, "compile", "--year", "2020", "--format", "json")
    windows = {code: sums.get("sites.head_office.windows") for code, sums in told["sums"].items() if sums}
    assert windows == {"00": 9, "13": 4, "27": 5}
    out = tmp_path / "all.xlsx"
    document(onshi, "compile", "--year", "2020", "--out", str(out), "--lang", "ja")
    (sheet,) = sheets.read(out.read_bytes()).sheets
    by_name = {row[0]: row for row in sheet.rows}
    assert list(by_name)[:3] == ["項目コード", "towns", "plans"]
    assert (by_name["項目コード"][2], by_name["項目コード"][15]) == ("全国", "東京都")
    assert list(by_name["towns"])[1:4] == ["市区町村数", 1741, 179]
    row = by_name["sites.head_office.windows"]
    assert (row[1], row[2], row[15], sum(row[3:])) == ("窓口／本庁／窓口数", 9, 4, 9)
    csv = tmp_path / "tokyo.csv"
    document(onshi, "compile", "--year", "2020", "--prefecture", "13", "--format", "csv", "--out", str(csv))
    lines = csv.read_bytes().decode("utf-8-sig").splitlines()
    (line,) = [line for line in lines if line.startswith("sites.head_office.windows,")]
    assert line.split(",")[2:5] == ["4", "4", "0"]  # 東京都, 千代田区, 中央区


def test_who_is_late(onshi: Run, filled: str) -> None:
    document(onshi, "import", filled, "--submit")
    assert document(onshi, "late", "--on", "2026-04-10", "--prefecture", "13") == []
    assert onshi("plans", "late", "--on", "2026-05-09", "--lang", "ja").out == "遅れている提出はありません。\n"
    found = document(onshi, "late", "--on", "2026-05-11", "--prefecture", "13")
    assert (len(found), {(one["month"], one["due"], one["standing"]) for one in found}) == (
        62,
        {("2026-04", "2026-05-10", "missing")},
    )
    table = onshi("plans", "late", "--on", "令和8年5月11日", "--prefecture", "13", "--lang", "ja").out.splitlines()
    assert table[1].split() == [CHIYODA, "千代田区", "2026-04", "2026-05-10", "未提出"]


def test_the_day_of_reports_is_a_setting(onshi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONSHI_REPORT_DAY", "20")
    assert document(onshi, "late", "--on", "2026-05-20", "--prefecture", "13") == []
    assert len(document(onshi, "late", "--on", "2026-05-21", "--prefecture", "13")) == 62
    monkeypatch.setenv("ONSHI_REPORT_DAY", "0")
    said = onshi("plans", "late", "--on", "2026-05-20", "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "wrong-setting")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("template", "--municipality", "千代田", "--year", "2020"), "municipality-unreadable"),
        (("template", "--municipality", "999997", "--year", "2020"), "unknown-municipality"),
        (("template", "--municipality", "131016", "--year", "2018"), "plan-year"),
        (("export", "--municipality", "131017", "--year", "2020"), "municipality-unreadable"),
        (("compile", "--year", "2018"), "plan-year"),
        (("compile", "--year", "2020", "--prefecture", "48"), "prefecture-unreadable"),
        (("late", "--on", "someday"), "day-unreadable"),
        (("late", "--on", "2018-06-01"), "plan-year"),
        (("late", "--on", "2020-06-01", "--prefecture", "131016"), "prefecture-unreadable"),
    ],
)
def test_what_is_refused(onshi: Run, words: tuple[str, ...], code: str) -> None:
    said = onshi("plans", *words, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, code)
