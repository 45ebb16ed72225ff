"""The check on real databases: batches, the log, the proofs, and what must never leak."""

import itertools
import random
from collections.abc import Callable
from typing import Any

import msgspec
import polars as pl
import pytest

from onshi import audit, registry
from onshi.audit import Signer
from onshi.db import Database, Tx
from onshi.eligibility import (
    LIMIT,
    Answer,
    AnswerKind,
    Asker,
    ByNumber,
    Checked,
    KnownLater,
    Query,
    TooManyQueries,
    Verdict,
    check,
    rules,
    service,
    verify,
)
from onshi.eligibility.notes import notes_read
from onshi.kernel import Moment, PersonId, parse_insurer_number
from onshi.outside import KeyRing
from onshi.registry import Details, LimitCertificate
from onshi.registry.store import people as people_store

from . import make
from .make import (
    ASKER,
    BORN,
    MUNICIPAL,
    NOW,
    SOCIETY,
    STALE,
    UNKNOWN,
    UNLOADED,
    by_card,
    by_number,
    coverage,
    day,
    person,
)

LOADED = NOW - 10 * make.DAY
OTHER_ASKER = Asker("institution:1312345686", "1312345686")


@pytest.fixture
def country(db: Database) -> Database:
    """Nine people: in force, lawful double, lost, moved on, twins, in doubt, protected twice."""
    with db.transaction() as tx:
        settle(tx)
    return db


def settle(tx: Tx) -> None:
    make.add_insurers(tx)
    limit = Details(limit=LimitCertificate("01", "A03", day("2025-08-01")))
    people: list[tuple[int, list[Any]]] = [
        (1, [coverage(10, number="1", details=limit)]),
        (
            2,
            [
                coverage(20, MUNICIPAL, number="2", lost_on=day("2026-04-02")),
                coverage(21, starts_on=day("2026-04-01"), number="2"),
            ],
        ),
        (3, [coverage(30, number="3", lost_on=day("2026-01-01"))]),
        (
            4,
            [
                coverage(40, number="4", lost_on=day("2026-01-01")),
                coverage(41, MUNICIPAL, number="4", starts_on=day("2026-01-01")),
            ],
        ),
        (5, [coverage(50, number="5", branch="01")]),
        (6, [coverage(60, number="5", branch="02")]),
        (7, [coverage(70, number="7", suspended=True)]),
        (8, [coverage(80, number="8", refused=True)]),
        (9, [coverage(90, number="9", undisclosed=True)]),
    ]
    for number, coverages in people:
        make.add_person(tx, person(number), at=LOADED)
        make.add_card(tx, PersonId(number), f"S{number}", at=LOADED)
        for one in coverages:
            make.add_coverage(tx, msgspec.structs.replace(one, person=PersonId(number)), at=LOADED)
    key = registry.number_key(SOCIETY, "721", "77", BORN)
    make.hold_row(tx, 900, key, at=LOADED)


CASES: list[tuple[Query, AnswerKind, int | None]] = [
    (by_number(number="1"), AnswerKind.IN_FORCE, 1),
    (by_number(number="０００１", symbol="７２１", branch=None), AnswerKind.IN_FORCE, 1),
    (by_card("S1"), AnswerKind.IN_FORCE, 1),
    (by_card("S2"), AnswerKind.LAWFUL_DOUBLE, 2),
    (by_number(MUNICIPAL, number="2"), AnswerKind.IN_FORCE, 2),
    (by_card("S3"), AnswerKind.LOST, 3),
    (by_number(number="4"), AnswerKind.LOST_OTHER_IN_FORCE, 4),
    (by_card("S4"), AnswerKind.IN_FORCE, 4),
    (by_number(number="5", branch=None), AnswerKind.MORE_THAN_ONE, None),
    (by_number(number="5", branch="02"), AnswerKind.IN_FORCE, 6),
    (by_number(number="7"), AnswerKind.UNDER_REVIEW, 7),
    (by_card("S7"), AnswerKind.UNDER_REVIEW, 7),
    (by_number(number="77"), AnswerKind.UNDER_REVIEW, None),
    (by_card("S8"), AnswerKind.NOT_REGISTERED, 8),
    (by_number(number="9"), AnswerKind.IN_FORCE, 9),
    (by_number(number="404"), AnswerKind.NOT_REGISTERED, None),
    (by_card("S404"), AnswerKind.NOT_REGISTERED, None),
    (by_number(UNKNOWN, number="1"), AnswerKind.NOT_REGISTERED, None),
    (by_number(UNLOADED, number="1"), AnswerKind.NOT_YET_LOADED, None),
    (by_number(STALE, number="1"), AnswerKind.CANNOT_TELL, None),
    # What no database can hold was never registered, and does not spoil the others.
    (by_number(number="1\x00"), AnswerKind.NOT_REGISTERED, None),
    (by_number(symbol="\ud800", number="1"), AnswerKind.NOT_REGISTERED, None),
    (by_card("S1\x00"), AnswerKind.NOT_REGISTERED, None),
    (by_card("\udfff"), AnswerKind.NOT_REGISTERED, None),
    (by_number(number="1'; DROP TABLE registry_people; --"), AnswerKind.NOT_REGISTERED, None),
    (by_number(number="1" * 10_000), AnswerKind.NOT_REGISTERED, None),
    # As known before anybody was.
    (by_number(number="1", known_at=Moment(LOADED)), AnswerKind.IN_FORCE, 1),
    (by_number(number="1", known_at=Moment(LOADED - 1)), AnswerKind.NOT_REGISTERED, None),
    (by_card("S1", known_at=Moment(LOADED - 1)), AnswerKind.NOT_REGISTERED, None),
    (by_number(number="1", known_at=Moment(NOW - 600 * make.DAY)), AnswerKind.NOT_REGISTERED, None),
    (by_number(number="1", known_at=Moment(-62_135_596_800_000_000)), AnswerKind.NOT_REGISTERED, None),
]
QUERIES = [query for query, _, _ in CASES]


def ask(db: Database, queries: list[Query], signer: Signer, batch: int = 1, **changes: Any) -> list[Checked]:
    with db.transaction(appending=True) as tx:
        return check(tx, queries, at=NOW, batch=batch, signer=signer, **({"asker": ASKER} | changes))


def test_a_batch_answers_in_order(country: Database, check_signer: Signer) -> None:
    checked = ask(country, QUERIES, check_signer)
    assert [one.answer.kind for one in checked] == [kind for _, kind, _ in CASES]
    mixed = list(range(len(QUERIES)))
    random.Random(1).shuffle(mixed)
    again = ask(country, [QUERIES[place] for place in mixed], check_signer, 2)
    assert [one.answer for one in again] == [checked[place].answer for place in mixed]


def test_a_batch_answers_as_one_by_one(country: Database, check_signer: Signer) -> None:
    together = ask(country, QUERIES, check_signer)
    alone = [ask(country, [query], check_signer, 10 + place)[0] for place, query in enumerate(QUERIES)]
    assert [one.answer_json for one in together] == [one.answer_json for one in alone]


def many(seed: int, count: int) -> list[tuple[Query, AnswerKind, int | None]]:
    """Questions by number as of now, more than are looked up at once."""
    present = [case for case in CASES if isinstance(case[0].asked, ByNumber) and case[0].known_at is None]
    return random.Random(seed).choices(present, k=count)


def test_many_questions_are_answered_part_by_part_in_their_order(country: Database, check_signer: Signer) -> None:
    cases = many(2, 1111)
    checked = ask(country, [query for query, _, _ in cases], check_signer)
    assert [one.answer.kind for one in checked] == [kind for _, kind, _ in cases]
    alone = {query: ask(country, [query], check_signer, 10 + place)[0] for place, query in enumerate(QUERIES)}
    assert [one.answer_json for one in checked] == [alone[query].answer_json for query, _, _ in cases]
    with country.transaction(reading=True) as tx:
        kept = [audit.entry(tx, *audit.parse_check_id(one.check_id)) for one in checked]
    assert [one.entry.subject for one in kept if one is not None] == [subject for _, _, subject in cases]


def test_a_fault_amid_many_questions_leaves_nothing_behind(
    country: Database, check_signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [query for query, _, _ in many(3, 1000)]
    with monkeypatch.context() as patched:
        patched.setattr(service, "decide", failing_after(250))
        with pytest.raises(ZeroDivisionError):
            ask(country, queries, check_signer)
    assert entries(country) == 0
    assert len(ask(country, queries, check_signer)) == 1000


def failing_after(calls: int) -> Callable[..., Answer]:
    counted = itertools.count(1)

    def decide(*arguments: Any, **words: Any) -> Answer:
        if next(counted) > calls:
            raise ZeroDivisionError
        return rules.decide(*arguments, **words)

    return decide


def test_no_question_no_entry(country: Database, check_signer: Signer) -> None:
    assert ask(country, [], check_signer) == []
    with country.transaction(reading=True) as tx:
        assert audit.entries_of(tx) == []


def test_every_answer_is_in_the_log_and_proven(country: Database, check_signer: Signer, check_ring: KeyRing) -> None:
    askers = [ASKER if place % 2 else OTHER_ASKER for place in range(len(CASES))]
    checked = ask(country, QUERIES, check_signer, 4711, asker=askers)
    jwks = check_ring.public_jwks()
    for place, (one, (query, kind, subject), asker) in enumerate(zip(checked, CASES, askers, strict=True)):
        document = b'{"answer":' + one.answer_json + b',"proof":' + msgspec.json.encode(one.proof) + b"}"
        assert verify(document, jwks) is Verdict.GOOD
        assert one.proof.institution == asker.code
        assert (one.proof.at, one.proof.presence, one.proof.check_id) == (NOW, query.presence, one.check_id)
        with country.transaction(reading=True) as tx:
            recorded = audit.entry(tx, *audit.parse_check_id(one.check_id))
        assert recorded is not None
        assert (recorded.batch, recorded.seq, recorded.at) == (4711, place, NOW)
        entry = recorded.entry
        assert (entry.actor, entry.action, entry.outcome) == (asker.party, audit.Action.CHECK, kind)
        assert entry.subject == subject
        # Which coverage of whom, by its id: those of person 4 are 40 and 41.
        coverage_id = (entry.object or "").partition(".")[0]
        is_shown = one.answer.coverage is not None
        assert (coverage_id != "-", is_shown and int(coverage_id, 16) // 10 == subject) == (is_shown, is_shown)
    with country.transaction(appending=True) as tx:
        audit.seal(tx, at=Moment(NOW + 1), signer=check_signer)
    with country.transaction(reading=True) as tx:
        report = audit.verify(tx, keys=audit.public_keys(jwks["keys"]))
    assert (report.sound, report.entries, report.tail_entries) == (True, len(CASES), 0)


def test_the_answers_of_different_checks_are_not_exchangeable(
    country: Database, check_signer: Signer, check_ring: KeyRing
) -> None:
    first, second = ask(country, [by_number(number="1"), by_number(number="3")], check_signer)
    document = b'{"answer":' + first.answer_json + b',"proof":' + msgspec.json.encode(second.proof) + b"}"
    assert verify(document, check_ring.public_jwks()) is Verdict.WRONG_ANSWER


def test_nobody_knows_the_future(country: Database, check_signer: Signer) -> None:
    assert ask(country, [by_card("S1", known_at=NOW)], check_signer)[0].answer.kind is AnswerKind.IN_FORCE
    for query in (by_card("S1", known_at=Moment(NOW + 1)), by_number(number="1", known_at=Moment(NOW + 1))):
        with pytest.raises(KnownLater) as refused:
            ask(country, [by_card("S1"), query], check_signer, 2)
        assert refused.value.facts == {}
    assert entries(country) == 1


def test_too_many_questions(country: Database, check_signer: Signer) -> None:
    with pytest.raises(TooManyQueries) as refused:
        ask(country, [by_card("S1")] * (LIMIT + 1), check_signer)
    assert refused.value.facts == {"count": LIMIT + 1, "limit": LIMIT}
    assert entries(country) == 0


class PowerError(Exception):
    """The power went."""


def test_what_is_not_committed_leaves_no_entry(country: Database, check_signer: Signer) -> None:
    with pytest.raises(PowerError), country.transaction(appending=True) as tx:
        check(tx, QUERIES, at=NOW, batch=1, asker=ASKER, signer=check_signer)
        raise PowerError
    assert entries(country) == 0
    assert len(ask(country, QUERIES, check_signer)) == len(QUERIES)  # the number of the batch is free again
    assert entries(country) == len(QUERIES)


def entries(db: Database) -> int:
    with db.transaction(reading=True) as tx:
        return len(audit.entries_of(tx, limit=10_000))


def test_numbers_as_software_sends_them(country: Database, check_signer: Signer) -> None:
    sent = [
        ("06139992", "721", "1", "01"),
        ("０６１３９９９２", "７２１", "１", "０１"),
        ("06139992", " 721", "0001", "1"),
        ("06139992", "0721", "　1", ""),
        ("06139992", "7 2 1", "1", None),
    ]
    queries = [
        by_number(parse_insurer_number(insurer), symbol=symbol, number=number, branch=branch)
        for insurer, symbol, number, branch in sent
    ]
    queries += [
        by_number(parse_insurer_number(number), number="2", symbol="721")
        for number in ("138057", "  138057", "00138057")
    ]
    assert {one.answer.kind for one in ask(country, queries, check_signer)} == {AnswerKind.IN_FORCE}


@pytest.mark.parametrize("known_at", [None, Moment(NOW - 1), Moment(LOADED)])
def test_a_refused_card_is_an_unknown_card_to_the_byte(
    country: Database, check_signer: Signer, known_at: Moment | None
) -> None:
    refused, unknown = ask(
        country, [by_card("S8", known_at=known_at), by_card("S404", known_at=known_at)], check_signer
    )
    assert refused.answer_json == unknown.answer_json
    assert refused.proof.answer_digest == unknown.proof.answer_digest


def test_protection_asked_for_later_holds_for_the_past(country: Database, check_signer: Signer) -> None:
    """Whoever may not see an address must not get at it by asking about last week."""
    before = Moment(NOW - 1)
    plain = ask(country, [by_number(number="1", known_at=before), by_card("S1", known_at=before)], check_signer)
    assert ["見本町" in one.answer_json.decode() for one in plain] == [True, True]
    protect(country, undisclosed=True)
    number, card = ask(
        country, [by_number(number="1", known_at=before), by_card("S1", known_at=before)], check_signer, 2
    )
    assert (number.answer.kind, card.answer_json) == (AnswerKind.IN_FORCE, plain[1].answer_json)
    assert number.answer.person is not None
    assert (number.answer.person.address, number.answer.person.post_number) == (None, None)
    protect(country, undisclosed=True, refused=True, at=NOW + 1)
    refused, unknown = ask(country, [by_card("S1", known_at=before), by_card("S404", known_at=before)], check_signer, 3)
    assert refused.answer_json == unknown.answer_json


def protect(db: Database, *, at: int = NOW, **flags: bool) -> None:
    with db.transaction() as tx:
        (one,) = registry.coverages_of(tx, PersonId(1))
        make.change_coverage(tx, msgspec.structs.replace(one, **flags), at=at)


def test_protection_follows_somebody_to_another_number(country: Database, check_signer: Signer) -> None:
    before = Moment(NOW - 1)
    with country.transaction() as tx:
        (one,) = registry.coverages_of(tx, PersonId(1))
        make.end_coverage(tx, one, at=NOW)
        moved = coverage(11, MUNICIPAL, number="111", undisclosed=True, starts_on=day("2026-03-01"))
        make.add_coverage(tx, moved, at=NOW)
    (old,) = ask(country, [by_number(number="1", known_at=before)], check_signer)
    assert old.answer.person is not None
    assert old.answer.person.address is None


def test_protection_follows_the_card_that_was_somebodys(country: Database, check_signer: Signer) -> None:
    """The certificate has passed to somebody else; asked about before, it still leads to nobody."""
    protect(country, refused=True)
    with country.transaction() as tx:
        make.add_card(tx, PersonId(3), "S1", at=NOW)
    before = Moment(NOW - 1)
    refused, unknown = ask(country, [by_card("S1", known_at=before), by_card("S404", known_at=before)], check_signer)
    assert refused.answer_json == unknown.answer_json


def test_protection_follows_a_coverage_to_whom_it_belongs(country: Database, check_signer: Signer) -> None:
    """Two records turned out to be one person, who is protected; the emptied record gives no address away."""
    with country.transaction() as tx:
        (one,) = registry.coverages_of(tx, PersonId(1))
        people_store.move_coverage(tx, one, PersonId(9), feed_id=1, at=Moment(NOW))
    (old,) = ask(country, [by_number(number="1", known_at=Moment(NOW - 1))], check_signer)
    assert old.answer.person is not None
    assert (old.answer.person.name, old.answer.person.address) == ("見本　花子1", None)


def test_nothing_of_a_person_stands_in_the_log_or_in_a_proof(country: Database, check_signer: Signer) -> None:
    queries = [msgspec.structs.replace(query, limit_consent=True, disease_consent=True) for query in QUERIES]
    checked = ask(country, queries, check_signer)
    with country.transaction(appending=True) as tx:
        audit.seal(tx, at=Moment(NOW + 1), signer=check_signer)
    personal = ["花子", "ハナコ", "見本町", "100-0000", "1984", "７２１", "721", "S1", "ISSUER", "健康保険組合"]
    answers = b"".join(one.answer_json for one in checked).decode()
    assert [text for text in personal if text not in answers] == ["721", "S1", "ISSUER"]  # it could leak
    proofs = msgspec.json.encode([one.proof for one in checked]).decode()
    log = stored(country)
    # Digests and signatures may hold any three signs by chance, so short texts are looked for where there are none.
    for text in ("花子", "ハナコ", "見本町", "100-0000", "1984-02-29", "７２１", "ISSUER", "健康保険組合"):
        assert (text in proofs, text in log) == (False, False)
    with country.transaction(reading=True) as tx:
        entries = [one.entry for one in audit.entries_of(tx, limit=1_000)]
    assert {(one.actor, one.outcome) for one in entries} == {(ASKER.party, kind) for _, kind, _ in CASES}
    notes = pl.Series([one.object for one in entries])
    assert notes_read(notes)["how"].null_count() == 0  # ids and codes, and nothing else


def stored(db: Database) -> str:
    """Everything the tables of the log hold, bytes read as text."""
    parts = []
    with db.transaction(reading=True) as tx:
        cursor = tx.cursor
        for table in ("audit_entries", "audit_batches", "audit_blocks"):
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                parts += [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in row]
    assert parts
    return "\n".join(parts)


@pytest.mark.parametrize("error", [KnownLater(), TooManyQueries(count=10_001, limit=10_000)])
def test_refusals_name_nobody(error: KnownLater | TooManyQueries) -> None:
    texts = {error.text("ja"), error.text("en"), str(error)}
    assert not any(text in "".join(texts) for text in ("花子", "721", "4410", "1984", "S1"))
    assert set(error.facts) <= {"count", "limit"}
