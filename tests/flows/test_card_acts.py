"""What cards did, in the log: an entry for each event, in the same transaction."""

import hashlib

import pytest

from onshi import audit, flows
from onshi.audit import Action
from onshi.cards import Event, HolderId
from onshi.db import Tx
from onshi.kernel import parse_moment

AT = parse_moment("2026-11-02T09:00:00")


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("application_apply", Action.CARD_APPLICATION),
        ("form_printed", Action.CARD_APPLICATION),
        ("appointment_booked", Action.CARD_APPLICATION),
        ("card_report_lost", Action.CARD_CHANGED),
        ("card_made", Action.CARD_CHANGED),
    ],
)
def test_an_event_becomes_an_entry(name: str, action: Action) -> None:
    entry = flows.card_entry(Event(name, "staff:s-1", HolderId(7), "application:9", "done"))
    words = f'["{name}","staff:s-1","application:9","done"]'.encode()
    assert entry == audit.Entry("staff:s-1", action, "done", hashlib.sha256(words).digest(), 7, "application:9")


def test_events_stand_in_one_batch_and_none_make_none(tx: Tx) -> None:
    events = [Event("application_order", "staff:s-1", HolderId(7), f"application:{n}", "making") for n in (1, 2)]
    flows.record_card_acts(tx, events, batch=5, at=AT)
    flows.record_card_acts(tx, [], batch=6, at=AT)
    found = audit.entries_of(tx, actor="staff:s-1")
    assert sorted((one.batch, one.entry.object) for one in found) == [(5, "application:1"), (5, "application:2")]
