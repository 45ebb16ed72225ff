"""The authorities that are believed: pinned one by one, never found by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from onshi.kernel import Moment, moment_of
from onshi.pki import names
from onshi.pki.errors import AuthorityUnfit
from onshi.pki.model import Authority, Purpose
from onshi.pki.reading import UNREADABLE
from onshi.pki.shapes import key_id_of

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Pinned:
    """One generation that is believed. In force from `since` up to, not including, `until`."""

    name: str
    generation: int
    purpose: Purpose
    key_id: bytes
    since: Moment
    until: Moment
    public_key: RSAPublicKey = field(repr=False)
    certificate: x509.Certificate = field(repr=False)


class TrustStore:
    """Authorities by purpose and key id, read once. AuthorityUnfit for one that is no root of ours."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        pinned = [_pinned(authority) for authority in authorities]
        self._by_key = {(one.purpose, one.key_id): one for one in pinned}
        self._purposes = {one.key_id: one.purpose for one in pinned}

    def find(self, purpose: Purpose, key_id: bytes | None) -> Pinned | None:
        """The authority for this purpose with this key."""
        return None if key_id is None else self._by_key.get((purpose, key_id))

    def purpose_of(self, key_id: bytes | None) -> Purpose | None:
        """What a key is pinned for."""
        return None if key_id is None else self._purposes.get(key_id)


def _pinned(authority: Authority) -> Pinned:
    try:
        certificate = x509.load_der_x509_certificate(authority.certificate)
        key = certificate.public_key()
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, *UNREADABLE) as error:
        raise AuthorityUnfit(why="certificate") from error
    if not isinstance(key, RSAPublicKey) or key_id_of(key) != authority.key_id:
        raise AuthorityUnfit(why="key")
    # A root of somebody else's, of a real card above all, is not made ours by putting it into our table.
    if certificate.subject != names.authority_name(authority.name, authority.purpose):
        raise AuthorityUnfit(why="name")
    return Pinned(
        authority.name,
        authority.generation,
        authority.purpose,
        authority.key_id,
        moment_of(certificate.not_valid_before_utc),
        Moment(moment_of(certificate.not_valid_after_utc) + _SECOND),
        key,
        certificate,
    )
