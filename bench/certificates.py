"""Certificates: issued with keys made beforehand, shown and judged, beside nothing but the RSA underneath.

`python -m bench.certificates` prints these rows alone. One thread, one core.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from bench.table import Row, as_text, row
from onshi import pki
from onshi.db import Database, Tx, migrate
from onshi.kernel import Moment, parse_moment
from onshi.outside import CertificateKeys
from onshi.pki import Certificate, CrlShelf, Evidence, Kind, Order, Purpose, TrustStore, Verifier
from onshi.pki.verdicts import Examined, Valid

_NOW = parse_moment("2026-11-02T09:00:00")
_NOT_AFTER = date(2030, 5, 4)
_TOWN = "131016"
_KEYS, _COUNT, _BATCH = 20, 3_000, 500
_DIGEST = bytes(32)
_RSA = (PKCS1v15(), Prehashed(SHA256()))
Result = TypeVar("Result")


def certificate_rows(db: Database, folder: Path, *, count: int = _COUNT) -> list[Row]:
    """Issuing and judging so many on one engine."""
    engine = "sqlite" if db.is_sqlite else "postgresql"
    signer = CertificateKeys(folder).key("BENCH-CA-1")
    held = [generate_private_key(public_exponent=65537, key_size=2048) for _ in range(_KEYS)]
    with db.transaction() as tx:
        pki.founding.found_authority(tx, signer, name="BENCH-CA", purpose=Purpose.AUTHENTICATION, at=_NOW)
    issued, made = _timed(lambda: _issue(db, signer, held, count))
    signed = _per_second(lambda: signer.sign(_DIGEST), 1_000)
    with db.transaction() as tx:
        judged = _judged(tx, signer, held, made)
    return [row(f"certificates.issue.{engine}", count / issued, "/s", "RSA-2048 signing", signed), *judged]


def _issue(db: Database, signer: pki.CertificateSigner, held: Sequence[RSAPrivateKey], count: int) -> list[Certificate]:
    orders = [
        Order(
            kind=Kind.AUTH,
            holder=number,
            card=number,
            municipality=_TOWN,
            not_after=_NOT_AFTER,
            public_key=held[number % _KEYS].public_key(),
        )
        for number in range(count)
    ]
    made: list[Certificate] = []
    for first in range(0, count, _BATCH):
        with db.transaction() as tx:
            made += pki.issue(tx, signer, orders[first : first + _BATCH], at=_NOW)
    return made


def _judged(
    tx: Tx, signer: pki.CertificateSigner, held: Sequence[RSAPrivateKey], made: Sequence[Certificate]
) -> list[Row]:
    """Cards shown for the first time, and again: chain, list, register, and the card's own signature."""
    trust = TrustStore(pki.founding.authorities(tx))
    verifier, shelf = Verifier(trust), CrlShelf(trust)
    shelf.take(pki.publishing.crl(tx, signer, _TOWN, at=_NOW).der, at=_NOW)
    signatures = [key.sign(_DIGEST, *_RSA) for key in held]
    shown = [(one, signatures[place % _KEYS]) for place, one in enumerate(made)]
    engine = "sqlite" if tx.is_sqlite else "postgresql"
    key = held[0].public_key()
    raw = _per_second(lambda: key.verify(signatures[0], _DIGEST, *_RSA), 10_000)
    cold, _ = _timed(lambda: _judge(tx, verifier, shelf, shown))
    warm, _ = _timed(lambda: _judge(tx, verifier, shelf, shown))
    return [
        row(f"certificates.judge.{engine}.cold", len(made) / cold, "/s", "RSA-2048 verification", raw),
        row(f"certificates.judge.{engine}.warm", len(made) / warm, "/s", "RSA-2048 verification", raw),
    ]


def _judge(tx: Tx, verifier: Verifier, shelf: CrlShelf, shown: Sequence[tuple[Certificate, bytes]]) -> None:
    for first in range(0, len(shown), 50):
        part = shown[first : first + 50]
        standings = pki.status_of(tx, [one.key for one, _ in part], at=_NOW)
        for (one, signature), standing in zip(part, standings, strict=True):
            assert one.der is not None, "made with a key"
            certificate = verifier.examine(one.der)
            assert isinstance(certificate, Examined), certificate
            evidence = Evidence(crl=shelf.about(certificate), standing=standing)
            verdict = pki.decide(certificate, evidence=evidence, at=Moment(_NOW + 1), grace_until=None)
            assert isinstance(verdict, Valid), verdict
            certificate.public_key.verify(signature, _DIGEST, *_RSA)


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _per_second(work: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - began)


def main() -> None:
    """Prints the rows of an embedded database."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/bench.sqlite")
        migrate(db)
        print(as_text(certificate_rows(db, Path(folder))))
        db.close()


if __name__ == "__main__":
    main()
