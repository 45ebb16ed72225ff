"""The verbs for certificates: issued, entered, looked up. What happens to them later is in `changes.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from onshi.db import Tx
from onshi.kernel import Moment
from onshi.pki import rules, shapes, store
from onshi.pki.errors import CertificateUnknown, OrderForAnother, SerialTaken
from onshi.pki.founding import authority_of, drawn_serial
from onshi.pki.model import Certificate, CertificateKey, CertificateSigner, Order, Standing, serial_number, serial_text
from onshi.pki.shapes import Issuer


def issue(tx: Tx, signer: CertificateSigner, orders: Iterable[Order], *, at: Moment) -> list[Certificate]:
    """A certificate for each order, by the thousand or none.

    An order with a serial number under which only a row was made gives that row its bytes; its days, its holder and
    whatever happened to it stay. AuthorityUnknown, SerialTaken, OrderForAnother, or what `rules.check_order` refuses.
    """
    issuer = Issuer.of(authority_of(tx, signer), signer)
    wanted = list(orders)
    for order in wanted:
        rules.check_order(order, issuer.authority, at=at)
    given = [CertificateKey(issuer.authority.name, order.serial) for order in wanted if order.serial is not None]
    known = store.certificates_with(tx, given)
    if len(set(given)) < len(given):
        raise SerialTaken(issuer=issuer.authority.name)
    new, made = [], []
    for order in wanted:
        row = None if order.serial is None else known.get(CertificateKey(issuer.authority.name, order.serial))
        made.append(_issued(issuer, order, at) if row is None else _materialised(issuer, order, row))
        if row is None:
            new.append(made[-1])
        else:
            store.set_certificate(tx, made[-1])
    store.add_certificates(tx, new)
    return made


def _issued(issuer: Issuer, order: Order, at: Moment) -> Certificate:
    number = drawn_serial() if order.serial is None else serial_number(order.serial)
    assert number is not None, "the order was checked"
    der = None
    if order.public_key is not None:
        der = shapes.holder_certificate(issuer, order, order.public_key, serial=number, since=at)
    return Certificate(
        key=CertificateKey(issuer.authority.name, serial_text(number)),
        kind=order.kind,
        holder=order.holder,
        card=order.card,
        medium=order.medium,
        municipality=order.municipality,
        generation=issuer.authority.generation,
        not_before=at,
        not_after=order.not_after,
        der=der,
    )


def _materialised(issuer: Issuer, order: Order, row: Certificate) -> Certificate:
    if row.der is not None or order.public_key is None:
        raise SerialTaken(issuer=row.key.issuer)
    rules.check_same(row, order)
    if row.generation != issuer.authority.generation or row.municipality != order.municipality:
        raise OrderForAnother
    kept = replace(order, not_after=row.not_after)
    number = serial_number(row.key.serial)
    assert number is not None, "read from the store"
    der = shapes.holder_certificate(issuer, kept, order.public_key, serial=number, since=row.not_before)
    return replace(row, der=der)


def enter(tx: Tx, certificates: Iterable[Certificate]) -> None:
    """Enters certificates as they are, by the million: a country that was there before its authorities were here."""
    store.add_certificates(tx, certificates)


def certificate(tx: Tx, key: CertificateKey) -> Certificate:
    """The certificate; CertificateUnknown."""
    found = store.certificates_with(tx, [key]).get(key)
    if found is None:
        raise CertificateUnknown(issuer=key.issuer)
    return found


def certificates_of(tx: Tx, holder: int) -> list[Certificate]:
    """Everything ever issued to somebody, the oldest first."""
    return store.certificates_of(tx, holder)


def history(tx: Tx, key: CertificateKey) -> list[Certificate]:
    """What the certificate replaced and what replaced it, the oldest first; the last is the one that counts now, if
    any does. CertificateUnknown."""
    found = certificate(tx, key)
    return rules.chain_of(store.certificates_of(tx, found.holder), found)


def status_of(tx: Tx, keys: Sequence[CertificateKey], *, at: Moment) -> list[Standing]:
    """Where each certificate stands, in one statement for all."""
    return store.standings_of(tx, keys, at=at)
