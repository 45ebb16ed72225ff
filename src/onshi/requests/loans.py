"""The ledger of devices that are lent: out to one at a time, back with a condition, late ones found."""

from dataclasses import replace
from datetime import date

from onshi import access
from onshi.access.errors import UnknownParty
from onshi.db import Tx
from onshi.kernel import Moment, japan_day, squeeze
from onshi.requests import lending
from onshi.requests.errors import DeviceTaken, PartyNotThere, TooEarly, UnknownDevice, UnknownLoan
from onshi.requests.model import Condition, Device, Loan, LoanId
from onshi.requests.store import lending as store


def register(tx: Tx, new: Device) -> Device:
    """A device of the owner. LoanRefused, DeviceTaken."""
    device = replace(new, asset=squeeze(new.asset))
    lending.check_asset(device.asset)
    if store.device(tx, device.owner, device.asset) is not None:
        raise DeviceTaken
    store.add_device(tx, device)
    return device


def lend(tx: Tx, new: Loan, *, at: Moment) -> Loan:
    """A device goes to an organisation or a window. A device is lent to one at a time; the database says so too.

    Raises UnknownDevice, DeviceLent, DeviceUnusable, LoanRefused, PartyNotThere, TooEarly.
    """
    lending.check_loan(new, today=japan_day(at))
    if store.device(tx, new.owner, new.asset) is None:
        raise UnknownDevice
    lending.check_free(store.of_device(tx, new.owner, new.asset), on=new.lent_on)
    if new.borrower:
        try:
            access.party_by_id(tx, new.borrower)
        except UnknownParty:
            raise PartyNotThere from None
    store.add_loan(tx, new)
    return new


def give_back(tx: Tx, owner: str, loan: LoanId, condition: Condition, *, on: date, at: Moment) -> Loan:
    """A device came back, or is given up as missing. Raises UnknownLoan, TooEarly."""
    found = store.loan(tx, loan)
    if found is None or found.owner != owner or found.returned_on is not None:
        raise UnknownLoan
    if not found.lent_on <= on <= japan_day(at):
        raise TooEarly(after=found.lent_on)
    back = replace(found, returned_on=on, condition=condition)
    store.set_returned(tx, back)
    return back


def regrade(tx: Tx, owner: str, loan: LoanId, condition: Condition) -> Loan:
    """A device that came back is in another condition after all: repaired, found again. UnknownLoan."""
    found = store.loan(tx, loan)
    if found is None or found.owner != owner or found.returned_on is None:
        raise UnknownLoan
    changed = replace(found, condition=condition)
    store.set_returned(tx, changed)
    return changed


def devices_of(tx: Tx, owner: str) -> list[Device]:
    """The owner's devices by number."""
    return store.devices_of(tx, owner)


def loans_of(tx: Tx, owner: str) -> list[Loan]:
    """The owner's ledger, the oldest first."""
    return store.of_owner(tx, owner)


def lent_to(tx: Tx, borrower: str) -> list[Loan]:
    """What an organisation has now, whoever's it is."""
    return store.open_of_borrower(tx, borrower)


def overdue(tx: Tx, owner: str, on: date) -> list[Loan]:
    """What should be back and is not, the longest first."""
    return sorted((one for one in store.of_owner(tx, owner) if one.is_overdue(on)), key=lambda one: one.due_back)
