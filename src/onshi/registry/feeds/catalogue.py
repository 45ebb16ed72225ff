"""Every finding about a feed, read once from its tables, and the frame that holds findings."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from onshi.kernel import Severity


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What a finding means and what the sender should do about it, in Japanese and English."""

    code: str
    severity: Severity
    what_ja: str
    what_en: str
    remedy_ja: str
    remedy_en: str

    def what(self, language: str) -> str:
        """The meaning in `ja` or `en`."""
        return self.what_ja if language == "ja" else self.what_en

    def remedy(self, language: str) -> str:
        """What to do, in `ja` or `en`."""
        return self.remedy_ja if language == "ja" else self.remedy_en


# What reading and checking a file finds, and what the registry finds when its rows meet what is known.
_TABLES = ("findings.toml", "guard.toml")


def _read() -> dict[str, FindingKind]:
    tables = [tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")) for name in _TABLES]
    rows = [row for table in tables for row in table["finding"]]
    return {row["code"]: FindingKind(**{**row, "severity": Severity(row["severity"])}) for row in rows}


FINDINGS: Mapping[str, FindingKind] = _read()

FRAME: Mapping[str, pl.DataType] = {
    "row": pl.Int64(),
    "column": pl.String(),
    "code": pl.String(),
    "severity": pl.String(),
}


def findings_frame(rows: Iterable[tuple[int, str, str]] = ()) -> pl.DataFrame:
    """Findings given as (row, column, code), with the severity of each."""
    listed = [(row, column, code, FINDINGS[code].severity.value) for row, column, code in rows]
    return pl.DataFrame(listed, schema=dict(FRAME), orient="row")


class Found:
    """Gathers the findings of one part, by column key; in the end they are one frame."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._of_column: dict[str, list[pl.Series]] = {}
        self._dropped: list[pl.Series] = []

    def add(self, rows: pl.Series, key: str, code: str) -> None:
        """`code` at the column `key` (empty: the row as a whole) of every row given."""
        if rows.is_empty():
            return
        severity = FINDINGS[code].severity
        self._frames.append(
            pl.select(
                row=rows,
                column=pl.lit(key),
                code=pl.lit(code),
                severity=pl.lit(severity.value),
            )
        )
        self._of_column.setdefault(key, []).append(rows)
        if severity is Severity.ERROR:
            self._dropped.append(rows)

    def rows_with(self, key: str) -> pl.Series:
        """The rows that have any finding at the column `key`."""
        return _joined(self._of_column.get(key, []))

    def dropped(self) -> pl.Series:
        """The rows with an error."""
        return _joined(self._dropped)

    def frame(self, headers: Mapping[str, str]) -> pl.DataFrame:
        """All of it in order of rows, each column called as the sender calls it."""
        if not self._frames:
            return findings_frame()
        named = pl.concat(self._frames).with_columns(pl.col("column").replace(dict(headers)))
        return named.sort("row", maintain_order=True)


def _joined(rows: list[pl.Series]) -> pl.Series:
    return pl.concat(rows).unique() if rows else pl.Series([], dtype=pl.Int64)
