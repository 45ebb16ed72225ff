"""What the rounds of the background do for cards: used nonces are forgotten, papers of lost coverages lapse."""

from datetime import date

from sqlalchemy import insert, select, update

from onshi import audit, background, papers
from onshi.audit import Action
from onshi.db import OPEN
from onshi.kernel import InsurerNumber, Moment, PersonId
from onshi.presence.store import used
from onshi.registry.store import tables

from .make import HOUR, INSURER, NOW, Country


def test_used_nonces_are_forgotten_once_they_have_ended(land: Country) -> None:
    app = land.app
    with app.db.transaction() as tx:
        tx.execute(insert(used), [{"nonce": "old", "expires_at": NOW}, {"nonce": "new", "expires_at": NOW + 1}])
    background.purge(app)
    with app.db.transaction(reading=True) as tx:
        assert [row.nonce for row in tx.execute(select(used.c.nonce))] == ["new"]


def test_a_paper_lapses_when_its_coverage_is_lost(land: Country) -> None:
    app, insurer = land.app, InsurerNumber(INSURER)
    with app.db.transaction() as tx:  # a load gives every member a code
        link = {
            "insurer": INSURER,
            "code": "A",
            "person_id": 71,
            "known_from": NOW,
            "known_to": OPEN,
            "suspended": False,
        }
        tx.execute(insert(tables.links), [link])
    app.run(
        lambda tx: papers.issue_on_request(
            tx, insurer, PersonId(71), ground="card-lost", paper_id=papers.PaperId(5), at=app.now()
        )
    )
    background.end_papers(app)
    with app.db.transaction(reading=True) as tx:
        assert papers.to_be_returned(tx, insurer) == []
    with app.db.transaction() as tx:
        tx.execute(
            update(tables.coverages).where(tables.coverages.c.known_to == OPEN).values(lost_on=date(2026, 11, 1))
        )
    land.clock.moment = Moment(NOW + HOUR)
    background.end_papers(app)
    with app.db.transaction(reading=True) as tx:
        assert len(papers.to_be_returned(tx, insurer)) == 1
        (entry,) = audit.entries_of(tx, actor="local:papers", action=Action.PAPER_RETURNED)
    assert entry.entry.outcome == "lapsed"
