"""What a card costs its holder."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from onshi.law.reasons import read_table


@dataclass(frozen=True, slots=True)
class Fee:
    """Yen for the card and for its certificates, and where it stands."""

    card: int
    certificates: int
    source: str

    def total(self, *, with_certificates: bool) -> int:
        """What is paid, with or without certificates on the card."""
        return self.card + self.certificates if with_certificates else self.card


@dataclass(frozen=True, slots=True)
class FeeRule:
    """One row of the table: the cases, the lane, the fee, and from which day."""

    cases: tuple[str, ...]
    express: bool
    fee: Fee
    since: date


@cache
def card_fee_rules() -> tuple[FeeRule, ...]:
    """The table, in its order."""
    return tuple(
        FeeRule(
            cases=tuple(row["cases"]),
            express=row["express"],
            fee=Fee(row["card"], row["certificates"], row["source"]),
            since=row["since"],
        )
        for row in read_table("card_fees.toml")["fee"]
    )


def card_fee(case: str, *, express: bool, on: date) -> Fee | None:
    """The fee of a case (`first`, `renewal`, `lost` …) on that day, or None where no source gives one."""
    lane = [rule for rule in card_fee_rules() if rule.express is express]
    fitting = [rule for rule in lane if case in rule.cases and rule.since <= on]
    return max(fitting, key=lambda rule: rule.since).fee if fitting else None
