"""Devices and loans: rows in and out."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from onshi.db import Tx
from onshi.requests.model import Condition, Device, DeviceKind, Loan, LoanId
from onshi.requests.store.tables import devices, loans


def as_device(row: Row[Any]) -> Device:
    """A row of `requests_devices`."""
    return Device(row.owner, row.asset, DeviceKind(row.kind), row.since)


def as_loan(row: Row[Any]) -> Loan:
    """A row of `requests_loans`."""
    return Loan(
        id=row.loan_id,
        owner=row.owner,
        asset=row.asset,
        borrower=row.borrower,
        window=row.window_name,
        lent_on=row.lent_on,
        due_back=row.due_back,
        returned_on=row.returned_on,
        condition=None if row.condition is None else Condition(row.condition),
    )


def add_device(tx: Tx, new: Device) -> None:
    """A device of an owner."""
    tx.execute(insert(devices).values(owner=new.owner, asset=new.asset, kind=new.kind.value, since=new.since))


def device(tx: Tx, owner: str, asset: str) -> Device | None:
    """The device, or None."""
    row = tx.execute(select(devices).where(devices.c.owner == owner, devices.c.asset == asset)).first()
    return None if row is None else as_device(row)


def devices_of(tx: Tx, owner: str) -> list[Device]:
    """The owner's devices by number."""
    query = select(devices).where(devices.c.owner == owner).order_by(devices.c.asset)
    return [as_device(row) for row in tx.execute(query)]


def add_loan(tx: Tx, new: Loan) -> None:
    """A device goes out."""
    tx.execute(
        insert(loans).values(
            loan_id=new.id,
            owner=new.owner,
            asset=new.asset,
            borrower=new.borrower,
            window_name=new.window,
            lent_on=new.lent_on,
            due_back=new.due_back,
        )
    )


def set_returned(tx: Tx, one: Loan) -> None:
    """A device came back."""
    condition = None if one.condition is None else one.condition.value
    tx.execute(update(loans).where(loans.c.loan_id == one.id).values(returned_on=one.returned_on, condition=condition))


def loan(tx: Tx, wanted: LoanId) -> Loan | None:
    """The loan, or None."""
    row = tx.execute(select(loans).where(loans.c.loan_id == wanted)).first()
    return None if row is None else as_loan(row)


def of_device(tx: Tx, owner: str, asset: str) -> list[Loan]:
    """The loans of one device, the oldest first."""
    return _found(tx, loans.c.owner == owner, loans.c.asset == asset)


def of_owner(tx: Tx, owner: str) -> list[Loan]:
    """Every loan of an owner, the oldest first."""
    return _found(tx, loans.c.owner == owner)


def open_of_borrower(tx: Tx, borrower: str) -> list[Loan]:
    """What is with somebody now."""
    return _found(tx, loans.c.borrower == borrower, loans.c.returned_on.is_(None))


def _found(tx: Tx, *conditions: Any) -> list[Loan]:
    query = select(loans).where(*conditions).order_by(loans.c.lent_on, loans.c.loan_id)
    return [as_loan(row) for row in tx.execute(query)]
