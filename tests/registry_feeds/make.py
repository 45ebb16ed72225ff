"""Builders of feeds for tests: one good row, and files made of rows. Everybody in them is invented."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from onshi.kernel import InsurerNumber
from onshi.registry.feeds import COLUMNS, Checked, Mode, findings_frame, open_feed, parts, validate

TODAY = date(2026, 11, 1)
INSURER = InsurerNumber("06139992")

GOOD: Mapping[str, str] = {
    "kind": "新規",
    "insurer_number": "06139992",
    "symbol": "1234",
    "number": "567",
    "branch": "00",
    "name": "見本　花子",
    "name_kana": "ミホン　ハナコ",
    "birth_on": "19850412",
    "sex": "2",
    "post_number": "100-0001",
    "address": "東京都千代田区見本町１丁目２番３号",
    "municipality": "131016",
    "relation": "1",
    "acquired_on": "20200401",
}
ELDERLY: Mapping[str, str] = {
    **GOOD,
    "insurer_number": "39131016",
    "symbol": "",
    "relation": "",
    "birth_on": "19480412",
    "acquired_on": "20230412",
    "share": "010",
}


def row(base: Mapping[str, str] = GOOD, **changes: str) -> dict[str, str]:
    """A good row with some values changed."""
    return {**base, **changes}


def csv_text(rows: Sequence[Mapping[str, str]], *, end: str = "\n", separator: str = ",", language: str = "ja") -> str:
    """A feed with the columns that the rows use, values as they stand."""
    used = [column for column in COLUMNS if any(column.key in one for one in rows)]
    headers = [column.header if language == "ja" else column.key for column in used]
    lines = [headers, *([one.get(column.key, "") for column in used] for one in rows)]
    return "".join(separator.join(fields) + end for fields in lines)


def checked_bytes(
    path: Path,
    content: bytes,
    *,
    mode: Mode = "daily",
    insurer: InsurerNumber | None = None,
    known: frozenset[str] | None = None,
    rows: int = 50_000,
) -> Checked:
    """Everything that reading and checking a file of these bytes gives, head findings included."""
    path.write_bytes(content)
    feed = open_feed(path, mode=mode)
    good: list[pl.DataFrame] = []
    findings = [feed.findings]
    for part in parts(feed, rows=rows):
        checked = validate(part, today=TODAY, insurer=insurer, mode=mode, known_insurers=known)
        good.append(checked.good)
        findings.append(checked.findings)
    return Checked(pl.concat(good) if good else pl.DataFrame(), pl.concat(findings))


def places(findings: pl.DataFrame) -> list[tuple[int, str, str]]:
    """Row, column and code of each finding."""
    return findings.select("row", "column", "code").rows()


NO_FINDINGS = findings_frame()
