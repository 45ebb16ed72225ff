"""National code tables (業務コード), as the eligibility interface uses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from onshi.law.reasons import read_table


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One table: its number (`OQSCD006`), its name, and each value in Japanese and English, in order."""

    number: str
    ja: str
    en: str
    values: Mapping[str, tuple[str, str]]


@cache
def national_codes() -> Mapping[str, CodeTable]:
    """Every table by its number."""
    found = {}
    for number, table in read_table("national_codes.toml").items():
        ja, en = table["name"]
        found[number] = CodeTable(number, ja, en, {value: (in_ja, in_en) for value, in_ja, in_en in table["values"]})
    return found
