"""The tables of this room, read once: the way, the duty with its deferrals, what the fund pays."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.facilities.model import Claims, DeferralKind, FacilityKind, Function, Sake, Step
from onshi.kernel import Dated, Entry


@dataclass(frozen=True, slots=True)
class StepRule:
    """One row of the way. `sake` is None for a step that nobody is stuck for."""

    step: Step
    after: tuple[Step, ...]
    not_before: tuple[Step, ...]
    is_aim: bool
    sake: Sake | None
    moot_with: tuple[Step, ...]
    waits_from: tuple[Step, ...]
    late_days: Dated[int] | None
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class DeferralRule:
    """How far a kind of deferral goes: to a day, so many months after what is waited for is there, or nobody knows."""

    kind: DeferralKind
    sake: Sake
    until: date | None
    months_after: int | None
    source: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Tier:
    """What a scheme pays to a kind of facility: `share` hundredths of the cost up to `base`, `cap` at the most."""

    cap: int
    share: int
    base: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """What is paid to whoever applied for a reader in its days. A kind without a tier: the figure was not found."""

    code: str
    applied_from: date
    applied_to: date
    contract_by: date | None
    reader_cap: int | None
    raised_to: str | None
    raised_if_operating_by: date | None
    tiers: Mapping[str, Tier]
    source: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last days of the work and of the application; None where they were not found."""

    done_by: date | None
    hand_in_by: date | None


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("onshi.facilities") / name).read_text(encoding="utf-8"))


def _steps(names: list[str]) -> tuple[Step, ...]:
    return tuple(Step(name) for name in names)


@cache
def begins() -> date:
    """The day from which one could apply at all."""
    found: date = _table("way.toml")["begins"]
    return found


@cache
def way() -> Mapping[Step, StepRule]:
    """Every step in the order of the way."""
    return {
        Step(row["code"]): StepRule(
            step=Step(row["code"]),
            after=_steps(row["after"]),
            not_before=_steps(row.get("not_before", [])),
            is_aim=row.get("is_aim", False),
            sake=Sake(row["sake"]) if "sake" in row else None,
            moot_with=_steps(row.get("moot_with", [])),
            waits_from=_steps(row.get("waits_from", [])),
            late_days=_dated(row["late_days"]) if "late_days" in row else None,
            ja=row["ja"],
            en=row["en"],
        )
        for row in _table("way.toml")["step"]
    }


def _dated(rows: list[dict[str, Any]]) -> Dated[int]:
    return Dated(Entry(row["since"], row["days"], row["source"]) for row in rows)


def sake_word(sake: Sake, language: str) -> str:
    """Who is waited for, in `ja` or `en`."""
    found: str = _table("way.toml")["sakes"][sake.value][language]
    return found


def stop_word(at: str, language: str) -> str:
    """A step or the stop at money, in `ja` or `en`."""
    if at in set(Step):
        rule = way()[Step(at)]
        return rule.ja if language == "ja" else rule.en
    found: str = _table("way.toml")[at][language]
    return found


@cache
def fund_late_days() -> Dated[int]:
    """After how many days one waits long for the fund."""
    return _dated(_table("way.toml")["fund"]["late_days"])


@cache
def duty_since() -> Mapping[FacilityKind, date]:
    """From which day the duty reaches each kind."""
    return {FacilityKind(kind): row["since"] for row in _table("duty.toml")["duty"] for kind in row["kinds"]}


@cache
def exempt_claims() -> frozenset[Claims]:
    """Who sends claims so is exempt."""
    return frozenset(Claims(one) for one in _table("duty.toml")["exempt"]["claims"])


@cache
def deferral_rules() -> Mapping[DeferralKind, DeferralRule]:
    """The six kinds."""
    return {
        DeferralKind(str(row["kind"])): DeferralRule(
            kind=DeferralKind(str(row["kind"])),
            sake=Sake(row["sake"]),
            until=row.get("until"),
            months_after=row.get("months_after"),
            source=row["source"],
            ja=row["ja"],
            en=row["en"],
        )
        for row in _table("duty.toml")["deferral"]
    }


@cache
def schemes() -> tuple[Scheme, ...]:
    """Every scheme in the order of its days."""
    return tuple(
        Scheme(
            code=row["code"],
            applied_from=row["applied_from"],
            applied_to=row["applied_to"],
            contract_by=row.get("contract_by"),
            reader_cap=row.get("reader_cap"),
            raised_to=row.get("raised_to"),
            raised_if_operating_by=row.get("raised_if_operating_by"),
            tiers={name: Tier(**tier) for name, tier in row.get("tiers", {}).items()},
            source=row["source"],
            ja=row["ja"],
            en=row["en"],
        )
        for row in _table("subsidies.toml")["scheme"]
    )


@cache
def deadlines() -> Mapping[DeferralKind | None, Deadline]:
    """By kind of deferral; None for whoever has none."""
    found: dict[DeferralKind | None, Deadline] = {}
    for row in _table("subsidies.toml")["deadline"]:
        kinds: list[DeferralKind | None] = [DeferralKind(str(one)) for one in row["deferrals"]]
        for kind in kinds or [None]:
            found[kind] = Deadline(row.get("done_by"), row.get("hand_in_by"))
    return found


@cache
def chain_prescriptions() -> int:
    """From how many prescriptions a month on a group of pharmacies is a chain."""
    found: int = _table("subsidies.toml")["chain_prescriptions"]
    return found


def readers_free(kind: FacilityKind) -> int:
    """How many readers that kind of facility gets free of charge."""
    table = _table("subsidies.toml")["readers_free"]
    found: int = table.get(kind.value, table["other"])
    return found


@cache
def sandbox_rules() -> Mapping[Function, tuple[str, ...]]:
    """The rules of the sandbox that a run must have met for a function; none: it cannot be tried there yet."""
    return {Function(name): tuple(row["rules"]) for name, row in _table("conformance.toml").items()}
