"""Good practice: what somebody did, how well it is known to work, and who could use it. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from onshi.kernel import MunicipalityCode
from onshi.outreach.model import Evidence, Word
from onshi.places import municipality


class Size(StrEnum):
    """How many people an organisation is there for: below 30,000, below 200,000, more."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


_SMALL, _MEDIUM = 30_000, 200_000


def size_of(people: int) -> Size:
    """The class of a number of residents or of insured."""
    if people < _SMALL:
        return Size.SMALL
    return Size.MEDIUM if people < _MEDIUM else Size.LARGE


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that is given for a practice: before and after with their days where there are any, and what was
    counted."""

    ja: str
    en: str
    after: int
    unit: str
    before: int | None = None
    before_on: date | None = None
    after_on: date | None = None
    compared_with: str = ""

    def words(self, language: str) -> str:
        """What was counted, in `ja` or `en`."""
        return self.ja if language == "ja" else self.en

    @property
    def evidence(self) -> Evidence:
        """How much it says."""
        if self.before is None or self.before_on is None or self.after_on is None:
            return Evidence.FIGURE
        return Evidence.COMPARED if self.compared_with else Evidence.COUNTED


@dataclass(frozen=True, slots=True)
class Practice:
    """What somebody did. `done_by` and `size` are of who did it, None where nothing says; `kinds` could do it. `cost`
    in yen, None where nothing says. `contact` is a post."""

    code: str
    title: Word
    what: Word
    who: Word
    done_by: str
    size: Size | None
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    figures: tuple[Figure, ...]
    cost: int | None
    contact: Word | None
    source: str
    known_from: date

    @property
    def evidence(self) -> Evidence:
        """The best of its figures; without any it was only told."""
        order = list(Evidence)
        return min((one.evidence for one in self.figures), key=order.index, default=Evidence.TOLD)

    @property
    def is_weak(self) -> bool:
        """Whether nothing shows that it made a difference."""
        return self.evidence in (Evidence.FIGURE, Evidence.TOLD)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an organisation that looks for something to do."""

    kind: str
    size: Size | None = None
    channels: frozenset[str] = frozenset()
    """Those it has. Empty: not asked."""
    done: frozenset[str] = frozenset()
    """Practices it does already."""


class Because(StrEnum):
    """Why a practice fits an organisation or does not."""

    SAME_KIND = "same_kind"
    KIND_COULD = "kind_could"
    OTHER_KIND = "other_kind"
    SAME_SIZE = "same_size"
    OTHER_SIZE = "other_size"
    HAS_CHANNEL = "has_channel"
    LACKS_CHANNEL = "lacks_channel"
    DONE_ALREADY = "done_already"
    WEAK_EVIDENCE = "weak_evidence"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, with the channels it speaks of; `speaks_for` is None where it only warns."""

    because: Because
    speaks_for: bool | None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Whether an organisation could use a practice, and every reason for and against."""

    practice: Practice
    fits: bool
    reasons: tuple[Reason, ...]

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """What fits best comes first, then what is better known to work."""
        speaking = sum(one.speaks_for is True for one in self.reasons)
        against = sum(one.speaks_for is False for one in self.reasons)
        return not self.fits, against - speaking, list(Evidence).index(self.practice.evidence), self.practice.code


def who_could_use(practice: Practice, facts: Facts) -> Match:
    """Whether an organisation could use it. It could not when its kind cannot, when it has none of the channels, or
    when it does it already; another size only warns."""
    reasons = [_of_kind(practice, facts), *_of_size(practice, facts), *_of_channels(practice, facts)]
    if practice.code in facts.done:
        reasons.append(Reason(Because.DONE_ALREADY, False))
    fits = not any(one.speaks_for is False for one in reasons)
    if practice.is_weak:
        reasons.append(Reason(Because.WEAK_EVIDENCE, None))
    return Match(practice, fits, tuple(reasons))


def _of_kind(practice: Practice, facts: Facts) -> Reason:
    if practice.done_by == facts.kind:
        return Reason(Because.SAME_KIND, True)
    could = facts.kind in practice.kinds
    return Reason(Because.KIND_COULD if could else Because.OTHER_KIND, could)


def _of_size(practice: Practice, facts: Facts) -> list[Reason]:
    if practice.size is None or facts.size is None:
        return []
    is_same = practice.size is facts.size
    return [Reason(Because.SAME_SIZE, True) if is_same else Reason(Because.OTHER_SIZE, None)]


def _of_channels(practice: Practice, facts: Facts) -> list[Reason]:
    if not facts.channels or not practice.channels:
        return []
    has = tuple(one for one in practice.channels if one in facts.channels)
    return [Reason(Because.HAS_CHANNEL, True, has) if has else Reason(Because.LACKS_CHANNEL, False, practice.channels)]


def matches(known: Sequence[Practice], facts: Facts) -> tuple[Match, ...]:
    """Every practice with its reasons, what fits best first."""
    return tuple(sorted((who_could_use(one, facts) for one in known), key=lambda one: one.rank))


@cache
def channel_words() -> Mapping[str, Word]:
    """The channels of practices by their code."""
    table = _read("channels")["channels"]
    return {code: Word(code, words["ja"], words["en"]) for code, words in table.items()}


@cache
def practices() -> tuple[Practice, ...]:
    """Every practice of the file."""
    return tuple(_practice(row) for row in _read("practices")["practice"])


def practices_on(on: date) -> tuple[Practice, ...]:
    """Those that were known on a day."""
    return tuple(one for one in practices() if one.known_from <= on)


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("onshi.outreach") / f"{name}.toml").read_text(encoding="utf-8"))


def _practice(row: Mapping[str, Any]) -> Practice:
    code = row["code"]
    contact = row.get("contact")
    return Practice(
        code=code,
        title=Word(code, row["title"]["ja"], row["title"]["en"]),
        what=Word(code, row["what"]["ja"], row["what"]["en"]),
        who=Word(code, row["who"]["ja"], row["who"]["en"]),
        done_by=row["done_by"],
        size=_size_of_town(row["municipality"]) if "municipality" in row else None,
        kinds=tuple(row["kinds"]),
        channels=tuple(row["channels"]),
        figures=tuple(Figure(**one) for one in row.get("figures", [])),
        cost=row.get("cost"),
        contact=None if contact is None else Word(code, contact["ja"], contact["en"]),
        source=row["source"],
        known_from=row["known_from"],
    )


def _size_of_town(code: str) -> Size:
    return size_of(municipality(MunicipalityCode(code)).population)
