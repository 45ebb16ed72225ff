"""Packages of vendors and their tests."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select

from onshi.db import Tx
from onshi.facilities.model import Function, Package, PackageId, PackageTest
from onshi.facilities.store.tables import packages, tests
from onshi.kernel import Moment


def as_package(row: Row[Any]) -> Package:
    """A row of `facilities_packages`."""
    functions = tuple(Function(one) for one in row.functions.split())
    return Package(PackageId(row.package_id), row.vendor, row.name, row.version, functions)


def as_test(row: Row[Any]) -> PackageTest:
    """A row of `facilities_tests`."""
    return PackageTest(
        package=PackageId(row.package_id),
        function=Function(row.function),
        on=row.tested_on,
        report=row.report,
        passed=row.passed,
        by_hand=row.by_hand,
        met=row.met,
        broken=row.broken,
        not_seen=row.not_seen,
    )


def add_package(tx: Tx, one: Package) -> None:
    """A new package."""
    tx.execute(
        insert(packages).values(
            package_id=one.id,
            vendor=one.vendor,
            name=one.name,
            version=one.version,
            functions=" ".join(one.functions),
        )
    )


def is_there(tx: Tx, one: Package) -> bool:
    """Whether the vendor has a package of that name and version."""
    same = (packages.c.vendor == one.vendor, packages.c.name == one.name, packages.c.version == one.version)
    return tx.execute(select(packages.c.package_id).where(*same)).first() is not None


def package(tx: Tx, number: PackageId) -> Package | None:
    """The package, or None."""
    row = tx.execute(select(packages).where(packages.c.package_id == number)).first()
    return None if row is None else as_package(row)


def packages_of(tx: Tx, vendor: str | None) -> list[Package]:
    """The packages of a vendor, or of all of them, by name and version."""
    query = select(packages).order_by(packages.c.vendor, packages.c.name, packages.c.version)
    if vendor is not None:
        query = query.where(packages.c.vendor == vendor)
    return [as_package(row) for row in tx.execute(query)]


def add_test(tx: Tx, one: PackageTest, *, at: Moment, by: str) -> None:
    """A test; those before it stay."""
    this = (tests.c.package_id == one.package, tests.c.function == one.function.value)
    last = tx.execute(select(func.max(tests.c.tested_at)).where(*this)).scalar()
    tx.execute(
        insert(tests).values(
            package_id=one.package,
            function=one.function.value,
            tested_at=at if last is None else max(at, last + 1),
            tested_on=one.on,
            report=one.report,
            passed=one.passed,
            by_hand=one.by_hand,
            met=one.met,
            broken=one.broken,
            not_seen=one.not_seen,
            recorded_by=by,
        )
    )


def tests_of(tx: Tx, wanted: Sequence[PackageId]) -> list[PackageTest]:
    """The tests of the packages, the oldest first."""
    query = select(tests).where(tests.c.package_id.in_(wanted)).order_by(tests.c.tested_at, tests.c.package_id)
    return [as_test(row) for row in tx.execute(query)] if wanted else []
