"""The verbs that tell others which certificates count: revocation lists and OCSP."""

from collections.abc import Sequence

from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.pki import ocsp as messages
from onshi.pki import rules, store
from onshi.pki.crls import revocation_list
from onshi.pki.founding import authority_of
from onshi.pki.model import Authority, CertificateSigner, Crl, Purpose, Responder
from onshi.pki.shapes import Issuer


def crl(tx: Tx, signer: CertificateSigner, partition: str, *, at: Moment) -> Crl:
    """The next revocation list of a municipality, published now, by the authority of `signer`.

    Its number is one more than that of the last. AuthorityUnknown, WrongAuthority or PartitionUnfit.
    """
    drafted = draft_crl(tx, signer, partition, at=at)
    store.add_crl(tx, drafted)
    return drafted


def draft_crl(tx: Tx, signer: CertificateSigner, partition: str, *, at: Moment) -> Crl:
    """What `crl` would publish now; reads only, so that nobody waits while the list of a city is signed."""
    authority = authority_of(tx, signer)
    check_place(authority, partition)
    last = store.newest_crl(tx, authority.name, partition, generation=authority.generation)
    number, until = (1 if last is None else last.number + 1), rules.later(at, rules.CRL_LIFE)
    der = revocation_list(
        Issuer.of(authority, signer),
        partition,
        number=number,
        this_update=at,
        next_update=until,
        revoked=store.off_in(tx, authority, partition, since=japan_day(at) - rules.AFTERLIFE),
    )
    return Crl(
        issuer=authority.name,
        generation=authority.generation,
        partition=partition,
        number=number,
        this_update=at,
        next_update=until,
        der=der,
    )


def check_place(authority: Authority, partition: str) -> None:
    """WrongAuthority or PartitionUnfit where the authority has no such list."""
    rules.check_purpose(authority, Purpose.AUTHENTICATION, Purpose.SIGNATURE)
    rules.check_partition(partition)


def publish_draft(tx: Tx, draft: Crl) -> bool:
    """Publishes a draft, unless another list has come out since it was made: then False, and nothing happens."""
    last = store.newest_crl(tx, draft.issuer, draft.partition, generation=draft.generation)
    is_next = draft.number == (1 if last is None else last.number + 1)
    if is_next:
        store.add_crl(tx, draft)
    return is_next


def lists_due(tx: Tx, authority: Authority, *, at: Moment) -> list[str]:
    """The municipalities for which a generation has issued anything and is to publish its next list now."""
    newest = store.lists_since(tx, authority.name, authority.generation)
    return [one for one in partitions_of(tx, authority) if rules.is_list_due(newest.get(one), at=at)]


def is_list_due(tx: Tx, authority: Authority, partition: str, *, at: Moment) -> bool:
    """The same of one municipality."""
    newest = store.lists_since(tx, authority.name, authority.generation, partition)
    return rules.is_list_due(newest.get(partition), at=at)


def current_crl(tx: Tx, issuer: str, partition: str, *, generation: int | None = None) -> Crl | None:
    """The newest published list of a municipality: of one generation, or of the newest that has published any."""
    return store.newest_crl(tx, issuer, partition, generation=generation)


def current_crls(tx: Tx) -> list[Crl]:
    """The newest published list of every authority, generation and municipality, for a `CrlShelf`."""
    return store.newest_crls(tx)


def partitions_of(tx: Tx, authority: Authority) -> list[str]:
    """The municipalities for which a generation has issued anything: as many lists are published."""
    return store.partitions_of(tx, authority.name, authority.generation)


def ocsp(tx: Tx, responders: Sequence[Responder], request: bytes, *, at: Moment) -> bytes:
    """The OCSP answer to a request: signed where a responder speaks for its issuer, otherwise the error that RFC 6960
    has for it. Never raises, whatever the bytes."""
    return messages.answer(
        request, responders=responders, standing_of=lambda key: store.standings_of(tx, [key], at=at)[0], at=at
    )
