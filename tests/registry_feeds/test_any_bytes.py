"""Whatever is sent: a refusal by name, or findings and rows that add up."""

import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onshi.registry.feeds import COLUMNS, FINDINGS, FeedRefused, empty_good, open_feed, parts, validate

from .make import TODAY, csv_text, row

_HEADER = csv_text([dict.fromkeys((column.key for column in COLUMNS), "")]).splitlines()[0]
_PIECES = st.sampled_from(
    [",", "\n", "\r\n", "\r", '"', '""', "\x1a", "\x00", "\x1f", "\x1d", "\t", "　", "見本", "ﾐﾎﾝ", "新規", "喪失"]
    + ["06139992", "20200401", "R6.4.1", "99999999", "1", "2", "010", "39131016", "123456789018", "=1", "\ufffd"]
    + [csv_text([row()]).splitlines()[1], *(line + "\n" for line in csv_text([row()]).splitlines())]
)
_TEXTS = st.lists(_PIECES, max_size=60).map("".join)
_BODIES = st.one_of(
    st.binary(max_size=400),
    _TEXTS.map(lambda text: text.encode()),
    _TEXTS.map(lambda text: (_HEADER + "\n" + text).encode()),
    _TEXTS.map(lambda text: (csv_text([row()]) + text).encode()),
    _TEXTS.map(lambda text: (csv_text([row()]) + text).encode("cp932", errors="replace")),
    st.tuples(_TEXTS, st.binary(max_size=8)).map(lambda two: (csv_text([row()]) + two[0]).encode() + two[1]),
    st.binary(max_size=60).map(gzip.compress),
    st.binary(max_size=60).map(lambda tail: b"PAR1" + tail),
    st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "feed"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=_BODIES, rows=st.integers(1, 30))
def test_rows_are_good_or_have_an_error(path: Path, content: bytes, rows: int) -> None:
    path.write_bytes(content)
    try:
        feed = open_feed(path)
    except FeedRefused:
        return
    assert set(feed.findings["code"]) <= FINDINGS.keys()
    expected_row = 1
    for part in parts(feed, rows=rows):
        assert part.first_row == expected_row
        expected_row = part.next_row
        checked = validate(part, today=TODAY, insurer=None, mode="first")
        assert checked.good.schema == empty_good().schema
        refused = set(checked.findings.filter(pl.col("severity") == "error")["row"])
        assert sorted([*checked.good["row"], *refused]) == list(range(part.first_row, part.next_row))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=_TEXTS)
def test_the_size_of_parts_changes_nothing(path: Path, text: str) -> None:
    path.write_bytes((csv_text([row()]) + text).encode())
    try:
        feed = open_feed(path)
    except FeedRefused:
        return
    whole, pieces = list(parts(feed)), list(parts(feed, rows=1))
    if whole:
        assert sum(part.rows for part in pieces) == whole[0].rows
        assert pl.concat(part.frame for part in pieces).equals(whole[0].frame)
        assert pl.concat(part.findings for part in pieces).equals(whole[0].findings)
