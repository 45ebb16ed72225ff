"""What is kept nowhere: personal numbers, numbers of papers, who a helper was, and names in logs and refusals."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from sqlalchemy import String, Table, select

from onshi import cards
from onshi.cards import Event, Helper, Papers, errors
from onshi.cards.store import tables
from onshi.db import Tx
from onshi.kernel import all_errors

from .make import CLERK, HANAKO, NOW, PAPERS, applied, holder, registered, stepped, taken_to

TABLES = [value for value in vars(tables).values() if isinstance(value, Table)]
TWELVE = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
PERSONAL_NUMBER = "123456789018"  # invented, with a check digit as real ones have


def rows(tx: Tx) -> Iterator[tuple[str, Any]]:
    """Every value of every table of this room."""
    for table in TABLES:
        for row in tx.execute(select(table)):
            yield from ((f"{table.name}.{name}", value) for name, value in row._mapping.items())


def test_no_column_is_made_for_twelve_digits() -> None:
    lengths = {
        f"{table.name}.{column.name}": column.type.length
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, String)
    }
    assert [name for name, length in lengths.items() if length == 12] == []
    names = {column.name for table in TABLES for column in table.columns}
    assert [name for name in names if re.search("my_?number|personal_?number|individual", name)] == []


def test_no_field_takes_a_personal_number() -> None:
    records = [value for value in vars(cards).values() if isinstance(value, type) and is_dataclass(value)]
    names = {field.name for record in records for field in fields(record)}
    assert [name for name in names if re.search("my_?number|personal_?number", name)] == []


def test_a_personal_number_in_the_place_of_a_form_leaves_no_trace(tx: Tx) -> None:
    registered(tx)
    with pytest.raises(errors.FormMalformed) as refused:
        cards.parse_form_id(PERSONAL_NUMBER)
    assert PERSONAL_NUMBER not in f"{refused.value} {refused.value.facts} {refused.value.text('ja')}"
    taken_to(tx, applied(tx).application, "issued")
    texts = [value for _, value in rows(tx) if isinstance(value, str)]
    assert len(texts) > 50
    assert [text for text in texts if TWELVE.search(text)] == []


def test_a_helper_keeps_nothing_and_nothing_is_kept_of_the_helper(tx: Tx) -> None:
    """The helper's kind is in the application; nothing else anywhere says who it was."""
    registered(tx)
    taken = applied(tx, method="with_support", by=cards.helper(Helper.SHOP))
    found = {name: value for name, value in rows(tx) if isinstance(value, str) and "shop" in value}
    assert found == {"cards_applications.helper": "shop", "cards_events.actor": "helper:shop"}
    assert [event.actor for event in taken.events] == ["helper:shop"]
    assert cards.helper(Helper.SHOP).holder is None
    with pytest.raises(errors.UnknownApplication):
        cards.followed(tx, taken.application.id, by=cards.helper(Helper.SHOP), at=NOW)


def test_kinds_of_papers_are_kept_and_no_number_of_one(tx: Tx) -> None:
    """Whoever types a number instead of a kind of paper leaves no trace of it."""
    registered(tx)
    one = taken_to(tx, applied(tx).application, "notified")
    typed = Papers(shown=("driving_licence", "issue_notice", "licence 301234567890", PERSONAL_NUMBER))
    seen = cards.identify(tx, one.id, typed, by=CLERK, at=NOW)
    assert seen.taken is not None
    documents = seen.taken.application.documents
    assert documents is not None
    assert documents.shown == ("driving_licence", "issue_notice")
    texts = [str(value) for _, value in rows(tx)]
    assert [text for text in texts if TWELVE.search(text)] == []


def test_events_hold_ids_and_codes_only(tx: Tx) -> None:
    person = holder()
    registered(tx, person)
    events: list[Event] = []
    one = applied(tx).application
    for name in ("order", "ship", "arrive", "preset", "notify"):
        one = stepped(tx, one, name)
    events += cards.identify(tx, one.id, PAPERS, by=CLERK, at=NOW).events
    events += cards.hand_over(tx, one.id, by=CLERK, at=NOW).events
    events += cards.note_death(tx, HANAKO, person.birth_on, by=CLERK, at=NOW)
    words = [word for event in events for word in (event.action, event.actor, event.object or "", event.outcome)]
    assert len(events) >= 5
    secrets = (person.name, person.kana, person.address, person.birth_on.isoformat())
    assert [word for word in words if any(secret in word for secret in secrets)] == []


def test_refusals_name_no_person() -> None:
    """A refusal may show states, steps, days and reasons, and nothing else."""
    ours = [error for error in all_errors() if error.__module__ == "onshi.cards.errors"]
    shown = {name for error in ours for name in re.findall(r"{(\w+)}", error.message + error.message_ja)}
    harmless = {
        "step",
        "state",
        "lane",
        "method",
        "doer",
        "field",
        "since",
        "reason",
        "reasons",
        "until",
        "valid_to",
        "booked",
    }
    assert shown - harmless == set()
    assert len({error.code for error in ours}) == len(ours)
    # Both languages show the same facts.
    assert [
        error.code
        for error in ours
        if set(re.findall(r"{(\w+)}", error.message)) != set(re.findall(r"{(\w+)}", error.message_ja))
    ] == []


def test_application_ids_are_not_told_to_strangers_by_their_refusal(tx: Tx) -> None:
    registered(tx)
    one = applied(tx).application
    stranger = cards.citizen(cards.HolderId(HANAKO + 1))
    absent = cards.ApplicationId(one.id + 1_000)
    told = []
    for wanted in (one.id, absent):
        with pytest.raises(errors.UnknownApplication) as refused:
            cards.followed(tx, wanted, by=stranger, at=NOW)
        told.append((refused.value.code, str(refused.value), refused.value.facts))
    assert told[0] == told[1]
