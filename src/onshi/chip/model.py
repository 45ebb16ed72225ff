"""What is on a chip: what manufacture wrote, what it remembers without power, what it knows while it has power."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

CONTACT_ATR = bytes.fromhex("3BE000FF8131FE4514")
"""What the card says at power-on over its contacts (in the ATR tables of OpenSC and pcsc-tools)."""


class Application(Enum):
    """The applications (AP) of the card that are built here, by the name they are selected with."""

    JPKI = bytes.fromhex("D392F000260100000001")  # 公的個人認証AP
    TEXT = bytes.fromhex("D3921000310001010408")  # 券面事項入力補助AP
    SURFACE = bytes.fromhex("D3921000310001010402")  # 券面事項確認AP


class Lock(StrEnum):
    """Everything that can be shown to the card to open something, each with its own counter."""

    AUTH_PIN = "auth-pin"  # 利用者証明用暗証番号
    SIGN_PASSWORD = "sign-password"  # noqa: S105 - 署名用暗証番号, the name of a lock
    TEXT_PIN = "text-pin"  # 券面事項入力補助用暗証番号
    TEXT_UNUSED = "text-unused"  # there on every card seen, blocked from the start, purpose unknown
    TEXT_CODE_A = "text-code-a"  # 照合番号A
    TEXT_CODE_B = "text-code-b"  # 照合番号B
    SURFACE_BIRTH = "surface-birth"  # 生年月日
    SURFACE_CODE_B = "surface-code-b"
    SURFACE_CODE_A = "surface-code-a"


TRIES = MappingProxyType(
    {
        Lock.AUTH_PIN: 3,
        Lock.SIGN_PASSWORD: 5,
        Lock.TEXT_PIN: 3,
        Lock.TEXT_UNUSED: 0,
        Lock.TEXT_CODE_A: 10,
        Lock.TEXT_CODE_B: 10,
        # Not in any source; ten, as the locks beside it.
        Lock.SURFACE_BIRTH: 10,
        Lock.SURFACE_CODE_B: 10,
        Lock.SURFACE_CODE_A: 10,
    }
)
"""How often each lock may be tried wrongly."""


@dataclass(frozen=True, slots=True)
class CertifiedKey:
    """A key of the holder with its certificate and that of the authority, both DER. A child has no 署名用 one."""

    key: RSAPrivateKey | None = field(repr=False)
    certificate: bytes | None = field(repr=False)
    authority: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Surface:
    """What is printed on the card (券面). `sex` is 1, 2 or 9; pictures are JPEG 2000 (photo) and PNG."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_on: date = field(repr=False)
    sex: str = field(repr=False)
    expires_on: date
    security_code: str = field(repr=False)
    municipality: str
    photo: bytes = field(repr=False)
    name_image: bytes = field(repr=False)
    address_image: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordSignatures:
    """The 券面 issuer's signatures over the records that `records.py` writes."""

    age: bytes
    face: bytes
    number_image: bytes
    integrity: bytes
    card_key: bytes


@dataclass(frozen=True, slots=True, eq=False)
class CardContent:
    """What is written at manufacture.

    `auth_pin` and `sign_password` are None where none was set (顔認証マイナンバーカード; a child has no password).
    `card_key` answers challenges in the 券面 applications; `surface_certificate` certifies the key of whoever signed
    the records. `seed` and `holder` stand for the twelve digits of the 券面 applications, see `number.py`.
    """

    auth: CertifiedKey
    sign: CertifiedKey
    auth_pin: str | None = field(repr=False)
    sign_password: str | None = field(repr=False)
    text_pin: str = field(repr=False)
    surface: Surface
    signatures: RecordSignatures = field(repr=False)
    surface_certificate: bytes = field(repr=False)
    card_key: RSAPrivateKey = field(repr=False)
    terminal_root: RSAPublicKey = field(repr=False)
    seed: int = field(repr=False)
    holder: int = field(repr=False)
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class ChipState:
    """What survives the loss of power: tries left, and secrets set since manufacture (None: taken away)."""

    tries: Mapping[Lock, int]
    changed: Mapping[Lock, str | None] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """What the chip knows from power-on to reset: where it is, and what was shown to it.

    `terminal` is the key of the terminal whose certificate was accepted, `challenge` the last random bytes given
    out and not answered yet; only `is_terminal_proved` opens anything.
    """

    application: Application | None = None
    file: int | None = None
    opened: frozenset[Lock] = frozenset()
    challenge: bytes | None = field(default=None, repr=False)
    terminal: EllipticCurvePublicKey | None = field(default=None, repr=False)
    is_terminal_proved: bool = False
