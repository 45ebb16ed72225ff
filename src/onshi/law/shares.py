"""The share of the cost a patient pays, where age alone fixes it."""

import tomllib
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from onshi.kernel import Dated, Entry
from onshi.law.ages import elderly_certificate_from, is_preschool


@cache
def share_rules() -> dict[str, Dated[int]]:
    """`preschool` and `standard`: percent by day."""
    table = tomllib.loads((files("onshi.law") / "shares.toml").read_text(encoding="utf-8"))
    return {
        name: Dated(Entry(row["since"], row["percent"], row["source"]) for row in rows) for name, rows in table.items()
    }


@lru_cache(maxsize=4096)
def _percent(name: str, on: date) -> int | None:
    try:
        return share_rules()[name].on(on)
    except LookupError:
        return None


def derived_share(born: date, on: date) -> int | None:
    """The percent a patient of that birth date pays on that day, or None where income decides.

    None from seventy on (the 高齢受給者証 or the 後期 insurer says it) and before the first entry of the table.
    """
    if on >= elderly_certificate_from(born):
        return None
    return _percent("preschool" if is_preschool(born, on) else "standard", on)
