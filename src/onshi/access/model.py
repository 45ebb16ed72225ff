"""Who takes part: organisations, their software, their staff; and what is handed to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from onshi.access.errors import SignInRefused
from onshi.kernel import Moment


class PartyKind(StrEnum):
    """What an organisation is to the network; the first half of its id."""

    INSTITUTION = "institution"  # 保険医療機関・薬局・訪問看護
    INSURER = "insurer"  # 保険者
    MUNICIPALITY = "municipality"  # 市区町村
    PREFECTURE = "prefecture"  # 都道府県
    MINISTRY = "ministry"  # 国の機関
    OFFICE = "office"  # カード普及推進室: who runs the programme for all of them
    BODY = "body"  # employer, school body, board of education, trade body
    CASHLESS = "cashless"  # キャッシュレス決済事業者
    VENDOR = "vendor"  # maker of software for any of these
    PORTAL = "portal"  # 本人向けポータルの窓口: has proved that the card holder is there
    OPERATOR = "operator"  # who runs this network


class InstitutionKind(StrEnum):
    """What an institution does, as the third digit of its code (点数表) says."""

    MEDICAL = "medical"
    DENTAL = "dental"
    PHARMACY = "pharmacy"
    NURSING = "nursing"


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation.

    `code` is the number of its kind: 医療機関コード, 保険者番号 (8 digits), 全国地方公共団体コード (6 digits; of a
    prefecture the first two), for the others a short name of ours. `municipality` is where it stands, 6 digits.
    `closed_on` is the first day on which it is closed. `attributes` hold what only pages show.
    """

    kind: PartyKind
    code: str
    name: str
    name_kana: str = ""
    municipality: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """`institution:1312345678`: how tokens, sessions and the audit log name it."""
        return f"{self.kind.value}:{self.code}"


@dataclass(frozen=True, slots=True)
class Client:
    """One piece of software that acts for a party and proves itself with a private key.

    `jwks` is its JWK Set: public keys only, each with a `kid`. Tokens issued up to `voided_at` are no
    longer believed (set when it is disabled or loses a key).
    """

    client_id: str
    party_id: str
    name: str
    jwks: Mapping[str, object]
    scopes: frozenset[str]
    created_at: Moment
    disabled_at: Moment | None = None
    voided_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What the caller writes to the audit log: ids only, never a name, a login or a secret.

    `outcome` is `done` or the code of the refusal.
    """

    action: str
    actor: str
    object: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token: `expires_in` in seconds, `scope` separated by blanks."""

    token: str
    expires_in: int
    scope: str
    event: Event

    def body(self) -> dict[str, str | int]:
        """The JSON members of RFC 6749 section 5.1."""
        return {
            "access_token": self.token,
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            "scope": self.scope,
        }


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is behind a bearer token."""

    party_id: str
    party_code: str
    client_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Too many requests: try again after so many whole seconds (at least 1)."""

    seconds: int


class Role(StrEnum):
    """What a member of staff does at their organisation."""

    RECEPTION = "reception"
    INSURER_CLERK = "insurer_clerk"
    REVIEWER = "reviewer"
    MUNICIPAL_CLERK = "municipal_clerk"
    PROGRAMME_OFFICER = "programme_officer"
    BODY_CLERK = "body_clerk"
    VENDOR_CLERK = "vendor_clerk"
    FUND_CLERK = "fund_clerk"
    SETTLEMENT_CLERK = "settlement_clerk"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Staff:
    """One account of a person who works at a party. The login is folded: case and width do not count."""

    staff_id: str
    login: str
    party_id: str
    roles: frozenset[Role]
    created_at: Moment
    disabled_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new account or a new second factor; `totp_uri` is for the authenticator app and is shown once."""

    staff: Staff
    totp_uri: str = field(repr=False)
    event: Event


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an account has to sign in with, and how its latest tries went.

    `totp_sealed` is encrypted, `totp_step` the last time step whose code was used.
    """

    staff: Staff
    password_hash: str | None = field(repr=False)
    totp_sealed: bytes = field(repr=False)
    totp_step: int
    wrong_tries: int
    locked_until: Moment | None


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """The result of the slow comparison: which stored hash the password fits, or None.

    `renewed_hash` replaces the stored one when its cost parameters are out of date.
    """

    login: str
    fits: str | None = field(repr=False)
    renewed_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `id` is the hash of the session token and no secret."""

    id: bytes
    staff: Staff
    started_at: Moment
    seen_at: Moment


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The session token for the cookie: 256 random bits, stored nowhere but there."""

    token: str = field(repr=False)
    session: Session
    event: Event


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password fits; ask for the code of the authenticator app and send both again."""


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Refused: commit first (the wrong try is counted), log the event, then show or raise `refusal`."""

    refusal: SignInRefused
    event: Event
