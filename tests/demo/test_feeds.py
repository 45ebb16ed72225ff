"""The demo's feeds are feeds: the registry's own validation has nothing to say of them."""

from datetime import date

import polars as pl

from onshi.demo import COLUMNS, Country
from onshi.registry import feeds


def findings(frame: pl.DataFrame, country: Country, mode: feeds.Mode, today: date) -> list[tuple[str, str]]:
    """Column and code of all that validation finds."""
    rows = frame.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row"), *COLUMNS)
    part = feeds.Part(
        first_row=1,
        rows=rows.height,
        frame=rows,
        findings=feeds.findings_frame([]),
        headers={key: key for key in COLUMNS},
        bytes_read=0,
    )
    known = [one.number for one in country.insurers]
    checked = feeds.validate(part, today=today, insurer=None, mode=mode, known_insurers=known)
    return sorted(set(checked.findings.select("column", "code").iter_rows()))


def test_columns_are_those_of_the_registry() -> None:
    assert tuple(column.key for column in feeds.COLUMNS) == COLUMNS


def test_first_loads_are_without_findings(country: Country) -> None:
    assert findings(country.whole.first_load, country, "first", country.start) == []


def test_the_notices_of_each_month_are_without_findings(country: Country) -> None:
    changes = country.whole.changes.with_columns(month=pl.col("notified_on").dt.month_start())
    found = [
        (month["month"][0], finding)
        for month in changes.partition_by("month", maintain_order=True)
        for finding in findings(month, country, "daily", country.today)
    ]
    assert found == []
