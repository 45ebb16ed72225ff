"""presence: cards shown at desks, from the nonce to the answer of the check, in one process with its commits.

What the cards do themselves is done beforehand: they sign in plastic, not on our processors.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from bench.load import app_on
from bench.people import scattered
from bench.table import Row, row
from onshi import pki, presence, registry
from onshi.app import App
from onshi.db import Database, Tx
from onshi.eligibility import Asker, ByNumber
from onshi.flows import CardShown
from onshi.kernel import PersonId
from onshi.outside import CertificateKeys
from onshi.pki import Certificate, Kind, Order, Purpose
from onshi.presence import Bound, Mode, Presented
from onshi.registry import CardKey

_TOWN = "131016"
_NOT_AFTER = date(2035, 5, 4)
_KEYS, _COUNT, _BATCH = 20, 4_000, 128
_PKCS = (PKCS1v15(), Prehashed(SHA256()))
_ASKER = Asker("institution:1312345678", "1312345678")
_BOUND = Bound(_ASKER.party, "desk", presence.Purpose.CHECK, Mode.PIN)


def presence_rows(db: Database, folder: Path, people: pl.DataFrame, *, count: int = _COUNT) -> list[Row]:
    """So many cards of people all over the registry, shown in batches as the server makes them, and one by one."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    app = app_on(db.url, folder)
    held = [generate_private_key(public_exponent=65537, key_size=2048) for _ in range(_KEYS)]
    made = app.run(lambda tx: _linked(tx, app, folder, held, scattered(people, count, 13)))
    _rate(app, made, held, _checked)  # every card is met for the first time once
    proved = _rate(app, made, held, _proved)
    many = _rate(app, made, held, _checked)
    one = _rate(app, made[: count // 4], held, _checked, batch=1)
    signature, key = held[0].sign(bytes(32), *_PKCS), held[0].public_key()
    raw = _per_second(lambda: key.verify(signature, bytes(32), *_PKCS), 10_000)
    app.db.close()
    return [
        row(f"presence.prove.{engine}", proved, "/s", "RSA-2048 verification", raw),
        row(f"presence.in_process.{engine}", many, "/s", "RSA-2048 verification", raw),
        row(f"presence.in_process.{engine}.one_by_one", one, "/s", "RSA-2048 verification", raw),
    ]


def _linked(
    tx: Tx, app: App, folder: Path, held: Sequence[RSAPrivateKey], people: Sequence[ByNumber]
) -> list[Certificate]:
    """A certificate for each of them, linked to the person."""
    keys = [registry.number_key(one.insurer, one.symbol, one.number, one.birth_on) for one in people]
    found = [one.sightings[0].person.id for one in registry.find_by_number(tx, keys) if len(one.sightings) == 1]
    signer, at = CertificateKeys(folder).key("PRESENCE-CA-1"), app.now()
    pki.founding.found_authority(tx, signer, name="PRESENCE-CA", purpose=Purpose.AUTHENTICATION, at=at)
    orders = [
        Order(
            kind=Kind.AUTH,
            holder=person,
            card=place,
            municipality=_TOWN,
            not_after=_NOT_AFTER,
            public_key=held[place % _KEYS].public_key(),
        )
        for place, person in enumerate(found)
    ]
    made = pki.issue(tx, signer, orders, at=at)
    for one in made:
        registry.put_card(tx, CardKey(one.key.issuer, one.key.serial), PersonId(one.holder), at=at)
    return made


def _checked(app: App, shown: Sequence[CardShown]) -> int:
    """What the server does; returns how many were let in."""
    answered = app.present(shown, [_ASKER] * len(shown))
    return sum(one.checked is not None for one in answered)


def _proved(app: App, shown: Sequence[CardShown]) -> int:
    """Nonce, verification and whose card it is, without the check that follows."""

    def work(tx: Tx) -> int:
        proven = presence.prove(tx, [one.presented for one in shown], at=app.now(), secret=app.nonce_key)
        keys = [CardKey(one.issuer or "", one.serial or "") for one in proven if one.outcome.is_present]
        return sum(len(one.sightings) for one in registry.find_by_card(tx, keys))

    return app.db.run(work, appending=True)


def _rate(
    app: App,
    made: Sequence[Certificate],
    held: Sequence[RSAPrivateKey],
    work: Callable[[App, Sequence[CardShown]], int],
    *,
    batch: int = _BATCH,
) -> float:
    """Cards shown a second, the time in which they sign not counted."""
    took = 0.0
    for first in range(0, len(made), batch):
        part = range(first, min(first + batch, len(made)))
        began = time.perf_counter()
        nonces = [
            presence.make_nonce(app.nonce_key, _BOUND, at=app.now(), random=secrets.token_bytes(16)) for _ in part
        ]
        took += time.perf_counter() - began
        shown = [
            CardShown(_presented(made[place], held[place % _KEYS], nonce.value), app.today())
            for place, nonce in zip(part, nonces, strict=True)
        ]
        began = time.perf_counter()
        let_in = work(app, shown)
        took += time.perf_counter() - began
        if let_in != len(shown):
            raise ValueError("a good card was not let in")
    return len(made) / took


def _presented(certificate: Certificate, key: RSAPrivateKey, nonce: bytes) -> Presented:
    assert certificate.der is not None, "made with a key"
    unsigned = Presented(_BOUND, nonce, certificate.der, b"")
    return Presented(_BOUND, nonce, certificate.der, key.sign(presence.digest_of(unsigned), *_PKCS))


def _per_second(work: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - began)
