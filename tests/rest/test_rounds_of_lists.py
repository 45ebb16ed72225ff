"""Revocation lists come out by themselves, once a day, and are believed."""

import threading
from dataclasses import dataclass
from datetime import date
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from onshi import background, card_office, pki
from onshi.app import App
from onshi.background import ListPublisher
from onshi.db import Database, Tx
from onshi.outside import authority_key
from onshi.pki import Authority, Certificate, CrlShelf, Evidence, Kind, Order, Purpose, Reason
from onshi.pki.model import Crl
from onshi.pki.verdicts import Examined, Revoked, StatusUnavailable, Unavailable, Valid, Verdict

from .make import HOUR, SECOND, Country

NAME, TOWN, OTHER_TOWN = "DEMO-CA", "131016", "011002"
DAY = 24 * HOUR
KEY = generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class House:
    """A country with an authority, what it issued in two towns, and the round that publishes."""

    land: Country
    authority: Authority
    first: Certificate
    second: Certificate
    elsewhere: Certificate

    @property
    def app(self) -> App:
        return self.land.app

    def publish(self) -> int:
        """One look of the round, to its end; how many lists are there now."""
        publisher = ListPublisher(self.app)
        while publisher.publish_one():
            pass
        return len(self.lists())

    def lists(self) -> dict[str, int]:
        """The number of the newest list of each town."""
        with self.app.db.transaction(reading=True) as tx:
            return {one.partition: one.number for one in pki.publishing.current_crls(tx)}

    def newest(self) -> Crl:
        with self.app.db.transaction(reading=True) as tx:
            found = pki.publishing.current_crl(tx, NAME, TOWN)
        assert found is not None
        return found

    def revoke(self, certificate: Certificate) -> None:
        at = self.app.now()
        self.app.run(lambda tx: pki.changes.revoke(tx, [certificate.key], Reason.KEY_COMPROMISE, at=at))

    def verdict(self, certificate: Certificate) -> Verdict:
        """What somebody elsewhere finds, who has the newest list and nothing else."""
        at = self.app.now()
        with self.app.db.transaction(reading=True) as tx:
            trust = pki.TrustStore(pki.founding.authorities(tx))
            lists = pki.publishing.current_crls(tx)
        shelf, verifier = CrlShelf(trust), pki.Verifier(trust)
        for one in lists:
            shelf.take(one.der, at=at)
        assert certificate.der is not None
        examined = verifier.examine(certificate.der)
        assert isinstance(examined, Examined)
        return pki.decide(examined, evidence=Evidence(shelf.about(examined)), at=at, grace_until=None)


@pytest.fixture
def house(land: Country) -> House:
    """An authority whose key is here; nothing is published yet."""
    app = land.app

    def work(tx: Tx) -> House:
        authority = card_office.found_authority(app, tx, NAME, Purpose.AUTHENTICATION, actor="local:cli")
        card_office.found_authority(app, tx, "DEMO-TERMINAL-CA", Purpose.TERMINAL, actor="local:cli")
        signer = card_office.authority_keys(app).key(authority_key(NAME, 1))
        orders = [
            Order(
                kind=Kind.AUTH,
                holder=holder,
                card=holder,
                municipality=town,
                not_after=date(2030, 5, 4),
                public_key=KEY.public_key(),
            )
            for holder, town in ((1, TOWN), (2, TOWN), (3, OTHER_TOWN))
        ]
        return House(land, authority, *pki.issue(tx, signer, orders, at=app.now()))

    return app.run(work)


def test_a_list_comes_out_is_believed_and_is_renewed_on_its_day(house: House) -> None:
    house.revoke(house.first)
    assert isinstance(house.verdict(house.second), StatusUnavailable), "no list, no answer"
    assert house.publish() == 2
    assert house.lists() == {TOWN: 1, OTHER_TOWN: 1}
    assert isinstance(house.verdict(house.first), Revoked)
    assert isinstance(house.verdict(house.second), Valid)
    house.land.clock.moment += DAY - SECOND
    house.revoke(house.second)
    house.publish()
    assert house.lists() == {TOWN: 1, OTHER_TOWN: 1}, "not before its day"
    house.land.clock.moment += SECOND
    house.publish()
    assert house.lists() == {TOWN: 2, OTHER_TOWN: 2}
    newest = house.newest()
    assert (newest.this_update, newest.next_update) == (house.app.now(), house.app.now() + 2 * DAY)
    assert isinstance(house.verdict(house.second), Revoked)
    assert isinstance(house.verdict(house.elsewhere), Valid)


def test_a_list_that_came_out_by_hand_is_followed_a_day_later(house: House) -> None:
    card_office.publish_list(house.app, house.authority, TOWN)
    house.land.clock.moment += DAY // 2
    house.publish()
    assert house.lists() == {TOWN: 1, OTHER_TOWN: 1}
    house.land.clock.moment += DAY // 2
    house.publish()
    assert house.lists() == {TOWN: 2, OTHER_TOWN: 1}


def test_after_a_time_without_a_server_the_lists_are_fresh_again(house: House) -> None:
    house.publish()
    house.land.clock.moment += 3 * DAY
    stale = house.verdict(house.first)
    assert isinstance(stale, StatusUnavailable)
    assert stale.because is Unavailable.STALE
    house.publish()
    assert isinstance(house.verdict(house.first), Valid)


def test_lists_come_out_one_by_one(house: House) -> None:
    publisher = ListPublisher(house.app)
    assert (publisher.publish_one(), len(house.lists())) == (True, 1)
    assert (publisher.publish_one(), len(house.lists())) == (False, 2)
    assert (publisher.publish_one(), house.lists()) == (False, {TOWN: 1, OTHER_TOWN: 1})


def test_without_the_key_nothing_is_published(house: House) -> None:
    key = card_office.authority_keys(house.app).directory / f"{authority_key(NAME, 1)}.pem"
    elsewhere = key.rename(key.with_suffix(".elsewhere"))
    assert house.publish() == 0
    elsewhere.rename(key)
    assert house.publish() == 2


def test_of_two_servers_one_publishes(house: House, db: Database) -> None:
    other_db = Database(db.url)
    other = App(**(vars(house.app) | {"db": other_db}))
    publishers = [ListPublisher(house.app), ListPublisher(other)]
    for _ in range(3):
        together = threading.Barrier(2)
        servers = [threading.Thread(target=partial(publish_all, one, together)) for one in publishers]
        for server in servers:
            server.start()
        for server in servers:
            server.join()
        house.land.clock.moment += DAY
    assert house.lists() == {TOWN: 3, OTHER_TOWN: 3}
    other_db.close()


def publish_all(publisher: ListPublisher, together: threading.Barrier) -> None:
    together.wait()
    while publisher.publish_one():
        pass


def test_a_draft_comes_too_late_when_another_list_is_out(house: House) -> None:
    signer = card_office.authority_keys(house.app).key(authority_key(NAME, 1))
    with house.app.db.transaction(reading=True) as tx:
        draft = pki.publishing.draft_crl(tx, signer, TOWN, at=house.app.now())
    done = [house.app.run(lambda tx: pki.publishing.publish_draft(tx, draft)) for _ in range(2)]
    assert done == [True, False]
    assert house.newest() == draft
    second = card_office.publish_list(house.app, house.authority, TOWN)
    assert (second.number, house.newest()) == (2, second)


def test_the_server_does_it(house: House) -> None:
    (one,) = (one for one in background.chores(house.app) if one.name == "lists")
    assert one.breath > 0
    while one.work():
        pass
    assert house.lists() == {TOWN: 1, OTHER_TOWN: 1}
