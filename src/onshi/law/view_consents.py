"""How long an institution may see what somebody let it see."""

from datetime import date
from functools import cache
from typing import Any

from onshi.kernel import Dated, Entry
from onshi.law.reasons import read_table


@cache
def view_consent_rules() -> dict[str, Dated[dict[str, Any]]]:
    """The table: form of care → its rows by day."""
    return {
        care: Dated(Entry(row["since"], row, row["source"]) for row in rows)
        for care, rows in read_table("view_consents.toml").items()
    }


def view_consent_hours(care: str, on: date) -> int:
    """For how many hours a consent of that day holds for the form of care (`outpatient`, `home_visit`, `online`)."""
    hours: int = view_consent_rules()[care].on(on)["hours"]
    return hours
