"""`onshi requests`: sent, acknowledged and passed on, how far it came, who is late; a tree brought in; loans."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from onshi import audit, requests
from onshi.audit import Action
from onshi.kernel import Moment, japan_day
from onshi.requests import Device, Loan
from onshi.requests.model import DeviceKind, LoanId
from web.country import SOCIETY

from .run import Run
from .test_enrolments import opened

TODAY = japan_day(Moment(time.time_ns() // 1_000))
SEND = ("--sender", "ministry:health", "--tree", "local-government", "--depth", "2", "--subject", "見本の通知")


def document(onshi: Run, *words: str) -> Any:
    said = onshi("requests", *words, "--json")
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


@pytest.fixture
def ministry(onshi: Run) -> Run:
    """A country with a ministry."""
    assert onshi("access", "add-party", "ministry", "health", "--name", "医療保険省").code == 0
    return onshi


def send(onshi: Run, number: str = "府番第1号", **more: str) -> str:
    options = (word for name, value in more.items() for word in (f"--{name.replace('_', '-')}", value))
    (made,) = document(onshi, "send", *SEND, "--number", number, *options)
    return str(made["request"])


def test_a_request_goes_down_and_is_logged(ministry: Run, tmp_path: Path) -> None:
    request = send(ministry, issued="2019-09-03", due="2019-10-31")
    (told,) = document(ministry, "acknowledge", request, "--by", "prefecture:13", "--on", "2019-09-05")
    assert told == {
        "body": "prefecture:13",
        "what": "acknowledged",
        "on": "2019-09-05",
        "number": 1,
        "by": "prefecture:13",
    }
    towns = ("--to", "municipality:131016", "--to", "municipality:131024")
    passed = document(ministry, "pass-on", request, "--by", "prefecture:13", *towns, "--on", "2019-09-10")
    assert [(one["body"], one["number"]) for one in passed] == [("municipality:131016", 1), ("municipality:131024", 1)]
    levels = document(ministry, "reach", request, "--on", "2019-10-31")
    assert levels == [
        {"level": 1, "bodies": 47, "reached": 47, "acknowledged": 1, "waiting": 46, "late": 0, "unknown": 0},
        {"level": 2, "bodies": 1741, "reached": 2, "acknowledged": 0, "waiting": 2, "late": 0, "unknown": 1739},
    ]
    late = document(ministry, "late", request, "--on", "2019-11-01")
    assert (len(late), [one["name"] for one in late if one["level"] == 2]) == (48, ["東京都千代田区", "東京都中央区"])
    with opened(tmp_path / "data") as app, app.db.transaction(reading=True) as tx:
        found = [one.entry for one in reversed(audit.entries_of(tx, action=Action.REQUEST))]
    assert [(one.actor, one.outcome) for one in found] == [
        ("local:cli", "sent"),
        ("local:cli", "acknowledged"),
        ("local:cli", "reached"),
        ("local:cli", "reached"),
    ]
    assert [one for one in found if "見本" in (one.object or "")] == []


def test_a_later_request_takes_the_place_of_the_earlier(ministry: Run) -> None:
    first = send(ministry)
    second = send(ministry, "府番第2号", earlier=first, relation="withdraws")
    found = document(ministry, "list", "--sender", "ministry:health")
    assert {one["request"]: one["over_by"] for one in found} == {first: second, second: None}
    assert document(ministry, "list", "--sender", "ministry:works") == []
    table = ministry("requests", "list", "--lang", "ja")
    assert table.out.splitlines()[0].split()[:3] == ["番号", "文書番号", "発信元"]


def test_a_group_is_told_by_number(ministry: Run) -> None:
    request = send(ministry, tree="schools")
    by = ("--by", "ministry:health")
    document(ministry, "acknowledge", request, *by, "--node", "group:boards", "--number", "1600")
    document(ministry, "pass-on", request, *by, "--to", "group:schools=37000", "--parent", "group:boards")
    levels = document(ministry, "reach", request)
    assert [(one["reached"], one["acknowledged"]) for one in levels] == [(1700, 1600), (37000, 0)]


def test_a_tree_is_brought_in_or_everything_wrong_with_it_told(ministry: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("団体,上位,名称,数\nministry:health,,省,\ngroup:works,ministry:health,工場,12\n", encoding="utf-8")
    bad.write_text("団体,上位,名称,数\nministry:health,,省,\ngroup:works,body:x,,-1\n", encoding="utf-8")
    words = ("--owner", "ministry:health", "--code", "works", "--since", "2020-01-01", "--name", "工場")
    said = ministry("requests", "import-tree", str(bad), *words, "--json")
    assert (said.code, [(one["row"], one["code"]) for one in json.loads(said.out)["findings"]]) == (
        1,
        [(2, "tree-parent-unknown"), (2, "tree-name-missing"), (2, "tree-count-malformed")],
    )
    told = ministry("requests", "import-tree", str(bad), *words, "--lang", "en")
    assert "the body above is not in the list" in told.out
    assert document(ministry, "import-tree", str(good), *words)["bodies"] == 1
    sent = send(ministry, tree="works", depth="1")
    assert document(ministry, "reach", sent)[0]["reached"] == 12


def test_what_is_lent(onshi: Run, tmp_path: Path) -> None:
    owner = f"insurer:{SOCIETY}"
    with opened(tmp_path / "data") as app, app.db.transaction() as tx:
        requests.loans.register(tx, Device(owner, "T-1", DeviceKind.TABLET, TODAY))
        day = TODAY.replace(year=TODAY.year - 1, day=1)
        lent = Loan(LoanId(7), owner, "T-1", "institution:1312345678", "", day, day)
        requests.loans.lend(tx, lent, at=app.now())
    (told,) = document(onshi, "loans", owner, "--overdue")
    assert (told["asset"], told["borrower"], told["returned_on"]) == ("T-1", "institution:1312345678", None)
    assert document(onshi, "loans", owner) == [told]
    assert document(onshi, "loans", "insurer:00130013") == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("send", *SEND, "--number", "1", "--issued", "someday"), "day-unreadable"),
        (("send", *SEND, "--number", "1", "--earlier", "x"), "request-unknown"),
        (("send", *SEND[2:], "--number", "1", "--sender", "ministry:none"), "party-unknown"),
        (("send", *SEND, "--number", "1", "--tree", "municipal-nhi"), "request-tree-unknown"),
        (("send", *SEND, "--number", "1", "--depth", "3"), "request-depth"),
        (("send", *SEND, "--number", ""), "request-malformed"),
        (("reach", "7"), "request-unknown"),
        (("late", "0000000000000007"), "request-unknown"),
        (("acknowledge", "0000000000000007", "--by", "prefecture:13"), "request-unknown"),
        (("pass-on", "nonsense", "--by", "prefecture:13", "--to", "x"), "request-unknown"),
    ],
)
def test_what_is_refused(ministry: Run, words: tuple[str, ...], code: str) -> None:
    said = ministry("requests", *words, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, code)


def test_no_number_is_read_as_one(ministry: Run) -> None:
    request = send(ministry, tree="schools")
    words = ("pass-on", request, "--by", "ministry:health", "--to", "group:boards=many")
    said = ministry("requests", *words, "--json")
    assert (said.code, json.loads(said.err)["code"]) == (3, "request-count")
