"""A report of the sandbox that a vendor hands in: read, and what it says of a function. Pure.

The report is the vendor's own word: it says what their software did, on their machine. It is kept by its digest, so
that whoever doubts it can ask for the very file.
"""

import hashlib
from datetime import date

import msgspec

from onshi.facilities import reading
from onshi.facilities.errors import NotItsFunction, NotTestedThere, ReportUnreadable
from onshi.facilities.model import Function, Package, PackageTest


class _Rule(msgspec.Struct):
    code: str
    weight: str
    verdict: str


class _Report(msgspec.Struct):
    at: str
    requests: int
    answers: int
    rules: list[_Rule]


def judged(package: Package, function: Function, data: bytes, *, on: date) -> PackageTest:
    """The test that a report comes to. ReportUnreadable, NotItsFunction, NotTestedThere.

    Passed: no rule that must be met is broken, and those that speak for the function were seen and met. A run that
    saw nothing broke nothing, and has passed nothing.
    """
    if function not in package.functions:
        raise NotItsFunction(function=function.value)
    wanted = reading.sandbox_rules()[function]
    if not wanted:
        raise NotTestedThere(function=function.value)
    try:
        report = msgspec.json.decode(data, type=_Report)
    except msgspec.MsgspecError:
        raise ReportUnreadable from None
    met = {one.code for one in report.rules if one.verdict == "met"}
    broken = [one for one in report.rules if one.verdict == "broken"]
    is_broken = any(one.weight == "must" for one in broken)
    return PackageTest(
        package=package.id,
        function=function,
        on=on,
        report=hashlib.sha256(data).hexdigest(),
        passed=not is_broken and report.answers > 0 and met.issuperset(wanted),
        by_hand=False,
        met=len(met),
        broken=len(broken),
        not_seen=sum(one.verdict == "not_seen" for one in report.rules),
    )


def by_hand(package: Package, function: Function, report: str, *, passed: bool, on: date) -> PackageTest:
    """A test that the operator of the network ran. NotItsFunction."""
    if function not in package.functions:
        raise NotItsFunction(function=function.value)
    return PackageTest(package.id, function, on, report, passed, by_hand=True)
