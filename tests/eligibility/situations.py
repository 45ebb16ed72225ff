"""One row per situation: what was found, what was asked, and what has to be answered. Tables, no tests."""

from dataclasses import dataclass, field
from typing import Any

from onshi.eligibility import AnswerKind, Notice, Query
from onshi.registry import (
    Coverage,
    Details,
    Found,
)

from . import make
from .make import (
    AID,
    CLOSED,
    ELDERLY,
    MUNICIPAL,
    NHI_SOCIETY,
    OTHER_SOCIETY,
    SOCIETY,
    STALE,
    UNKNOWN,
    UNKNOWN_WRONG,
    UNLOADED,
    by_card,
    by_number,
    coverage,
    day,
    found,
    person,
    sighting,
)

K, N = AnswerKind, Notice
NOBODY = Found()


@dataclass
class Case:
    """A situation and its answer. `shown` is the id of the coverage shown, None: neither person nor coverage."""

    found: Found
    query: Query
    kind: AnswerKind
    shown: int | None = None
    notices: tuple[Notice, ...] = ()
    fresh: str | None = None
    other: str | None = None
    validity: str = field(default="")


def lost(identity: int = 10, on: str = "2026-01-01", **changes: Any) -> Coverage:
    return coverage(identity, lost_on=day(on), loss_reason="03", **changes)


def twin(number: int, branch: str | None, **changes: Any) -> Any:
    one = coverage(number * 10, person=number, branch=branch, **changes)
    return sighting(one, who=person(number))


HELD = Found((), held=True)
TWINS = Found((twin(1, "01"), twin(2, "02")))
HALF_TWINS = Found((twin(1, "01"), twin(2, None)))
BARE_TWINS = Found((twin(1, None), twin(2, None)))

BY_NUMBER = {
    "in force": Case(found(coverage()), by_number(), K.IN_FORCE, 10),
    "in force on the first day": Case(found(coverage()), by_number(on=day("2020-04-01")), K.IN_FORCE, 10),
    "in force on the last day": Case(found(lost(on="2026-04-02")), by_number(on=day("2026-04-01")), K.IN_FORCE, 10),
    "the day of loss is the first day outside": Case(
        found(lost(on="2026-04-01")), by_number(), K.LOST, 10, fresh=SOCIETY
    ),
    "branch left out": Case(found(coverage()), by_number(branch=None), K.IN_FORCE, 10, (N.BRANCH_NOT_ASKED,)),
    "branch sent as an empty text": Case(
        found(coverage()), by_number(branch=""), K.IN_FORCE, 10, (N.BRANCH_NOT_ASKED,)
    ),
    "branch sent as blanks": Case(found(coverage()), by_number(branch="  "), K.IN_FORCE, 10, (N.BRANCH_NOT_ASKED,)),
    "branch without its zero": Case(found(coverage()), by_number(branch="1"), K.IN_FORCE, 10),
    "branch full-width and padded": Case(found(coverage()), by_number(branch="　００１"), K.IN_FORCE, 10),
    "branch 00": Case(found(coverage(branch="00")), by_number(branch="0"), K.IN_FORCE, 10),
    "wrong branch": Case(found(coverage()), by_number(branch="02"), K.NOT_REGISTERED, fresh=SOCIETY),
    "insurer registered no branch": Case(found(coverage(branch=None)), by_number(branch="02"), K.IN_FORCE, 10),
    "insurer registered a blank branch": Case(found(coverage(branch=" ")), by_number(branch="02"), K.IN_FORCE, 10),
    "no branch on either side": Case(found(coverage(branch=None)), by_number(branch=None), K.IN_FORCE, 10),
    "twins, told apart by branch": Case(TWINS, by_number(branch="02"), K.IN_FORCE, 20),
    "twins without branch": Case(TWINS, by_number(branch=None), K.MORE_THAN_ONE),
    "twins and a branch that neither has": Case(TWINS, by_number(branch="03"), K.NOT_REGISTERED, fresh=SOCIETY),
    "twins, one without branch, asked with the other's": Case(HALF_TWINS, by_number(branch="01"), K.MORE_THAN_ONE),
    "twins, one without branch, asked with another": Case(HALF_TWINS, by_number(branch="02"), K.IN_FORCE, 20),
    "twins without registered branches": Case(BARE_TWINS, by_number(branch="01"), K.MORE_THAN_ONE),
    "twins of whom one has left: still never a guess": Case(
        Found((twin(1, "01", lost_on=day("2025-01-01")), twin(2, "02"))), by_number(branch=None), K.MORE_THAN_ONE
    ),
    "lost": Case(found(lost()), by_number(), K.LOST, 10, fresh=SOCIETY),
    "lost, another in force": Case(
        found(lost(), coverage(11, MUNICIPAL, number="7", starts_on=day("2026-01-01"))),
        by_number(),
        K.LOST_OTHER_IN_FORCE,
        10,
        fresh=SOCIETY,
    ),
    "lost, the other suspended": Case(
        found(lost(), coverage(11, MUNICIPAL, number="7", suspended=True)), by_number(), K.LOST, 10, fresh=SOCIETY
    ),
    "lost, the other over too": Case(
        found(lost(), lost(11, by=MUNICIPAL, number="7")), by_number(), K.LOST, 10, fresh=SOCIETY
    ),
    "lost, medical aid in force": Case(
        found(lost(), coverage(11, AID, number="7", branch=None, card_class="A1")),
        by_number(),
        K.LOST_OTHER_IN_FORCE,
        10,
        fresh=SOCIETY,
    ),
    "before the first day": Case(
        found(coverage()), by_number(on=day("2020-03-31")), K.NOT_REGISTERED, None, (N.STARTS_LATER,), SOCIETY
    ),
    "the same number lost and acquired again: now": Case(
        found(lost(10, "2025-01-01"), coverage(11, starts_on=day("2026-01-01"))), by_number(), K.IN_FORCE, 11
    ),
    "the same number lost and acquired again: then": Case(
        found(coverage(11, starts_on=day("2026-01-01")), lost(10, "2025-01-01")),
        by_number(on=day("2024-06-01")),
        K.IN_FORCE,
        10,
    ),
    "the same number lost and acquired again: between": Case(
        found(lost(10, "2025-01-01"), coverage(11, starts_on=day("2026-01-01"))),
        by_number(on=day("2025-06-01")),
        K.LOST,
        10,
        fresh=SOCIETY,
    ),
    "lost twice: the later loss is shown": Case(
        found(lost(11, "2025-06-01"), lost(10, "2025-01-01")), by_number(), K.LOST, 11, fresh=SOCIETY
    ),
    "the same number twice at once: the newer": Case(
        found(coverage(11, starts_on=day("2026-01-01")), coverage(10)),
        by_number(),
        K.IN_FORCE,
        11,
    ),
    "the same number twice at once, found in the other order": Case(
        found(coverage(10), coverage(11, starts_on=day("2026-01-01"))),
        by_number(),
        K.IN_FORCE,
        11,
    ),
    "taken back on its first day": Case(
        found(lost(on="2020-04-01")), by_number(on=day("2020-04-01")), K.LOST, 10, fresh=SOCIETY
    ),
    "suspended": Case(found(coverage(suspended=True)), by_number(), K.UNDER_REVIEW, fresh=SOCIETY),
    "suspended and lost": Case(found(lost(suspended=True)), by_number(), K.UNDER_REVIEW, fresh=SOCIETY),
    "suspended at an insurer that is closed": Case(
        found(coverage(by=CLOSED, suspended=True)), by_number(CLOSED), K.UNDER_REVIEW, fresh=CLOSED
    ),
    "another insurer's link in doubt": Case(
        found(coverage(), coverage(11, MUNICIPAL, number="7", suspended=True, lost_on=day("2021-01-01"))),
        by_number(),
        K.IN_FORCE,
        10,
    ),
    "held": Case(HELD, by_number(), K.UNDER_REVIEW, fresh=SOCIETY),
    "held by a stale insurer": Case(HELD, by_number(STALE), K.UNDER_REVIEW, fresh=STALE),
    "held by an insurer in its first load": Case(HELD, by_number(UNLOADED), K.UNDER_REVIEW, fresh=UNLOADED),
    "nobody": Case(NOBODY, by_number(), K.NOT_REGISTERED, fresh=SOCIETY),
    "a birth date corrected since": Case(
        found(coverage(), who=person(birth_on=day("1984-03-01"))), by_number(), K.NOT_REGISTERED, fresh=SOCIETY
    ),
    "unknown insurer": Case(NOBODY, by_number(UNKNOWN), K.NOT_REGISTERED, None, (N.UNKNOWN_INSURER,)),
    "unknown insurer, wrong check digit": Case(
        NOBODY, by_number(UNKNOWN_WRONG), K.NOT_REGISTERED, None, (N.UNKNOWN_INSURER, N.WRONG_CHECK_DIGIT)
    ),
    "unknown insurer of 国保, six digits": Case(
        NOBODY, by_number(make.InsurerNumber("00138065")), K.NOT_REGISTERED, None, (N.UNKNOWN_INSURER,)
    ),
    "not yet loaded": Case(NOBODY, by_number(UNLOADED), K.NOT_YET_LOADED, fresh=UNLOADED),
    "found before the first load was finished": Case(found(coverage(by=UNLOADED)), by_number(UNLOADED), K.IN_FORCE, 10),
    "stale insurer": Case(NOBODY, by_number(STALE), K.CANNOT_TELL, None, (N.STALE,), STALE),
    "stale insurer, but found": Case(found(coverage(by=STALE)), by_number(STALE), K.IN_FORCE, 10),
    "stale insurer, lost": Case(found(lost(by=STALE)), by_number(STALE), K.LOST, 10, fresh=STALE),
    "closed insurer": Case(NOBODY, by_number(CLOSED), K.CANNOT_TELL, None, (N.INSURER_CLOSED,), CLOSED),
    "closed insurer, on the day it closed": Case(
        NOBODY, by_number(CLOSED, on=day("2026-03-01")), K.CANNOT_TELL, None, (N.INSURER_CLOSED,), CLOSED
    ),
    "closed insurer, the day before": Case(
        NOBODY, by_number(CLOSED, on=day("2026-02-28")), K.NOT_REGISTERED, fresh=CLOSED
    ),
    "special medical expense": Case(
        found(coverage(card_class="05")), by_number(), K.IN_FORCE, 10, (N.SPECIAL_MEDICAL_EXPENSE,)
    ),
    "lawful day of two, asked for the older": Case(
        found(
            coverage(10, MUNICIPAL, lost_on=day("2026-04-02")), coverage(11, number="7", starts_on=day("2026-04-01"))
        ),
        by_number(MUNICIPAL),
        K.IN_FORCE,
        10,
    ),
    "lawful day of two, asked for the newer": Case(
        found(
            coverage(10, MUNICIPAL, number="7", lost_on=day("2026-04-02")), coverage(11, starts_on=day("2026-04-01"))
        ),
        by_number(),
        K.IN_FORCE,
        11,
    ),
    "two for longer than the law allows": Case(
        found(coverage(10), coverage(11, MUNICIPAL, number="7", starts_on=day("2026-03-01"))),
        by_number(),
        K.IN_FORCE,
        10,
        (N.OVERLAP_REPORTED,),
    ),
    "insurance beside medical aid": Case(
        found(coverage(10), coverage(11, AID, number="7", branch=None)), by_number(), K.IN_FORCE, 10
    ),
    "a card refused by its holder's insurer is still found by number": Case(
        found(coverage(refused=True)), by_number(), K.IN_FORCE, 10
    ),
}

OLDER_MUNICIPAL = coverage(10, MUNICIPAL, lost_on=day("2026-04-02"))
NEWER_SOCIETY = coverage(11, starts_on=day("2026-04-01"))
AID_BESIDE = coverage(12, AID, branch=None, starts_on=day("2026-03-15"))

BY_CARD = {
    "unknown card": Case(NOBODY, by_card(), K.NOT_REGISTERED),
    "no coverage": Case(found(), by_card(), K.NOT_REGISTERED),
    "refused card": Case(found(coverage(refused=True)), by_card(), K.NOT_REGISTERED),
    "refused by an insurer of the past": Case(
        found(coverage(), lost(11, by=MUNICIPAL, refused=True)), by_card(), K.NOT_REGISTERED
    ),
    "refused and suspended": Case(found(coverage(refused=True, suspended=True)), by_card(), K.NOT_REGISTERED),
    "one coverage": Case(found(coverage()), by_card(), K.IN_FORCE, 10),
    "one coverage, one lost": Case(found(lost(), coverage(11, MUNICIPAL)), by_card(), K.IN_FORCE, 11),
    "lost": Case(found(lost()), by_card(), K.LOST, 10, fresh=SOCIETY),
    "lost twice: the later loss is shown": Case(
        found(lost(10, "2025-06-01"), lost(11, "2025-01-01", by=MUNICIPAL)), by_card(), K.LOST, 10, fresh=SOCIETY
    ),
    "lost at a stale insurer": Case(found(lost(by=STALE)), by_card(), K.LOST, 10, fresh=STALE),
    "before the first day": Case(found(coverage()), by_card(on=day("2020-03-31")), K.NOT_REGISTERED),
    "suspended": Case(found(coverage(suspended=True)), by_card(), K.UNDER_REVIEW),
    "suspended beside a sound one": Case(
        found(coverage(), coverage(11, MUNICIPAL, suspended=True)), by_card(), K.UNDER_REVIEW
    ),
    "suspended and lost: not a plain no": Case(found(lost(suspended=True)), by_card(), K.UNDER_REVIEW),
    "suspended before its first day": Case(
        found(coverage(suspended=True)), by_card(on=day("2020-03-31")), K.NOT_REGISTERED
    ),
    "suspended and lost, a sound one lost too": Case(
        found(lost(suspended=True), lost(11, "2025-01-01", by=MUNICIPAL)), by_card(), K.LOST, 11, fresh=MUNICIPAL
    ),
    "lawful double: the newer, the other named": Case(
        found(OLDER_MUNICIPAL, NEWER_SOCIETY), by_card(), K.LAWFUL_DOUBLE, 11, other=MUNICIPAL
    ),
    "lawful double, found in the other order": Case(
        found(NEWER_SOCIETY, OLDER_MUNICIPAL), by_card(), K.LAWFUL_DOUBLE, 11, other=MUNICIPAL
    ),
    "lawful double of 国保組合 and 後期": Case(
        found(coverage(10, NHI_SOCIETY, lost_on=day("2026-04-02")), coverage(11, ELDERLY, starts_on=day("2026-04-01"))),
        by_card(),
        K.LAWFUL_DOUBLE,
        11,
        other=NHI_SOCIETY,
    ),
    "the day after a lawful double": Case(
        found(OLDER_MUNICIPAL, NEWER_SOCIETY), by_card(on=day("2026-04-02")), K.IN_FORCE, 11
    ),
    "one day of two, but not lawful": Case(
        found(coverage(10, lost_on=day("2026-04-02")), coverage(11, MUNICIPAL, starts_on=day("2026-04-01"))),
        by_card(),
        K.IN_FORCE,
        11,
        (N.OVERLAP_REPORTED,),
    ),
    "unlawful overlap: the newer": Case(
        found(coverage(11, OTHER_SOCIETY, starts_on=day("2026-03-01")), coverage(10)),
        by_card(),
        K.IN_FORCE,
        11,
        (N.OVERLAP_REPORTED,),
    ),
    "the same first day": Case(found(coverage(10), coverage(11, OTHER_SOCIETY)), by_card(), K.MORE_THAN_ONE),
    "the same first day, one card issued that day": Case(
        found(coverage(10), coverage(11, OTHER_SOCIETY, details=Details(card_issued_on=day("2020-04-01")))),
        by_card(),
        K.MORE_THAN_ONE,
    ),
    "the same first day, one card issued later": Case(
        found(coverage(10, OTHER_SOCIETY, details=Details(card_issued_on=day("2020-05-01"))), coverage(11)),
        by_card(),
        K.IN_FORCE,
        10,
        (N.OVERLAP_REPORTED,),
    ),
    "insurance and medical aid": Case(found(coverage(10), AID_BESIDE), by_card(), K.LAWFUL_DOUBLE, 10, other=AID),
    "medical aid and insurance, the other order": Case(
        found(AID_BESIDE, coverage(10)), by_card(), K.LAWFUL_DOUBLE, 10, other=AID
    ),
    "medical aid alone": Case(found(AID_BESIDE), by_card(), K.IN_FORCE, 12),
    "lawful double and medical aid: the insurance is named": Case(
        found(AID_BESIDE, OLDER_MUNICIPAL, NEWER_SOCIETY), by_card(), K.LAWFUL_DOUBLE, 11, other=MUNICIPAL
    ),
    "unlawful overlap and medical aid": Case(
        found(AID_BESIDE, coverage(10), coverage(11, MUNICIPAL, starts_on=day("2026-03-01"))),
        by_card(),
        K.IN_FORCE,
        11,
        (N.OVERLAP_REPORTED,),
    ),
    "special medical expense": Case(
        found(coverage(card_class="05")), by_card(), K.IN_FORCE, 10, (N.SPECIAL_MEDICAL_EXPENSE,)
    ),
}

ALL = {f"by number: {name}": case for name, case in BY_NUMBER.items()} | {
    f"by card: {name}": case for name, case in BY_CARD.items()
}
