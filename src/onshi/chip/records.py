"""The records of the two 券面 applications, byte for byte: what is signed, and the files they stand in.

Tags, order and what each signature covers are those that soltia48/myna-card and jpki/myna read from cards.
"""

import re
from datetime import date
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from onshi.chip.cvc import public_key_bytes, subject_of
from onshi.chip.model import CardContent, Surface
from onshi.chip.number import false_number
from onshi.chip.pictures import digits_image
from onshi.chip.signing import digest_info
from onshi.chip.tlv import indexed, tlv
from onshi.kernel import era_date

_ERA_YEAR = re.compile(r"(元|[0-9]+)年")
# The first four bytes of the basic information: version of the layout, extended lengths, maker, free.
_TEXT_LAYOUT = bytes.fromhex("01030E01")
_SURFACE_LAYOUT = bytes.fromhex("06030E01")
_TEXT_BASIC_FILLER = b"\xff" * 128
_TEXT_BASIC_BYTES = 256


def day_bytes(value: date) -> bytes:
    """YYYYMMDD."""
    return f"{value.year:04d}{value:%m%d}".encode()


def birth_code(born: date) -> str:
    """YYMMDD with the year of the era: what opens the age record, and the first part of 照合番号B."""
    found = _ERA_YEAR.search(era_date(born))
    assert found is not None, "every era date has a year"
    year = 1 if found[1] == "元" else int(found[1])
    return f"{year:02d}{born:%m%d}"


def code_b(surface: Surface) -> str:
    """照合番号B: date of birth, year of expiry, security code; 14 digits, all of them printed on the card."""
    return f"{birth_code(surface.birth_on)}{surface.expires_on.year:04d}{surface.security_code}"


def code_a(content: CardContent) -> str:
    """照合番号A: here the twelve digits that are nobody's."""
    return false_number(content.seed, content.holder)


# -- What the issuer signs ---------------------------------------------------------------------------------------------


def age_body(surface: Surface, key: RSAPublicKey) -> bytes:
    """Date of birth and the card's key."""
    return tlv(0xDF11, day_bytes(surface.birth_on)) + tlv(0xDF12, public_key_bytes(key))


def face_parts(surface: Surface, key: RSAPublicKey) -> tuple[bytes, ...]:
    """The six objects of the face that are signed."""
    return (
        tlv(0xDF22, day_bytes(surface.birth_on)),
        tlv(0xDF23, surface.sex.encode()),
        tlv(0xDF24, public_key_bytes(key)),
        tlv(0xDF25, surface.name_image),
        tlv(0xDF26, surface.address_image),
        tlv(0xDF27, surface.photo),
    )


def face_payload(parts: tuple[bytes, ...]) -> bytes:
    """What the signature over the face holds: facts and key, the two texts, the photo, each group hashed by itself."""
    return _payload(b"".join(parts[:3]), b"".join(parts[3:5]), parts[5])


def number_image_body(number: str, key: RSAPublicKey) -> bytes:
    """The twelve digits as a picture, and the card's key."""
    return tlv(0xDF41, digits_image(number)) + tlv(0xDF42, public_key_bytes(key))


def integrity_body(surface: Surface, number: str) -> bytes:
    """Hashes of the two data files: of the number the whole file, of the attributes all behind the table."""
    of_number = sha256(number_file(number)).digest()
    of_attributes = sha256(b"".join(_attributes(surface))).digest()
    return tlv(0xDF31, of_number) + tlv(0xDF32, of_attributes)


def card_key_body(key: RSAPublicKey) -> bytes:
    """The card's key by itself."""
    return tlv(0xDF51, public_key_bytes(key))


def body_payload(body: bytes) -> bytes:
    """What the signature over any other record holds."""
    return _payload(body)


def _payload(*groups: bytes) -> bytes:
    return digest_info(b"".join(sha256(group).digest() for group in groups))


# -- The files ---------------------------------------------------------------------------------------------------------


def number_file(number: str) -> bytes:
    """Seventeen bytes, the last two filler."""
    return tlv(0xFF10, number.encode()) + b"\xff\xff"


def attributes_file(surface: Surface) -> bytes:
    """基本4情報: name, address, date of birth, sex."""
    return indexed(0xFF20, 0xDF21, _attributes(surface))


def _attributes(surface: Surface) -> tuple[bytes, ...]:
    return (
        tlv(0xDF22, surface.name.encode()),
        tlv(0xDF23, surface.address.encode()),
        tlv(0xDF24, day_bytes(surface.birth_on)),
        tlv(0xDF25, surface.sex.encode()),
    )


def integrity_file(content: CardContent) -> bytes:
    """Hashes of the data files, signed."""
    body = integrity_body(content.surface, code_a(content))
    return tlv(0xFF30, body + tlv(0xDF33, content.signatures.integrity))


def card_key_file(content: CardContent) -> bytes:
    """The card's key, signed."""
    body = card_key_body(content.card_key.public_key())
    return tlv(0xFF50, body + tlv(0xDF52, content.signatures.card_key))


def text_basic_file(content: CardContent) -> bytes:
    """Which layout, and the key of the issuer; filled up to the size that clients ask for."""
    issuer = subject_of(content.surface_certificate)
    body = tlv(0xDF41, _TEXT_LAYOUT) + tlv(0xDF42, issuer) + tlv(0xDF43, _TEXT_BASIC_FILLER)
    return tlv(0xFF40, body).ljust(_TEXT_BASIC_BYTES, b"\xff")


def age_file(content: CardContent) -> bytes:
    """The least that proves an age."""
    body = age_body(content.surface, content.card_key.public_key())
    return tlv(0xFF10, body + tlv(0xDF13, content.signatures.age))


def face_file(content: CardContent) -> bytes:
    """The face of the card. Day of expiry and security code stand behind the signature, which does not cover them."""
    surface = content.surface
    unsigned = (tlv(0xDF29, day_bytes(surface.expires_on)), tlv(0xDF2A, digits_image(surface.security_code)))
    parts = face_parts(surface, content.card_key.public_key())
    return indexed(0xFF20, 0xDF21, (*parts, tlv(0xDF28, content.signatures.face), *unsigned))


def surface_basic_file(content: CardContent) -> bytes:
    """Which layout, the key of the issuer, and the municipality (five digits)."""
    issuer = subject_of(content.surface_certificate)
    body = tlv(0xDF31, _SURFACE_LAYOUT) + tlv(0xDF32, issuer) + tlv(0xDF33, b"\0")
    return tlv(0xFF30, body + tlv(0xDF34, content.surface.municipality[:5].encode()))


def number_image_file(content: CardContent) -> bytes:
    """The twelve digits as a picture, signed."""
    body = number_image_body(code_a(content), content.card_key.public_key())
    return tlv(0xFF40, body + tlv(0xDF43, content.signatures.number_image))
