"""The verbs that found authorities. Each signs with the key it is given; which authority that is, the key says."""

import secrets
from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from onshi.db import Tx
from onshi.kernel import Moment
from onshi.pki import rules, shapes, store
from onshi.pki.errors import AuthorityKeyUsed, AuthorityUnknown
from onshi.pki.model import Authority, CertificateSigner, Purpose
from onshi.pki.trust import TrustStore
from onshi.pki.verification import Verifier

_YEAR = timedelta(days=365)
_RESPONDER_LIFE = timedelta(days=366)


def found_authority(
    tx: Tx,
    signer: CertificateSigner,
    *,
    name: str,
    purpose: Purpose,
    at: Moment,
    years: int = 10,
    ocsp_url: str | None = None,
) -> Authority:
    """The first or the next generation of an authority, with a new key; earlier ones go on being believed.

    `ocsp_url` goes into every certificate it issues. AuthorityNameUnfit, AuthorityPurposeFixed, AuthorityKeyUsed or
    KeyUnfit.
    """
    rules.check_key(signer.public_key)
    generation = next_generation(tx, name, purpose)
    key_id = shapes.key_id_of(signer.public_key)
    if store.authority_with_key(tx, key_id) is not None:
        raise AuthorityKeyUsed
    until = rules.later(at, years * _YEAR)
    certificate = shapes.authority_certificate(
        signer, name=name, purpose=purpose, serial=drawn_serial(), since=at, until=until
    )
    founded = Authority(
        name=name,
        generation=generation,
        purpose=purpose,
        key_id=key_id,
        certificate=certificate,
        since=at,
        until=until,
        ocsp_url=ocsp_url,
    )
    store.add_authority(tx, founded)
    return founded


def next_generation(tx: Tx, name: str, purpose: Purpose) -> int:
    """The number that the next generation would have. AuthorityNameUnfit, AuthorityPurposeFixed."""
    return rules.check_authority(name, purpose, [one for one in store.all_authorities(tx) if one.name == name])


def appoint_responder(tx: Tx, signer: CertificateSigner, key: RSAPublicKey, *, at: Moment) -> Authority:
    """Lets another key answer OCSP for the authority of `signer`, for a year. AuthorityUnknown, WrongAuthority."""
    authority = authority_of(tx, signer)
    rules.check_purpose(authority, Purpose.AUTHENTICATION, Purpose.SIGNATURE)
    issuer = shapes.Issuer.of(authority, signer)
    until = min(rules.later(at, _RESPONDER_LIFE), authority.until)
    certificate = shapes.responder_certificate(issuer, key, serial=drawn_serial(), since=at, until=until)
    store.set_responder(tx, authority, certificate)
    return replace(authority, responder=certificate)


def authorities(tx: Tx) -> list[Authority]:
    """Every generation of every authority, by name and number: what a `TrustStore` is made of."""
    return store.all_authorities(tx)


def verifier(tx: Tx) -> Verifier:
    """Who examines certificates of the authorities of this database. It is kept between transactions, with what it
    remembers, for as long as no authority is founded."""
    count = store.count_authorities(tx)
    return tx.remembered("pki.verifier", count, lambda: Verifier(TrustStore(store.all_authorities(tx))))


def authority_of(tx: Tx, signer: CertificateSigner) -> Authority:
    """The authority that has this key; AuthorityUnknown."""
    found = store.authority_with_key(tx, shapes.key_id_of(signer.public_key))
    if found is None:
        raise AuthorityUnknown
    return found


def drawn_serial() -> int:
    """A random positive number of 63 bits."""
    return secrets.randbelow(2**63 - 1) + 1
