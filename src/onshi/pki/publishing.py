"""The verbs that tell others which certificates count: revocation lists and OCSP."""

from collections.abc import Sequence
from datetime import timedelta

from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.pki import ocsp as messages
from onshi.pki import rules, store
from onshi.pki.crls import revocation_list
from onshi.pki.founding import authority_of
from onshi.pki.model import CertificateSigner, Crl, Purpose, Responder
from onshi.pki.shapes import Issuer

CRL_LIFE = timedelta(days=2)
"""A list comes out daily; that of the day before still counts, because the new one takes a while to get around."""


def crl(tx: Tx, signer: CertificateSigner, partition: str, *, at: Moment) -> Crl:
    """The next revocation list of a municipality, published now, by the authority of `signer`.

    Its number is one more than that of the last. AuthorityUnknown, WrongAuthority or PartitionUnfit.
    """
    authority = authority_of(tx, signer)
    rules.check_purpose(authority, Purpose.AUTHENTICATION, Purpose.SIGNATURE)
    rules.check_partition(partition)
    last = store.newest_crl(tx, authority.name, partition, generation=authority.generation)
    number, until = (1 if last is None else last.number + 1), rules.later(at, CRL_LIFE)
    der = revocation_list(
        Issuer.of(authority, signer),
        partition,
        number=number,
        this_update=at,
        next_update=until,
        revoked=store.off_in(tx, authority, partition, since=japan_day(at) - rules.AFTERLIFE),
    )
    published = Crl(
        issuer=authority.name,
        generation=authority.generation,
        partition=partition,
        number=number,
        this_update=at,
        next_update=until,
        der=der,
    )
    store.add_crl(tx, published)
    return published


def current_crl(tx: Tx, issuer: str, partition: str, *, generation: int | None = None) -> Crl | None:
    """The newest published list of a municipality: of one generation, or of the newest that has published any."""
    return store.newest_crl(tx, issuer, partition, generation=generation)


def current_crls(tx: Tx) -> list[Crl]:
    """The newest published list of every authority, generation and municipality, for a `CrlShelf`."""
    return store.newest_crls(tx)


def partitions_of(tx: Tx, issuer: str) -> list[tuple[int, str]]:
    """The generations and municipalities for which an authority has issued anything. Reads all of its certificates."""
    return store.partitions_of(tx, issuer)


def ocsp(tx: Tx, responders: Sequence[Responder], request: bytes, *, at: Moment) -> bytes:
    """The OCSP answer to a request: signed where a responder speaks for its issuer, otherwise the error that RFC 6960
    has for it. Never raises, whatever the bytes."""
    return messages.answer(
        request, responders=responders, standing_of=lambda key: store.standings_of(tx, [key], at=at)[0], at=at
    )
