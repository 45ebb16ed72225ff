"""Since when a card cannot be used and why, and until when a paper counts: tables, without a database."""

from datetime import date
from typing import Any

import pytest

from onshi.audit import Action
from onshi.kernel import InsurerNumber, PersonId
from onshi.papers import (
    Handed,
    Paper,
    PaperId,
    PaperKind,
    PaperState,
    entry_of,
    grounds,
    parse_paper_id,
    rules,
    shown_paper_id,
)
from onshi.papers.errors import EndsTooEarly, NotForEverybody, PaperNotGiven, PaperOver, UnknownGround
from onshi.pki import CertificateKey, Medium, Reason
from onshi.pki.model import Ending
from onshi.registry import CardKey
from onshi.registry.members import Member

from .office import certificate, off

INSURER = InsurerNumber("06139992")


def ending(number: int, not_after: str, **changes: Any) -> Ending:
    made = certificate(number, not_after, **changes)
    return Ending(made.key, made.medium, made.not_after, made.reason, made.revoked_at, made.successor)


def member(*cards: int, **changes: Any) -> Member:
    keys = tuple(CardKey("DEMO-CA", f"{number:010}") for number in cards)
    given: dict[str, Any] = {"starts_on": date(2020, 4, 1), "lost_on": None} | changes
    return Member(PersonId(1), 2, given.pop("starts_on"), given.pop("lost_on"), keys, **given)


def by_key(*endings: Ending) -> dict[tuple[str, str], Ending]:
    return {(one.key.issuer, one.key.serial): one for one in endings}


@pytest.mark.parametrize(
    ("not_after", "changes", "since", "ground"),
    [
        ("2026-07-15", {}, "2026-11-01", "past-grace"),  # to the end of the third month after the month of expiry
        ("2026-07-31", {}, "2026-11-01", "past-grace"),
        ("2026-08-01", {}, "2026-12-01", "past-grace"),
        ("2026-11-10", {"medium": Medium.PHONE}, "2026-11-11", "past-grace"),  # a phone has no grace
        ("2030-01-01", off(Reason.CEASED, "2026-11-09"), "2026-11-09", "card-returned"),
        ("2026-07-15", off(Reason.CEASED, "2026-06-01"), "2026-06-01", "card-returned"),
        ("2026-07-15", off(Reason.HOLD, "2026-06-01"), "2026-11-01", "past-grace"),  # lost: a paper on request
        ("2026-07-15", off(Reason.KEY_COMPROMISE, "2026-06-01"), "2026-11-01", "past-grace"),
    ],
)
def test_a_certificate_serves_until(not_after: str, changes: dict[str, Any], since: str, ground: str) -> None:
    assert rules.end_of_use(ending(1, not_after, **changes)) == (date.fromisoformat(since), ground)


OLD, GOOD, BACK = (
    ending(1, "2026-07-15"),
    ending(2, "2030-01-01"),
    ending(3, "2030-01-01", **off(Reason.CEASED, "2026-11-09")),
)


@pytest.mark.parametrize(
    ("who", "verdict"),
    [
        (member(), ("2024-12-02", "never-registered")),  # not before such papers are given
        (member(starts_on=date(2026, 11, 5)), ("2026-11-05", "never-registered")),
        (member(withdrawn_on=date(2026, 11, 1)), ("2026-11-01", "withdrawn")),
        (member(starts_on=date(2026, 11, 5), withdrawn_on=date(2026, 6, 1)), ("2026-11-05", "withdrawn")),
        (member(1), ("2026-11-01", "past-grace")),
        (member(1, starts_on=date(2027, 2, 1)), ("2027-02-01", "past-grace")),
        (member(1, 2), ("2030-05-01", "past-grace")),  # the last one decides
        (member(1, 3), ("2026-11-09", "card-returned")),
        (member(2, ends_on=date(2027, 1, 1)), ("2027-01-01", "withdrawn")),  # asked for, still to come
        (member(1, ends_on=date(2027, 1, 1)), ("2026-11-01", "past-grace")),  # over before the withdrawal counts
        (member(2, withdrawn_on=date(2026, 1, 1)), ("2030-05-01", "past-grace")),  # registered again since
        (member(9), None),  # not in the register: that cannot be told
        (member(1, 9), None),
        (member(9, ends_on=date(2027, 1, 1)), ("2027-01-01", "withdrawn")),
    ],
)
def test_a_member_has_no_card_to_use_from_this_day_on(who: Member, verdict: tuple[str, str] | None) -> None:
    wanted = None if verdict is None else (date.fromisoformat(verdict[0]), verdict[1])
    assert rules.unable(who, by_key(OLD, GOOD, BACK)) == wanted


@pytest.mark.parametrize(
    ("lost_on", "is_listed"),
    [("2026-11-04", False), ("2026-11-05", False), ("2026-11-06", True), (None, True)],
)
def test_a_list_names_who_is_insured_on_the_day_itself(lost_on: str | None, is_listed: bool) -> None:
    end = None if lost_on is None else date.fromisoformat(lost_on)
    who = member(withdrawn_on=date(2026, 11, 5), lost_on=end)
    found = rules.newly_unable([who], {}, month=date(2026, 11, 1))
    assert [(one.person, one.coverage, one.since) for one in found] == [(1, 2, date(2026, 11, 5))] * is_listed


@pytest.mark.parametrize(("day", "after"), [("2026-11-30", "2026-12-01"), ("2026-12-31", "2027-01-01")])
def test_months(day: str, after: str) -> None:
    first = rules.month_of(date.fromisoformat(day))
    assert (first.day, rules.month_after(first)) == (1, date.fromisoformat(after))


@pytest.mark.parametrize(
    ("kind", "on", "ground", "is_given"),
    [
        ("society", "2024-12-01", "withdrawn", False),  # insurance cards were issued
        ("society", "2024-12-02", "withdrawn", True),
        ("society", "2026-11-02", "never-registered", True),
        ("elderly", "2026-11-02", "past-grace", True),
        ("medical_aid", "2026-11-02", "never-registered", False),
    ],
)
def test_a_confirmation_document_is_given_from_2024_12_02(kind: str, on: str, ground: str, is_given: bool) -> None:
    assert rules.is_given(kind, date.fromisoformat(on), ground) is is_given


@pytest.mark.parametrize(
    ("kind", "on", "wanted", "last"),
    [
        ("society", "2026-11-02", None, "2031-11-01"),  # five years
        ("society", "2026-11-02", "2027-03-31", "2027-03-31"),
        ("society", "2026-11-02", "2040-01-01", "2031-11-01"),
        ("municipal_nhi", "2028-02-29", None, "2033-02-28"),
        ("elderly", "2026-07-31", None, "2026-07-31"),
        ("elderly", "2026-08-01", None, "2027-07-31"),
    ],
)
def test_a_paper_counts_five_years_at_the_longest(kind: str, on: str, wanted: str | None, last: str) -> None:
    asked = None if wanted is None else date.fromisoformat(wanted)
    assert rules.last_day(kind, date.fromisoformat(on), asked) == date.fromisoformat(last)


def test_a_paper_cannot_end_before_it_begins() -> None:
    assert rules.last_day("society", date(2026, 11, 2), date(2026, 11, 2)) == date(2026, 11, 2)
    with pytest.raises(EndsTooEarly, match="issued on 2026-11-02 cannot end on 2026-11-01"):
        rules.last_day("society", date(2026, 11, 2), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("kind", "on", "is_for_everybody"),
    [
        ("elderly", "2024-12-01", False),
        ("elderly", "2024-12-02", True),
        ("elderly", "2026-07-31", True),
        ("elderly", "2026-08-01", False),
        ("society", "2026-07-31", False),
    ],
)
def test_everybody_of_the_elderly_scheme_to_2026_07_31(kind: str, on: str, is_for_everybody: bool) -> None:
    asked: dict[str, Any] = {"insurer": INSURER, "kind": kind, "on": date.fromisoformat(on)}
    if is_for_everybody:
        rules.check_everybody(**asked)
        return
    with pytest.raises(NotForEverybody, match=f"On {on} insurer {INSURER} does not give"):
        rules.check_everybody(**asked)


@pytest.mark.parametrize(
    ("paper", "ground", "kind", "on", "refusal"),
    [
        (PaperKind.QUALIFICATION, "card-lost", "society", "2026-11-02", None),
        (PaperKind.QUALIFICATION, "withdrawn", "society", "2026-11-02", None),
        (PaperKind.NOTICE, None, "society", "2026-11-02", None),
        (PaperKind.NOTICE, None, "elderly", "2026-08-01", None),
        (PaperKind.NOTICE, None, "elderly", "2026-07-31", PaperNotGiven),  # everybody gets the other paper
        (PaperKind.QUALIFICATION, "card-lost", "society", "2024-12-01", PaperNotGiven),
        (PaperKind.QUALIFICATION, "card-lost", "medical_aid", "2026-11-02", PaperNotGiven),
        (PaperKind.QUALIFICATION, None, "society", "2026-11-02", UnknownGround),
        (PaperKind.QUALIFICATION, "everybody", "society", "2026-11-02", UnknownGround),
    ],
)
def test_what_may_be_asked_for(paper: PaperKind, ground: str | None, kind: str, on: str, refusal: Any) -> None:
    asked: dict[str, Any] = {"insurer": INSURER, "kind": kind, "on": date.fromisoformat(on)}
    if refusal is None:
        rules.check_asked(paper, ground, **asked)
        return
    with pytest.raises(refusal) as refused:
        rules.check_asked(paper, ground, **asked)
    assert type(refused.value) is refusal


def paper(**changes: Any) -> Paper:
    given: dict[str, Any] = {
        "id": PaperId(255),
        "insurer": INSURER,
        "person": PersonId(1),
        "coverage": 2,
        "kind": PaperKind.QUALIFICATION,
        "ground": "withdrawn",
        "month": date(2026, 11, 1),
        "issued_on": date(2026, 11, 2),
        "valid_to": date(2031, 11, 1),
        "handed": Handed.POST,
    }
    return Paper(**(given | changes))


@pytest.mark.parametrize(
    ("state", "returns", "is_replaced"),
    [
        (PaperState.ISSUED, True, True),
        (PaperState.LAPSED, True, False),
        (PaperState.RETURNED, False, False),
        (PaperState.REPLACED, False, False),
    ],
)
def test_what_a_state_allows(state: PaperState, returns: bool, is_replaced: bool) -> None:
    one, on = paper(state=state), date(2026, 12, 1)
    if returns:
        back = rules.returned(one, on=on)
        assert (back.state, back.ended_on) == (PaperState.RETURNED, on)
    else:
        with pytest.raises(PaperOver, match=f"its state is {state}"):
            rules.returned(one, on=on)
    if is_replaced:
        old, new = rules.replaced(one, PaperId(7), coverage=3, handed=Handed.DESK, on=on)
        assert (old.id, old.state, old.ended_on) == (255, PaperState.REPLACED, on)
        assert (new.id, new.state, new.coverage, new.valid_to, new.issued_on) == (
            7,
            PaperState.ISSUED,
            3,
            one.valid_to,
            on,
        )
    else:
        with pytest.raises(PaperOver, match=f"its state is {state}"):
            rules.replaced(one, PaperId(7), coverage=3, handed=Handed.DESK, on=on)


def test_a_paper_over_by_its_date_is_not_replaced() -> None:
    last = date(2031, 11, 1)
    asked: dict[str, Any] = {"coverage": 2, "handed": Handed.POST}
    assert rules.replaced(paper(), PaperId(7), on=last, **asked)[1].valid_to == last
    with pytest.raises(PaperOver, match="its state is expired"):
        rules.replaced(paper(), PaperId(7), on=date(2031, 11, 2), **asked)
    assert rules.returned(paper(), on=date(2031, 11, 2)).state is PaperState.RETURNED


def test_the_log_names_the_paper_and_nobody() -> None:
    issued = entry_of(paper(), actor="staff:s")
    assert (issued.action, issued.outcome, issued.subject) == (Action.PAPER_ISSUED, "issued", 1)
    assert issued.object == "paper:00000000000000ff"
    for state in (PaperState.RETURNED, PaperState.LAPSED, PaperState.REPLACED):
        ended = entry_of(paper(state=state), actor="staff:s")
        assert (ended.action, ended.outcome) == (Action.PAPER_RETURNED, state.value)
        assert ended.leaf != issued.leaf


def test_ids_are_read_as_they_are_shown() -> None:
    assert shown_paper_id(2**63 - 1) == "7fffffffffffffff"
    assert parse_paper_id(" 7fffffffffffffff ") == 2**63 - 1
    for wrong in ("", "ff", "8000000000000000", "7fffffffffffffff0", "g000000000000000"):
        with pytest.raises(ValueError, match="not the id of a paper"):
            parse_paper_id(wrong)


def test_every_ground_has_words_in_the_table() -> None:
    assert {rules.NEVER, rules.WITHDRAWN, rules.PAST_GRACE, rules.RETURNED} - set(grounds()) == set()
    assert rules.EVERYBODY not in grounds()


def test_the_key_of_a_card_is_that_of_its_certificate() -> None:
    assert (OLD.key, OLD.key.serial) == (CertificateKey("DEMO-CA", "0000000001"), "0000000001")
