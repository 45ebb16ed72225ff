"""Vendors' packages: registered, tested by a report of the sandbox or by the operator's hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from onshi.db import Tx
from onshi.facilities import conformance
from onshi.facilities.errors import PackageExists, PackageIncomplete, UnknownPackage
from onshi.facilities.model import Function, Package, PackageId, PackageTest
from onshi.facilities.noting import parse_id
from onshi.facilities.store import vendors as store
from onshi.kernel import Moment, japan_day

__all__ = [
    "Package",
    "PackageId",
    "PackageTest",
    "Tested",
    "hand_in",
    "package_of",
    "packages_of",
    "parse_package_id",
    "record",
    "register",
]
_NAME_LENGTH_MAX = 60


@dataclass(frozen=True, slots=True)
class Tested:
    """A package with its tests, the oldest first. The last one of a function decides whether it has passed."""

    package: Package
    tests: tuple[PackageTest, ...]

    def last(self, function: Function) -> PackageTest | None:
        """The last test of a function."""
        return next((one for one in reversed(self.tests) if one.function is function), None)

    def has_passed(self, function: Function) -> bool:
        """Whether the package counts as passed for a function."""
        found = self.last(function)
        return found is not None and found.passed


def parse_package_id(text: str) -> PackageId:
    """A number as `shown_id` shows it. UnknownPackage."""
    try:
        return PackageId(parse_id(text))
    except ValueError:
        raise UnknownPackage from None


def register(
    tx: Tx, vendor: str, name: str, version: str, functions: Sequence[Function], *, number: PackageId
) -> Package:
    """A new package in one version. PackageIncomplete, PackageExists."""
    plain = (" ".join(name.split())[:_NAME_LENGTH_MAX], " ".join(version.split())[:_NAME_LENGTH_MAX])
    if not all(plain) or not functions:
        raise PackageIncomplete
    new = Package(number, vendor, *plain, tuple(one for one in Function if one in functions))
    if store.is_there(tx, new):
        raise PackageExists
    store.add_package(tx, new)
    return new


def package_of(tx: Tx, number: PackageId, *, vendor: str | None = None) -> Package:
    """The package, if it is this vendor's. UnknownPackage."""
    found = store.package(tx, number)
    if found is None or vendor not in (None, found.vendor):
        raise UnknownPackage
    return found


def packages_of(tx: Tx, vendor: str | None = None) -> list[Tested]:
    """The packages of a vendor, or of all, with their tests."""
    found = store.packages_of(tx, vendor)
    tests: dict[PackageId, list[PackageTest]] = {one.id: [] for one in found}
    for test in store.tests_of(tx, list(tests)):
        tests[test.package].append(test)
    return [Tested(one, tuple(tests[one.id])) for one in found]


def hand_in(
    tx: Tx, vendor: str, number: PackageId, function: Function, report: bytes, *, at: Moment, by: str
) -> PackageTest:
    """A report of the sandbox: the vendor's own word of how its package did.

    Raises UnknownPackage, ReportUnreadable, NotItsFunction, NotTestedThere.
    """
    package = package_of(tx, number, vendor=vendor)
    return _kept(tx, conformance.judged(package, function, report, on=japan_day(at)), at, by)


def record(
    tx: Tx, number: PackageId, function: Function, report: str, *, passed: bool, at: Moment, by: str
) -> PackageTest:
    """A test that the operator ran, under the number of its own report. UnknownPackage, NotItsFunction."""
    package = package_of(tx, number)
    return _kept(tx, conformance.by_hand(package, function, report, passed=passed, on=japan_day(at)), at, by)


def _kept(tx: Tx, test: PackageTest, at: Moment, by: str) -> PackageTest:
    store.add_test(tx, test, at=at, by=by)
    return test
