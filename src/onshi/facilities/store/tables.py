"""The tables of facilities. Rows that have `known_to` are never changed except to close it."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, Text, text

from onshi.db import OPEN, metadata

# The key on SQLite is the table itself.
_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def _versions(*keys: str, more: tuple[Column[Any], ...]) -> tuple[Column[Any], ...]:
    """The columns of a table of versions: who it is about, until when and since when it is known, by whom."""
    return (
        *(Column(key, Text, primary_key=True) for key in keys),
        Column("known_to", BigInteger, primary_key=True, autoincrement=False),
        Column("known_from", BigInteger, nullable=False),
        *more,
    )


records = Table(
    "facilities_records",
    metadata,
    *_versions(
        "institution",
        more=(
            Column("kind", Text, nullable=False),
            Column("municipality", Text, nullable=False),
            Column("readers", Integer, nullable=False),
            Column("claims", Text, nullable=False),
            Column("prescriptions", Integer),
            Column("vendor", Text),
            Column("package_id", BigInteger),
            Column("closed_on", Date),
        ),
    ),
    **_CLUSTERED,
)
Index("facilities_records_by_place", records.c.municipality)
Index("facilities_records_by_vendor", records.c.vendor)

steps = Table(
    "facilities_steps",
    metadata,
    *_versions(
        "institution",
        "step",
        more=(Column("taken_on", Date, nullable=False), Column("entered_by", Text, nullable=False)),
    ),
    **_CLUSTERED,
)

deferrals = Table(
    "facilities_deferrals",
    metadata,
    *_versions(
        "institution",
        more=(
            Column("deferral_id", BigInteger, primary_key=True, autoincrement=False),
            Column("kind", Text, nullable=False),
            Column("applied_on", Date, nullable=False),
            Column("awaited_on", Date),
            Column("state", Text, nullable=False),
            Column("decided_on", Date),
            Column("until", Date),
        ),
    ),
    **_CLUSTERED,
)

applications = Table(
    "facilities_applications",
    metadata,
    *_versions(
        "institution",
        more=(
            Column("application_id", BigInteger, primary_key=True, autoincrement=False),
            Column("kind", Text, nullable=False),
            Column("readers", Integer, nullable=False),
            Column("cost", BigInteger, nullable=False),
            Column("applied_on", Date, nullable=False),
            Column("contract_on", Date),
            Column("done_on", Date),
            Column("operating_on", Date),
            Column("prescriptions", Integer),
            Column("deferral", Text),
            Column("handed_in_on", Date, nullable=False),
            Column("computed", BigInteger),
            Column("state", Text, nullable=False),
            Column("decided_on", Date),
            Column("granted", BigInteger),
            Column("refused_for", Text),
            Column("batch", Text),
            Column("pay_on", Date),
        ),
    ),
    **_CLUSTERED,
)
Index("facilities_applications_by_state", applications.c.state)
Index("facilities_applications_by_number", applications.c.application_id)
Index("facilities_deferrals_by_number", deferrals.c.deferral_id)
_live = text(f"known_to = {OPEN} AND state <> 'refused'")
# A facility has one application that was not refused, however many clerks press the button at once.
Index(
    "facilities_applications_once",
    applications.c.institution,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)

packages = Table(
    "facilities_packages",
    metadata,
    Column("package_id", BigInteger, primary_key=True, autoincrement=False),
    Column("vendor", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("functions", Text, nullable=False),
    Index("facilities_packages_once", "vendor", "name", "version", unique=True),
)

tests = Table(
    "facilities_tests",
    metadata,
    Column("package_id", BigInteger, primary_key=True, autoincrement=False),
    Column("function", Text, primary_key=True),
    Column("tested_at", BigInteger, primary_key=True, autoincrement=False),
    Column("tested_on", Date, nullable=False),
    Column("report", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("met", Integer, nullable=False),
    Column("broken", Integer, nullable=False),
    Column("not_seen", Integer, nullable=False),
    Column("recorded_by", Text, nullable=False),
    **_CLUSTERED,
)
