"""Builders of requests with safe defaults; a ministry, a prefecture and a town; the clock stands on 2020-02-10."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from onshi import access
from onshi.access import Party, PartyKind
from onshi.cards import Venue
from onshi.db import Tx
from onshi.kernel import MunicipalityCode, parse_moment
from onshi.requests import Loan, PlanStep, Request, RequestKind, StepKind, Tree, Visit, windows
from onshi.requests.model import TOP, LoanId, Node, RequestId, StepId, VisitId
from onshi.requests.trees import by_key

AT = parse_moment("2020-02-10T10:00:00")
TODAY = date(2020, 2, 10)
ISSUED = date(2020, 1, 6)
DUE = date(2020, 1, 31)
MINISTRY, OTHER_MINISTRY = "ministry:health", "ministry:works"
TOKYO, OSAKA = "prefecture:13", "prefecture:27"
CHIYODA, CHUO = "municipality:131016", "municipality:131024"
TOWN = MunicipalityCode("131016")
BODY, OTHER_BODY = "body:sample-works", "body:other-works"
FUND = "insurer:06139992"
LOCAL = "local-government"
SINCE = date(2019, 9, 3)
PARTIES = [
    Party(PartyKind.MINISTRY, "health", "医療保険省"),
    Party(PartyKind.MINISTRY, "works", "事業省"),
    Party(PartyKind.PREFECTURE, "13", "東京都"),
    Party(PartyKind.MUNICIPALITY, "131016", "東京都千代田区", municipality="131016"),
    Party(PartyKind.BODY, "sample-works", "見本製作所", municipality="131016"),
    Party(PartyKind.BODY, "other-works", "別件製作所", municipality="131016"),
    Party(PartyKind.INSURER, "06139992", "見本健康保険組合"),
]
_numbers = count(1)


def register(tx: Tx) -> None:
    """The organisations."""
    access.register_parties(tx, PARTIES, by="local:tests")


def day(text: str) -> date:
    """A day of 2020: 01-06."""
    return date.fromisoformat(f"2020-{text}")


def request(**changes: Any) -> Request:
    """A notice of the ministry to prefectures and municipalities."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "id": RequestId(1_000 + number),
        "sender": MINISTRY,
        "number": f"府番第{number}号",
        "kind": RequestKind.NOTICE,
        "subject_ja": "マイナンバーカードの取得の呼び掛けについて",
        "subject_en": "",
        "issued_on": ISSUED,
        "due_on": DUE,
        "tree": LOCAL,
        "tree_since": SINCE,
        "depth": 2,
    }
    return Request(**(given | changes))


def tree(*nodes: tuple[str, str, int | None], top: str = MINISTRY) -> Tree:
    """A tree out of key, parent (empty: the top) and count."""
    made = (Node(key, parent or TOP, key, key, number) for key, parent, number in nodes)
    return Tree("own", SINCE, "見本", "Sample", (top,), by_key(made))


def csv(rows: Iterable[tuple[str, str, str, str]]) -> str:
    """A list of bodies as somebody would bring it."""
    return "\n".join(["団体,上位,名称,数", *(",".join(row) for row in rows)]) + "\n"


def step(**changes: Any) -> PlanStep:
    """A line of the ministry's timetable."""
    given: dict[str, Any] = {
        "id": StepId(2_000 + next(_numbers)),
        "owner": MINISTRY,
        "version": 1,
        "kind": StepKind.REQUEST,
        "audience": "業界団体",
        "title": "要請",
        "window": windows.parse_window("2020-02"),
    }
    return PlanStep(**(given | changes))


def visit(**changes: Any) -> Visit:
    """The body asks the town to come to its works."""
    given: dict[str, Any] = {
        "id": VisitId(3_000 + next(_numbers)),
        "body": BODY,
        "municipality": TOWN,
        "venue": Venue.WORKPLACE,
        "wished": (day("03-10"), day("03-12")),
        "expected": 20,
        "asked_on": TODAY,
    }
    return Visit(**(given | changes))


def loan(**changes: Any) -> Loan:
    """A tablet lent to the body."""
    given: dict[str, Any] = {
        "id": LoanId(4_000 + next(_numbers)),
        "owner": FUND,
        "asset": "T-1",
        "borrower": BODY,
        "window": "",
        "lent_on": day("01-10"),
        "due_back": day("02-05"),
    }
    return Loan(**(given | changes))
