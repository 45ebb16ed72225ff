"""The tables of columns and findings agree with the code that uses them."""

import re
import tomllib
from pathlib import Path

import onshi.registry.feeds
from onshi.kernel import OnshiError, all_errors
from onshi.registry.feeds import COLUMNS, FINDINGS, FeedRefused
from onshi.registry.feeds.columns import column_of

from .test_findings import CASES

_CODE = re.compile(r'"([a-z]+(?:-[a-z0-9]+)+)"')
_ELSEWHERE = {"utf-8"}
_ROOM = Path(onshi.registry.feeds.__file__).parent
# `guard.toml` beside it belongs to the registry, whose own tests compare it with its code.
OWN = {row["code"] for row in tomllib.loads((_ROOM / "findings.toml").read_text(encoding="utf-8"))["finding"]}


def _codes_in_code() -> set[str]:
    found: set[str] = set()
    for file in _ROOM.glob("*.py"):
        if file.name != "errors.py":
            found |= set(_CODE.findall(file.read_text(encoding="utf-8")))
    return found - _ELSEWHERE


def test_every_code_of_the_table_is_used_and_every_used_one_is_in_it() -> None:
    assert _codes_in_code() == OWN
    assert FINDINGS.keys() >= OWN


def test_every_finding_about_a_value_has_a_test() -> None:
    tested = {code for _, expected in CASES for _, code in expected}
    about_files_and_neighbours = {
        "column-type",
        "duplicate-column",
        "duplicate-row",
        "empty-file",
        "file-ends-early",
        "header-missing",
        "insurer-mismatch",
        "kind-not-for-mode",
        "missing-column",
        "personal-number-column",
        "stray-quote",
        "unknown-column",
        "unknown-insurer",
        "wrong-field-count",
    }
    assert tested | about_files_and_neighbours == OWN


def test_columns_have_names_of_their_own() -> None:
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)
    assert len({column.header for column in COLUMNS}) == len(COLUMNS)
    for column in COLUMNS:
        assert column_of(column.key) is column_of(column.header) is column


def test_refusals_have_codes_and_texts_of_their_own() -> None:
    refusals = [error for error in all_errors() if issubclass(error, FeedRefused)]
    codes = [error.code for error in refusals]
    assert len(set(codes)) == len(codes) == 8
    assert all(error.message_ja != OnshiError.message_ja for error in refusals)
