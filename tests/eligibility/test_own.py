"""What somebody is shown of their own coverage, decided without a database."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from onshi.eligibility import AnswerKind, ByCard, OwnAnswer, Share, own_answer
from onshi.eligibility.rules import decide
from onshi.registry import Details, DiseaseCertificate, Found, LimitCertificate

from . import make
from .make import MUNICIPAL, NHI_SOCIETY, NOW, OTHER_SOCIETY, by_card, coverage, day, found, person
from .situations import ALL, K

ASKED = ByCard("ISSUER", "S1")
UNKNOWN = Found()
NEXT_MONTH, LAST_YEAR = day("2026-05-01"), day("2025-04-01")
LIMIT = LimitCertificate("01", "A03", day("2025-08-01"))
DISEASES = (DiseaseCertificate("1", day("2020-01-01"), 10_000),)


def seen(what: Found) -> OwnAnswer:
    """As the holder of the card sees it at NOW."""
    return own_answer(ASKED, what, make.BOOK, at=NOW)


@dataclass(frozen=True)
class Case:
    """What a card finds; what kind of answer, which coverages (by insurer), what is said beside them."""

    found: Found
    kind: AnswerKind
    shown: tuple[str, ...] = ()
    said: dict[str, bool] = field(default_factory=dict)
    bare: bool = False


HISTORY = {"under_review": False, "shows_history": True}
NO_HISTORY = {"under_review": False, "shows_history": False}
IN_DOUBT = {"under_review": True, "shows_history": False}
past = coverage(11, MUNICIPAL, starts_on=day("2015-04-01"), lost_on=day("2020-04-01"))
CASES: dict[str, Case] = {
    "plain": Case(found(coverage()), K.IN_FORCE, (make.SOCIETY,), HISTORY),
    "several": Case(found(past, coverage()), K.IN_FORCE, (make.SOCIETY, MUNICIPAL), HISTORY),
    "past only": Case(found(past), K.LOST, (MUNICIPAL,), HISTORY),
    "one begins later": Case(
        found(coverage(), coverage(12, OTHER_SOCIETY, starts_on=NEXT_MONTH)),
        K.IN_FORCE,
        (OTHER_SOCIETY, make.SOCIETY),
        HISTORY,
    ),
    "lawful double": Case(
        found(coverage(13, NHI_SOCIETY, lost_on=day("2026-04-02")), coverage(14, starts_on=day("2026-04-01"))),
        K.LAWFUL_DOUBLE,
        (make.SOCIETY, NHI_SOCIETY),
        HISTORY,
    ),
    "nobody knows which is newer": Case(
        found(coverage(15), coverage(16, OTHER_SOCIETY)), K.MORE_THAN_ONE, (OTHER_SOCIETY, make.SOCIETY), HISTORY
    ),
    "undisclosed": Case(found(coverage(undisclosed=True)), K.IN_FORCE, (make.SOCIETY,), NO_HISTORY),
    "undisclosed by an insurer of the past": Case(
        found(msgspec.structs.replace(past, undisclosed=True), coverage()),
        K.IN_FORCE,
        (make.SOCIETY, MUNICIPAL),
        NO_HISTORY,
    ),
    "refused": Case(found(coverage(refused=True)), K.NOT_REGISTERED, bare=True),
    "refused by an insurer of the past": Case(
        found(msgspec.structs.replace(past, refused=True), coverage()), K.NOT_REGISTERED, bare=True
    ),
    "refused and in doubt": Case(found(coverage(refused=True, suspended=True)), K.NOT_REGISTERED, bare=True),
    "refused and dead": Case(
        found(coverage(refused=True, lost_on=LAST_YEAR, loss_reason="01")), K.NOT_REGISTERED, bare=True
    ),
    "unknown": Case(UNKNOWN, K.NOT_REGISTERED, bare=True),
    "nothing left of them": Case(found(), K.NOT_REGISTERED, bare=True),
    "only begins later": Case(found(coverage(starts_on=NEXT_MONTH)), K.NOT_REGISTERED, bare=True),
    "in doubt": Case(found(coverage(suspended=True)), K.UNDER_REVIEW, bare=True),
    "in doubt beside a sound one": Case(
        found(coverage(), coverage(17, OTHER_SOCIETY, suspended=True)), K.UNDER_REVIEW, bare=True
    ),
    "one of the past in doubt": Case(
        found(msgspec.structs.replace(past, suspended=True), coverage()), K.IN_FORCE, (make.SOCIETY,), IN_DOUBT
    ),
    "dead": Case(found(coverage(lost_on=LAST_YEAR, loss_reason="01")), K.LOST, bare=True),
    "died today": Case(found(coverage(lost_on=day("2026-04-02"), loss_reason="01")), K.IN_FORCE, bare=True),
    "once called dead by mistake": Case(
        found(msgspec.structs.replace(past, loss_reason="01"), coverage()),
        K.IN_FORCE,
        (make.SOCIETY, MUNICIPAL),
        HISTORY,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_situation(case: Case) -> None:
    own = seen(case.found)
    assert own.answer.kind is case.kind
    assert tuple(one.insurer_number for one in own.coverages) == case.shown
    assert {"under_review": own.under_review, "shows_history": own.shows_history} == (case.said or NO_HISTORY)
    alone = (own.answer.person, own.answer.coverage, own.answer.freshness, own.answer.notices, own.coverages)
    assert (alone == (None, None, None, (), ())) is case.bare


REFUSED = {name: case.found for name, case in ALL.items() if case.query.presence == "card"}


@pytest.mark.parametrize("what", REFUSED.values(), ids=REFUSED)
def test_a_refused_card_is_an_unknown_one_to_the_byte(what: Found) -> None:
    """Whatever else there is to say of the person, and whichever coverage carries the flag."""
    for sighting in what.sightings:
        for chosen in sighting.coverages:
            flagged = [msgspec.structs.replace(one, refused=one is chosen) for one in sighting.coverages]
            refused = seen(found(*flagged, matched=sighting.matched, who=sighting.person))
            assert msgspec.json.encode(refused) == msgspec.json.encode(seen(UNKNOWN))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_address_is_shown_to_anybody(case: Case) -> None:
    text = msgspec.json.encode(seen(case.found)).decode()
    assert ("見本町" in text, "100-0000" in text) == (False, False)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.bare])
def test_beside_the_address_the_answer_is_that_of_the_check(name: str) -> None:
    query = by_card(limit_consent=True, disease_consent=True)
    checked = msgspec.to_builtins(decide(query, CASES[name].found, make.BOOK, at=NOW))
    if "person" in checked:
        assert (checked["person"].pop("address"), checked["person"].pop("post_number")) != (None, None)
    assert msgspec.to_builtins(seen(CASES[name].found).answer) == checked


def test_own_certificates_need_no_consent() -> None:
    own = seen(found(coverage(details=Details(limit=LIMIT, diseases=DISEASES))))
    assert [(one.limit, one.diseases) for one in own.coverages] == [(LIMIT, DISEASES)]


@pytest.mark.parametrize(
    ("changes", "born", "percent"),
    [
        ({}, "1984-02-29", 30),
        ({"starts_on": day("2021-04-01"), "lost_on": day("2025-04-01")}, "2020-05-05", 20),  # before school
        ({"starts_on": day("2021-04-01"), "lost_on": day("2025-04-01")}, "2014-05-05", 30),
        ({"starts_on": day("2026-04-02")}, "2019-04-02", 30),  # has gone to school since yesterday
    ],
)
def test_the_share_is_that_of_the_last_day_in_force(changes: dict[str, Any], born: str, percent: int) -> None:
    own = seen(found(coverage(18, OTHER_SOCIETY, **changes), coverage(19), who=person(birth_on=day(born))))
    (shown,) = [one for one in own.coverages if one.insurer_number == OTHER_SOCIETY]
    assert shown.share == Share(percent, "derived")
