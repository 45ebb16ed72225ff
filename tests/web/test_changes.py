"""What differs since the last visit, and what is kept quiet because nobody knows what the desk was shown."""

from datetime import date

import pytest

from onshi.kernel import InsurerNumber, PersonId
from onshi.registry import Coverage, Details, ElderlyCertificate, Insurer
from onshi.web.reception.changes import Change, Snapshot, changes, snapshot_on

DAY = date(2026, 11, 2)
BORN = date(1985, 4, 1)
A, B = InsurerNumber("06139992"), InsurerNumber("00138057")
BOOK = {A: Insurer(A, "06", "society", "甲組合"), B: Insurer(B, "00", "municipal_nhi", "乙市")}
OLD = Snapshot(A, "甲組合", "12・345（00）", 30)


def coverage(**changed: object) -> Coverage:
    values: dict[str, object] = {
        "id": 1, "person": PersonId(7), "insurer": A, "symbol": "12", "number": "345", "branch": "00",
        "relation": "1", "acquired_on": date(2020, 4, 1), "starts_on": date(2020, 4, 1),
    }  # fmt: skip
    return Coverage(**(values | changed))  # type: ignore[arg-type]  # a builder with defaults


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (OLD, ()),
        (Snapshot(A, "甲組合", "12・777（00）", 30), (Change("number", "12・345（00）", "12・777（00）"),)),
        (Snapshot(B, "乙市", "9", 30), (Change("insurer", "甲組合", "乙市"),)),
        (Snapshot(A, "甲組合", "12・345（00）", 20), (Change("share", 30, 20),)),
        (Snapshot(B, "乙市", "9", None), (Change("insurer", "甲組合", "乙市"), Change("share", 30, None))),
    ],
)
def test_each_difference_is_named_once(after: Snapshot, expected: tuple[Change, ...]) -> None:
    assert changes(OLD, after) == expected


@pytest.mark.parametrize(
    ("coverages", "like", "expected"),
    [
        ([coverage()], None, OLD),
        ([], None, None),
        ([coverage(lost_on=DAY)], None, None),
        ([coverage(suspended=True)], None, None),
        ([coverage(refused=True)], None, None),
        ([coverage(), coverage(id=2, insurer=B)], None, None),
        ([coverage(), coverage(id=2, insurer=B)], A, OLD),
        ([coverage(insurer=InsurerNumber("99999999"))], None, None),
    ],
)
def test_only_the_coverage_that_must_have_been_shown_is_compared(
    coverages: list[Coverage], like: str | None, expected: Snapshot | None
) -> None:
    assert snapshot_on(coverages, BOOK, BORN, DAY, like=like) == expected


@pytest.mark.parametrize(
    ("details", "share"),
    [
        (Details(share=10), 10),
        (Details(elderly=ElderlyCertificate(20, date(2026, 8, 1))), 20),
        (Details(elderly=ElderlyCertificate(20, date(2026, 12, 1))), 30),
    ],
)
def test_the_share_is_the_one_that_was_shown(details: Details, share: int) -> None:
    found = snapshot_on([coverage(details=details)], BOOK, BORN, DAY)
    assert found is not None
    assert found.share == share
