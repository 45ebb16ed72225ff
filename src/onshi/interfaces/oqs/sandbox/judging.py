"""What was seen held against every rule. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from onshi.interfaces.oqs.sandbox.checks import FILE_CHECKS
from onshi.interfaces.oqs.sandbox.dialogue import DIALOGUE_CHECKS
from onshi.interfaces.oqs.sandbox.found import Check, Found
from onshi.interfaces.oqs.sandbox.observed import Seen


class Verdict(StrEnum):
    """What came of a rule. Nothing is met that was not seen."""

    MET = "met"
    BROKEN = "broken"
    NOT_SEEN = "not_seen"


class Weight(StrEnum):
    """Whether a broken rule breaks the run."""

    MUST = "must"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table; `mark` says how sure it is."""

    code: str
    mark: str
    weight: Weight
    ja: str
    en: str


class Place(msgspec.Struct, frozen=True):
    """Where a rule is broken."""

    file: str
    where: str


class Judged(msgspec.Struct, frozen=True):
    """One row of a report."""

    code: str
    mark: str
    weight: Weight
    ja: str
    en: str
    verdict: Verdict
    seen: int
    broken: list[Place]


class Report(msgspec.Struct, frozen=True):
    """What came of a run. `at`: when it was made, as a wall clock in Japan shows it."""

    subject: str
    at: str
    requests: int
    answers: int
    answers_taken: int
    rules: list[Judged]

    @property
    def is_broken(self) -> bool:
        """Whether a rule that must be met is broken."""
        return any(one.verdict is Verdict.BROKEN and one.weight is Weight.MUST for one in self.rules)

    def count(self, verdict: Verdict) -> int:
        """How many rules came to that."""
        return sum(1 for one in self.rules if one.verdict is verdict)


CHECKS: Mapping[str, Check] = {**FILE_CHECKS, **DIALOGUE_CHECKS}


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the table."""
    table = tomllib.loads((files("onshi.interfaces.oqs.sandbox") / "rules.toml").read_text(encoding="utf-8"))
    return tuple(Rule(code, **{**row, "weight": Weight(row["weight"])}) for code, row in table.items())


def judge(seen: Seen, *, subject: str, at: str) -> Report:
    """The report about what was seen; `subject` says whose it is."""
    return Report(
        subject,
        at,
        len(seen.requests),
        len(seen.answers),
        sum(1 for one in seen.answers if one.is_taken),
        [_judged(rule, CHECKS[rule.code](seen)) for rule in rules()],
    )


def _judged(rule: Rule, found: Found) -> Judged:
    verdict = Verdict.BROKEN if found.broken else Verdict.MET if found.seen else Verdict.NOT_SEEN
    broken = [Place(one.file, one.where) for one in found.broken]
    return Judged(rule.code, rule.mark, rule.weight, rule.ja, rule.en, verdict, found.seen, broken)
