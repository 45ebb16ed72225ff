"""What holds for every table about cards: each row has a first day and a source, and each text both languages."""

import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

TABLES = (
    "card_deadlines",
    "card_fees",
    "card_validity",
    "desk_papers",
    "identity_documents",
    "issuance_methods",
    "view_consents",
)


def rows(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (row for part in table.values() if isinstance(part, list) for row in part)


def texts(part: object) -> Iterator[dict[str, Any]]:
    """Every place that speaks in one of the two languages."""
    if isinstance(part, dict):
        if "ja" in part or "en" in part:
            yield part
        for inner in part.values():
            yield from texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner)


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("onshi.law") / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_first_day_and_a_source(name: str) -> None:
    found = list(rows(read(name)))
    assert found
    assert [row for row in found if type(row.get("since")) is not date or not row.get("source")] == []


@pytest.mark.parametrize("name", TABLES)
def test_every_text_speaks_both_languages(name: str) -> None:
    assert [text for text in texts(read(name)) if not (text.get("ja") and text.get("en"))] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_row_ends_after_it_began(name: str) -> None:
    assert [row for row in rows(read(name)) if "ends" in row and row["ends"] <= row["since"]] == []
