"""What of a loan can be. Pure."""

import re
from datetime import date, timedelta

from onshi.kernel import refuse_twelve_digits
from onshi.requests.errors import DeviceLent, DeviceUnusable, LoanRefused, TooEarly
from onshi.requests.model import Condition, Loan

WINDOW_MAX, DAYS_MAX = 60, 730
_ASSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,29}")
_UNUSABLE = (Condition.BROKEN, Condition.MISSING)


def check_asset(asset: str) -> None:
    """LoanRefused unless it is a number of an inventory."""
    if not _ASSET.fullmatch(asset):
        raise LoanRefused(field="asset")


def check_loan(new: Loan, *, today: date) -> None:
    """LoanRefused, PersonalNumberTyped, TooEarly."""
    refuse_twelve_digits(new.window)
    if bool(new.borrower) == bool(new.window) or len(new.window) > WINDOW_MAX:
        raise LoanRefused(field="borrower")
    if new.borrower == new.owner:
        raise LoanRefused(field="borrower")
    if new.lent_on > today:
        raise TooEarly(after=today)
    if not new.lent_on <= new.due_back <= new.lent_on + timedelta(days=DAYS_MAX):
        raise LoanRefused(field="due_back")


def check_free(before: list[Loan], *, on: date) -> None:
    """DeviceLent while it is with somebody, or was on that day; DeviceUnusable when it came back broken or missing."""
    returned = [one.returned_on for one in before if one.returned_on is not None]
    if len(returned) < len(before) or any(on < day for day in returned):
        raise DeviceLent
    # A broken one is not lent again: of several that came back on one day the broken one was the last.
    if any(one.condition in _UNUSABLE for one in before if one.returned_on == max(returned)):
        raise DeviceUnusable
