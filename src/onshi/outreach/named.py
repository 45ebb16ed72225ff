"""What the papers of 2019-09-03 say of each kind of insurer, under our names for kinds and organisations. Pure."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from onshi.kernel import fiscal_year
from onshi.record import papers

FIRST_PUBLISHED = papers.FIRST_PUBLISHED


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files("onshi.outreach") / "above.toml").read_text(encoding="utf-8"))


def kind_of_group(group: str) -> str:
    """Our name for a group of the papers."""
    return _table()["groups"][group]


def ministry_codes() -> tuple[str, ...]:
    """Those of the ministries that are above a kind of insurer."""
    return tuple(_table()["ministries"].values())


def ministry_of_actor(actor: str) -> str | None:
    """The ministry behind an actor of the papers; None when it is none of those that are above insurers."""
    return _table()["ministries"].get(actor)


# Asked once for every insurer of the country.
@lru_cache(maxsize=1_000)
def ministry_of(kind: str, on: date) -> str | None:
    """The code of the ministry above a kind of insurer, as known on a day."""
    for group in papers.insurer_groups(on):
        if kind_of_group(group.code) == kind:
            return ministry_of_actor(group.overseer.code)
    return None


def named_days(kind: str, year: int) -> list[date]:
    """The days of a fiscal year on which the papers ask a kind how far it is; none where they say "periodic"."""
    for group in papers.insurer_groups(date(year + 1, 3, 31)):
        if kind_of_group(group.code) == kind:
            return sorted(day for day in group.follow_up_on if fiscal_year(day) == year)
    return []
