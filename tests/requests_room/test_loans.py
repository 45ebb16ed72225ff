"""Devices: with one at a time, whoever is quicker; back with a condition; the late ones found."""

import threading
from datetime import date
from typing import Any

import pytest

from onshi.db import Database, Tx
from onshi.kernel import OnshiError
from onshi.requests import Device, Loan, loans
from onshi.requests.errors import (
    DeviceLent,
    DeviceTaken,
    DeviceUnusable,
    LoanRefused,
    PartyNotThere,
    TooEarly,
    UnknownDevice,
    UnknownLoan,
)
from onshi.requests.model import Condition, DeviceKind, LoanId
from onshi.requests.store import lending as store

from .make import AT, BODY, FUND, MINISTRY, OTHER_BODY, TODAY, day, loan, register

TABLET = Device(FUND, "T-1", DeviceKind.TABLET, day("01-01"))


@pytest.fixture
def ledger(room: Tx) -> Tx:
    """The fund has one tablet."""
    loans.register(room, TABLET)
    return room


def lend(tx: Tx, **changes: Any) -> Loan:
    return loans.lend(tx, loan(**changes), at=AT)


def back(tx: Tx, one: Loan, on: str = "02-08", condition: Condition = Condition.GOOD) -> Loan:
    return loans.give_back(tx, FUND, one.id, condition, on=day(on), at=AT)


def test_a_tablet_goes_out_and_comes_back(ledger: Tx) -> None:
    out = lend(ledger)
    assert loans.lent_to(ledger, BODY) == [out]
    assert loans.overdue(ledger, FUND, TODAY) == [out]
    assert loans.overdue(ledger, FUND, out.due_back) == []
    returned = back(ledger, out)
    assert (returned.returned_on, returned.condition) == (day("02-08"), Condition.GOOD)
    assert (loans.lent_to(ledger, BODY), loans.overdue(ledger, FUND, TODAY)) == ([], [])
    again = lend(ledger, borrower="", window="国保の窓口", lent_on=day("02-08"), due_back=day("03-01"))
    assert loans.loans_of(ledger, FUND) == [returned, again]


def test_who_waits_longest_comes_first(ledger: Tx) -> None:
    loans.register(ledger, Device(FUND, "R-2", DeviceKind.CARD_READER, day("01-01")))
    late = lend(ledger)
    later = lend(ledger, asset="R-2", due_back=day("02-01"))
    assert loans.overdue(ledger, FUND, TODAY) == [later, late]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"asset": "T-9"}, UnknownDevice),
        ({"owner": MINISTRY}, UnknownDevice),
        ({"borrower": "body:nobody"}, PartyNotThere),
        ({"borrower": ""}, LoanRefused),
        ({"borrower": FUND}, LoanRefused),
        ({"window": "両方"}, LoanRefused),
        ({"borrower": "", "window": "窓" * 61}, LoanRefused),
        ({"due_back": day("01-09")}, LoanRefused),
        ({"due_back": date(2023, 1, 1)}, LoanRefused),
        ({"lent_on": day("02-11"), "due_back": day("03-01")}, TooEarly),
    ],
)
def test_what_is_not_lent(ledger: Tx, changes: dict[str, Any], error: type[OnshiError]) -> None:
    with pytest.raises(error):
        lend(ledger, **changes)
    assert loans.loans_of(ledger, FUND) == []


def test_it_is_not_lent_while_it_is_with_somebody_nor_was(ledger: Tx) -> None:
    out = lend(ledger)
    with pytest.raises(DeviceLent):
        lend(ledger, borrower=OTHER_BODY)
    back(ledger, out)
    with pytest.raises(DeviceLent):
        lend(ledger, borrower=OTHER_BODY, lent_on=day("02-07"), due_back=day("03-01"))


@pytest.mark.parametrize(("first", "second"), [(9_001, 9_002), (9_002, 9_001)])
def test_a_second_loan_of_the_same_day_counts_like_any_other(ledger: Tx, first: int, second: int) -> None:
    """Ids are drawn, so they say nothing about which of the two came first."""
    back(ledger, lend(ledger, id=LoanId(first)), on="01-10")
    out = lend(ledger, id=LoanId(second))
    with pytest.raises(DeviceLent):
        lend(ledger, borrower=OTHER_BODY)
    back(ledger, out, on="01-10", condition=Condition.BROKEN)
    with pytest.raises(DeviceUnusable):
        lend(ledger, borrower=OTHER_BODY)


@pytest.mark.parametrize("condition", [Condition.BROKEN, Condition.MISSING])
def test_a_broken_one_is_not_lent_until_it_is_right_again(ledger: Tx, condition: Condition) -> None:
    out = back(ledger, lend(ledger), condition=condition)
    with pytest.raises(DeviceUnusable):
        lend(ledger, lent_on=TODAY, due_back=TODAY)
    loans.regrade(ledger, FUND, out.id, Condition.WORN)
    assert lend(ledger, lent_on=TODAY, due_back=TODAY).asset == TABLET.asset


def test_only_the_owner_takes_it_back_once_and_not_before_it_went(ledger: Tx) -> None:
    out = lend(ledger)
    with pytest.raises(UnknownLoan):
        loans.give_back(ledger, MINISTRY, out.id, Condition.GOOD, on=TODAY, at=AT)
    with pytest.raises(UnknownLoan):
        loans.give_back(ledger, FUND, LoanId(1), Condition.GOOD, on=TODAY, at=AT)
    with pytest.raises(UnknownLoan):
        loans.regrade(ledger, FUND, out.id, Condition.GOOD)
    for on in ("01-09", "02-11"):
        with pytest.raises(TooEarly):
            back(ledger, out, on)
    back(ledger, out)
    with pytest.raises(UnknownLoan):
        back(ledger, out)


def test_a_number_is_given_once_by_an_owner(ledger: Tx) -> None:
    with pytest.raises(DeviceTaken):
        loans.register(ledger, Device(FUND, "Ｔ-1", DeviceKind.TABLET, TODAY))
    loans.register(ledger, Device(MINISTRY, "T-1", DeviceKind.TABLET, TODAY))
    assert loans.devices_of(ledger, FUND) == [TABLET]
    for wrong in ("", "機器", "x" * 31):
        with pytest.raises(LoanRefused):
            loans.register(ledger, Device(FUND, wrong, DeviceKind.TABLET, TODAY))


def test_of_two_at_once_one_gets_it(db: Database) -> None:
    with db.transaction() as tx:
        register(tx)
        loans.register(tx, TABLET)
    ready = threading.Barrier(2, timeout=20)
    outcomes: list[str] = []

    def hand_over(borrower: str) -> None:
        wanted = loan(borrower=borrower)
        ready.wait()
        try:
            db.run(lambda tx: loans.lend(tx, wanted, at=AT))
            outcomes.append("lent")
        except DeviceLent:
            outcomes.append("refused")

    threads = [threading.Thread(target=hand_over, args=(one,)) for one in (BODY, OTHER_BODY)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["lent", "refused"]


def test_the_database_itself_keeps_a_device_with_one(db: Database) -> None:
    with db.transaction() as tx:
        store.add_loan(tx, loan())
    with pytest.raises(Exception, match=r"(?i)unique"), db.transaction() as tx:
        store.add_loan(tx, loan(borrower=OTHER_BODY))
    with db.transaction(reading=True) as tx:
        assert [one.borrower for one in store.of_owner(tx, FUND)] == [BODY]
