"""Manufacture: everything that is written to a new card, put together and signed by the 券面 issuer."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from onshi.chip.cvc import record_certificate
from onshi.chip.errors import SecretMalformed, SurfaceMalformed
from onshi.chip.locks import has_form
from onshi.chip.model import CardContent, CertifiedKey, Lock, RecordSignatures, Surface
from onshi.chip.number import false_number
from onshi.chip.records import (
    age_body,
    body_payload,
    card_key_body,
    face_parts,
    face_payload,
    integrity_body,
    number_image_body,
)
from onshi.chip.signing import sign_verbatim

_SEXES = ("1", "2", "9")
_FIRST_DAY = date(1873, 1, 1)
_SECURITY_CODE = re.compile(r"[0-9]{4}")
_MUNICIPALITY = re.compile(r"[0-9]{6}")
# READ BINARY reaches the first 32 767 bytes of a file, and all pictures stand in one.
_PICTURES_MAX = 30_000
_TEXT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the holder chose. None: not set (顔認証マイナンバーカード; a child has no password)."""

    auth_pin: str | None = field(repr=False)
    sign_password: str | None = field(repr=False)
    text_pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SurfaceIssuer:
    """Who signs the 券面 records, and the certificate of that key.

    `sign` is PKCS #1 v1.5 over exactly the bytes that it gets, 256 bytes long.
    """

    sign: Callable[[bytes], bytes] = field(repr=False)
    certificate: bytes = field(repr=False)


def surface_issuer(root: RSAPrivateKey, key: RSAPrivateKey, *, root_id: bytes, issuer_id: bytes) -> SurfaceIssuer:
    """An issuer with this key, certified by the root. The ids are made by `key_id`."""
    certificate = record_certificate(root_id, issuer_id, key.public_key(), lambda payload: sign_verbatim(root, payload))
    return SurfaceIssuer(lambda payload: sign_verbatim(key, payload), certificate)


def make_card(
    surface: Surface,
    secrets: Secrets,
    *,
    auth: CertifiedKey,
    sign: CertifiedKey,
    card_key: RSAPrivateKey,
    issuer: SurfaceIssuer,
    terminal_root: RSAPublicKey,
    seed: int,
    holder: int,
    is_demo: bool = False,
) -> CardContent:
    """The content of a new card. All keys are RSA-2048 and made by the caller, which takes a while.

    Raises `SurfaceMalformed` and `SecretMalformed`.
    """
    _check_surface(surface)
    _check_secrets(secrets)
    signatures = _signatures(surface, card_key.public_key(), issuer.sign, false_number(seed, holder))
    return CardContent(
        auth=auth,
        sign=sign,
        auth_pin=secrets.auth_pin,
        sign_password=secrets.sign_password,
        text_pin=secrets.text_pin,
        surface=surface,
        signatures=signatures,
        surface_certificate=issuer.certificate,
        card_key=card_key,
        terminal_root=terminal_root,
        seed=seed,
        holder=holder,
        is_demo=is_demo,
    )


def with_entries(content: CardContent, surface: Surface, sign: CertifiedKey, issuer: SurfaceIssuer) -> CardContent:
    """The card after the municipality has written other entries and another signature certificate to it.

    PINs, the other keys and the false number stay. Raises `SurfaceMalformed`.
    """
    _check_surface(surface)
    number = false_number(content.seed, content.holder)
    signatures = _signatures(surface, content.card_key.public_key(), issuer.sign, number)
    return replace(content, surface=surface, sign=sign, signatures=signatures, surface_certificate=issuer.certificate)


def _signatures(surface: Surface, key: RSAPublicKey, sign: Callable[[bytes], bytes], number: str) -> RecordSignatures:
    return RecordSignatures(
        age=sign(body_payload(age_body(surface, key))),
        face=sign(face_payload(face_parts(surface, key))),
        number_image=sign(body_payload(number_image_body(number, key))),
        integrity=sign(body_payload(integrity_body(surface, number))),
        card_key=sign(body_payload(card_key_body(key))),
    )


def check_content(content: CardContent) -> None:
    """Raises `SurfaceMalformed` or `SecretMalformed` for a content that `make_card` would not have made."""
    _check_surface(content.surface)
    _check_secrets(Secrets(content.auth_pin, content.sign_password, content.text_pin))


def _check_secrets(secrets: Secrets) -> None:
    chosen = {
        Lock.AUTH_PIN: secrets.auth_pin,
        Lock.SIGN_PASSWORD: secrets.sign_password,
        Lock.TEXT_PIN: secrets.text_pin,
    }
    for lock, secret in chosen.items():
        if secret is not None and not has_form(lock, secret):
            raise SecretMalformed(lock=lock.value)


def _check_surface(surface: Surface) -> None:
    pictures = (surface.photo, surface.name_image, surface.address_image)
    wrong = {
        "name": not _is_text(surface.name),
        "address": not _is_text(surface.address),
        "birth_on": surface.birth_on < _FIRST_DAY,
        "sex": surface.sex not in _SEXES,
        "expires_on": surface.expires_on <= surface.birth_on,
        "security_code": _SECURITY_CODE.fullmatch(surface.security_code) is None,
        "municipality": _MUNICIPALITY.fullmatch(surface.municipality) is None,
        "pictures": sum(map(len, pictures)) > _PICTURES_MAX,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise SurfaceMalformed(field=name)


def _is_text(text: str) -> bool:
    try:
        return 1 <= len(text.encode()) <= _TEXT_MAX
    except UnicodeEncodeError:
        # Half of a pair of code units is no character.
        return False
