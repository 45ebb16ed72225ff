"""On which day a coverage is lost, and which overlaps are lawful because of it."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from onshi.kernel import ONE_DAY, Period
from onshi.law.insurers import insurer_kind


class NoLossRule(LookupError):
    """No row of `loss.toml` speaks of this case; the insurer's own day has to be taken."""


@dataclass(frozen=True, slots=True)
class LossRule:
    """One row of the table: who leaves, why, for what, from which day the rule holds, and where it stands."""

    leaves: tuple[str, ...]
    reason: str
    joins: tuple[str, ...]
    day: str
    since: date
    source: str


@cache
def loss_rules() -> tuple[LossRule, ...]:
    """The table, in its order."""
    table = tomllib.loads((files("onshi.law") / "loss.toml").read_text(encoding="utf-8"))
    return tuple(
        LossRule(
            leaves=tuple(row["from"]),
            reason=row["reason"],
            joins=tuple(row.get("to", ())),
            day=row["day"],
            since=row["since"],
            source=row["source"],
        )
        for row in table["rule"]
    )


def _names(slug: str) -> set[str]:
    return {slug, insurer_kind(slug).family}


@lru_cache(maxsize=4096)
def _rule(from_kind: str, reason: str, to_kind: str | None, event_on: date) -> LossRule:
    joins = _names(to_kind) if to_kind else set()
    for rule in loss_rules():
        fits = not _names(from_kind).isdisjoint(rule.leaves) and rule.reason == reason
        if fits and rule.since <= event_on and (not rule.joins or not joins.isdisjoint(rule.joins)):
            return rule
    raise NoLossRule(f"no rule for {from_kind}, {reason}, {to_kind} on {event_on.isoformat()}")


def loss_day(from_kind: str, reason: str, to_kind: str | None, event_on: date, *, nhi_at_75: str = "same") -> date:
    """The day of loss when the event (joining, moving, death, the 75th birthday …) falls on `event_on`.

    `nhi_at_75` (`same` or `next`) settles 市町村国保 → 後期高齢者医療, on which sources differ.
    Raises NoLossRule when the table does not speak of the case.
    """
    rule = _rule(from_kind, reason, to_kind, event_on)
    day = nhi_at_75 if rule.day == "setting" else rule.day
    return event_on + ONE_DAY if day == "next" else event_on


def is_lawful_overlap(earlier_kind: str, earlier: Period, later_kind: str, later: Period) -> bool:
    """Whether two coverages share days only because the law lets the older end the day after.

    True for exactly one shared day, the last of the earlier and the first of the later one, between kinds for
    which a loss rule says `next` (or leaves it open).
    """
    if earlier.end != later.start + ONE_DAY:
        return False
    for reason in ("joined_other", "turned_75"):
        try:
            rule = _rule(earlier_kind, reason, later_kind, later.start)
        except NoLossRule:
            continue
        if reason == "turned_75" and insurer_kind(later_kind).family != "elderly":
            continue
        if rule.day in ("next", "setting"):
            return True
    return False
