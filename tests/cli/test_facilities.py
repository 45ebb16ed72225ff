"""`onshi facilities`: described, entered from a file, counted, found where it is stuck; what the fund pays."""

import json
from pathlib import Path
from typing import Any

import pytest

from facilities.test_applications import report
from onshi import access, audit, facilities
from onshi.access import Party, PartyKind
from onshi.audit import Action
from onshi.cli.opening import opened
from onshi.facilities import Function
from onshi.facilities.vendors import PackageId
from web.country import CLINIC, OTHER_CLINIC

from .run import Run

VENDOR = Party(PartyKind.VENDOR, "sample-soft", "見本ソフト")
ROWS = """institution,step,on
{code},account,2022-06-10
{code},reader_applied,2022-06-20
{code},ready,2022-07-01
"""
B = ("facilities", "subsidy", "--kind", "medical_clinic", "--applied", "2022-07-01")


def document(onshi: Run, *words: str, code: int = 0) -> Any:
    said = onshi("facilities", *words, "--json")
    assert said.code == code, said.err
    return json.loads(said.out)


@pytest.fixture
def described(onshi: Run) -> Run:
    """The clinic has said what it is."""
    document(onshi, "describe", CLINIC.code, "--kind", "medical_clinic")
    return onshi


@pytest.fixture
def imported(described: Run, tmp_path: Path) -> Run:
    """Two of its steps are known; a third row of the file does not fit."""
    file = tmp_path / "steps.csv"
    file.write_text(ROWS.format(code=CLINIC.code), encoding="utf-8")
    told = document(described, "import", str(file), code=1)
    (finding,) = told["findings"]
    assert (finding["row"], finding["column"], finding["code"]) == (3, "on", "facility-step-missing")
    assert told["changed"] == 2
    return described


def test_described_imported_and_shown(imported: Run) -> None:
    told = document(imported, "steps", CLINIC.code, "--on", "2022-12-20")
    assert (told["kind"], told["municipality"], told["milestone"]) == ("medical_clinic", "131016", "reader_applied")
    assert told["steps"] == {"account": "2022-06-10", "reader_applied": "2022-06-20"}
    assert told["stuck"] == {
        "at": "reader_delivered",
        "for_sake_of": "reader_maker",
        "since": "2022-06-20",
        "days": 183,
        "is_long": True,
        "due": None,
    }
    assert (told["obligation"], told["deferred_until"]) == ("not_yet", None)
    assert [(one["step"], one["by"], one["known_to"]) for one in told["versions"]] == [
        ("account", "local:cli", None),
        ("reader_applied", "local:cli", None),
    ]
    said = imported("facilities", "steps", CLINIC.code, "--on", "2022-12-20", "--lang", "ja")
    assert "カードリーダーの到着で待っています（カードリーダーの製造元待ち、2022-06-20から183日）。" in said.out
    assert ("到達：カードリーダー申込済み" in said.out, "義務：まだ始まっていません" in said.out) == (True, True)


def test_counts_have_both_bases(imported: Run) -> None:
    told = document(imported, "status", "--on", "2022-12-20", "--by", "prefecture", "--place", "13")
    (part,) = told["parts"]
    assert part["part"] == "13"
    assert part["of_all"] == part["of_obliged"]
    assert [part["of_all"][one] for one in ("facilities", "account", "reader_applied", "ready", "operating")] == [
        1,
        1,
        1,
        0,
        0,
    ]
    assert (part["of_all"]["reader_applied_percent"], part["of_all"]["ready_percent"]) == (100.0, 0.0)
    assert document(imported, "status", "--known", "2022-12-20")["parts"] == []
    table = imported("facilities", "status", "--on", "2022-12-20", "--lang", "en").out.splitlines()
    assert [line.split()[:2] for line in table[1:]] == [["00", "all"], ["00", "obliged"]]


def test_where_they_stand_still(imported: Run) -> None:
    words = ("stuck", "--on", "2022-12-20")
    expected = {"part": "00", "at": "reader_delivered", "for_sake_of": "reader_maker", "facilities": 1}
    assert document(imported, *words) == [expected]
    assert [one["institution"] for one in document(imported, *words, "--list")] == [CLINIC.code]
    assert document(imported, *words, "--list", "--place", "271004") == []
    assert document(imported, *words, "--list", "--at", "account") == []
    assert document(imported, *words, "--vendor", VENDOR.id) == []


def test_what_was_entered_is_in_the_log(imported: Run, tmp_path: Path) -> None:
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=Action.FACILITY)]
    thing = f"institution:{CLINIC.code}"
    assert sorted((one.actor, one.outcome, one.object) for one in found) == [
        ("local:cli", "account", thing),
        ("local:cli", "medical_clinic", thing),
        ("local:cli", "reader_applied", thing),
    ]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--cost", "500000"), 0, {"answer": "paid", "scheme": "b", "amount": 429_000, "cap": 429_000}),
        (("--cost", "500000", "--done", "2023-04-01"), 1, {"answer": "not_eligible", "reason": "done_too_late"}),
        (
            ("--cost", "500000", "--done", "2023-09-30", "--deferral", "1"),
            0,
            {"amount": 429_000, "done_by": "2023-09-30", "hand_in_by": "2023-12-31"},
        ),
        (("--cost", "500000", "--applied", "2021-03-31"), 1, {"answer": "not_known", "at_most": None}),
        (
            ("--cost", "500000", "--applied", "2022-06-06", "--operating", "2023-01-31"),
            0,
            {"amount": 429_000, "raise_by": 108_000},
        ),
    ],
)
def test_what_the_fund_pays(onshi_on_nothing: Run, words: tuple[str, ...], code: int, told: dict[str, Any]) -> None:
    said = onshi_on_nothing(*B, *words, "--json")
    assert said.code == code, said.err
    found = json.loads(said.out)
    assert {name: found[name] for name in told} == told


def test_people_are_told_what_is_paid_and_that_something_is_not_known(onshi_on_nothing: Run) -> None:
    said = onshi_on_nothing(*B, "--cost", "500000", "--lang", "en")
    assert said.out.splitlines() == [
        "429,000 yen (of which difference: 0). At most 429,000 yen, 100% of the cost.",
        "Work done by 2023-03-31, application by 2023-09-30.",
    ]
    said = onshi_on_nothing(*B, "--cost", "500000", "--applied", "2021-03-31", "--lang", "ja")
    assert (said.code, said.out.strip()) == (
        1,
        "分かりません：金額を定めた資料が見つかっていません（金額の上限：不明）。",
    )


def test_a_vendor_hands_in_a_report(onshi: Run, tmp_path: Path) -> None:
    with opened() as app:
        app.run(lambda tx: access.register_parties(tx, [VENDOR], by="local:tests"))
        made = app.run(
            lambda tx: facilities.vendors.register(
                tx, VENDOR.id, "見本レセコン", "3.1", [Function.ELIGIBILITY], number=PackageId(77)
            )
        )
    number = facilities.shown_id(made.id)
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(report())
    bad.write_bytes(report(broken=("well-formed",)))
    told = document(onshi, "test", VENDOR.id, number, str(good))
    assert (told["package"], told["passed"], told["broken"]) == (number, True, 0)
    assert document(onshi, "test", VENDOR.id, number, str(bad), code=1)["passed"] is False
    said = onshi("facilities", "test", "vendor:other", number, str(good), "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "facility-package-unknown")
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=Action.PACKAGE)]
    assert sorted((one.outcome, one.object) for one in found) == [
        ("eligibility:not_passed", f"package:{number}"),
        ("eligibility:passed", f"package:{number}"),
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("steps", "123"), "institution-unreadable"),
        (("steps", OTHER_CLINIC.code), "unknown-facility"),
        (("steps", CLINIC.code, "--on", "someday"), "day-unreadable"),
        (("status", "--place", "131042"), "municipality-unreadable"),
        (("status", "--known", "x"), "day-unreadable"),
        (("stuck", "--list", "--at", "opened"), "facility-step-unknown"),
        (("describe", "1399999999", "--kind", "hospital"), "party-unknown"),
        (("describe", CLINIC.code, "--kind", "pharmacy"), "facility-kind"),
        (("describe", CLINIC.code, "--kind", "medical_clinic", "--readers", "2"), "facility-readers"),
    ],
)
def test_what_is_refused(onshi: Run, words: tuple[str, ...], code: str) -> None:
    said = onshi("facilities", *words, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, code)


def test_a_file_of_something_else_is_refused(onshi: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    said = onshi("facilities", "import", str(file), "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "facility-steps-unreadable")
