"""A card at a reader: a nonce for it, then what it proved and the answer to its check."""

import re
from datetime import date

import msgspec

from onshi import access, audit, presence
from onshi.access import PartyKind
from onshi.consents import Care, Kind
from onshi.eligibility import Asker
from onshi.flows import CardAnswered, CardShown
from onshi.interfaces.rest.consents import ConsentOut, shown_consent
from onshi.interfaces.rest.facts import TextOut
from onshi.interfaces.rest.problems import BadRequest, NotAllowed
from onshi.interfaces.rest.replies import Call, Reply, json_reply, shown_moment
from onshi.interfaces.rest.schemas import CheckOut
from onshi.interfaces.rest.shapes import write_checked
from onshi.kernel import parse_day
from onshi.presence import Bound, Mode, Outcome, Presented, Proven, Purpose
from onshi.registry.enrolling import Place, State

NONCES_PATH = "/v1/presence/nonces"
CHECKS_PATH = "/v1/presence/checks"
REGISTRATIONS_PATH = "/v1/presence/registrations"
REGISTER_SCOPE = "register"
NONCE_BODY_LIMIT = 1_024
BODY_LIMIT = 16_384
_TERMINAL = re.compile(r"[!-~]{1,64}")
_CERTIFICATE_MAX = 8_192
# Which scope software needs for a nonce of each purpose.
_SCOPES: dict[Purpose, frozenset[str]] = {
    Purpose.CHECK: frozenset({"check"}),
    Purpose.REGISTER: frozenset({REGISTER_SCOPE, access.PORTAL_SCOPE}),
    Purpose.PORTAL: frozenset({access.PORTAL_SCOPE}),
}
NONCE_SCOPES = tuple(sorted(frozenset().union(*_SCOPES.values())))
_PLACES = {
    PartyKind.INSTITUTION: Place.READER,
    PartyKind.MUNICIPALITY: Place.MUNICIPAL_TERMINAL,
    PartyKind.PORTAL: Place.PORTAL,
    PartyKind.CASHLESS: Place.BANK_MACHINE,
}


class NonceIn(msgspec.Struct, forbid_unknown_fields=True):
    """What the nonce is wanted for. `terminal`: the reader's name at your organisation, 1 to 64 visible ASCII signs
    (of a certified terminal: its id)."""

    terminal: str
    mode: Mode
    purpose: Purpose = Purpose.CHECK


class NonceOut(msgspec.Struct, frozen=True):
    """`nonce`: 48 bytes in base64url without padding, good once, for what it was made for, until `expires_at`.

    `party` is the name under which you are bound to it: it is part of what the card signs.
    """

    nonce: str
    expires_at: str
    party: str


class CardShownIn(msgspec.Struct, forbid_unknown_fields=True):
    """A card that was shown. Bytes are base64url without padding.

    `certificate`: DER; `signature`: the card's, RSA PKCS #1 v1.5 over the SHA-256 digest described in
    docs/explanation/presence.md. `terminal_certificate` and `terminal_signature`: for the modes face and staff.
    """

    nonce: str
    terminal: str
    mode: Mode
    certificate: str
    signature: str
    terminal_certificate: str | None = None
    terminal_signature: str | None = None
    on: str | None = None
    limit_consent: bool = False
    disease_consent: bool = False
    reference: str | None = None
    want_reference_number: bool = False
    consents: list[Kind] = []
    care: Care = Care.OUTPATIENT


class RegistrationIn(msgspec.Struct, forbid_unknown_fields=True):
    """A card whose holder wants it as insurance card; members as in a check."""

    nonce: str
    terminal: str
    mode: Mode
    certificate: str
    signature: str
    terminal_certificate: str | None = None
    terminal_signature: str | None = None


class PresenceOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the card proved: `outcome`, what that is good for (`all`, `eligibility`, `nothing`), and what to do now.

    `reason` says more of a card that is untrusted or revoked, or whose status cannot be had.
    """

    outcome: Outcome
    lets_in: str
    meaning: TextOut
    advice: TextOut
    reason: str | None = None


class CardCheckOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the card proved, and the check where the holder is there.

    `consents` are those that were recorded: of a holder who is there in full, and whom the answer shows.
    """

    presence: PresenceOut
    check: CheckOut | None = None
    consents: list[ConsentOut] = []


class ReceiptOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the registration stands: `reserved` keeps its place until the insurer's data come, and completes by itself.

    It says nothing of whom the card was joined to. `effective_on`: the first day without it, once withdrawn.
    """

    enrolment: str
    state: State
    at: str
    effective_on: str | None = None


class RegistrationOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the card proved, and the registration where the holder is there."""

    presence: PresenceOut
    registration: ReceiptOut | None = None


_decode_nonce = msgspec.json.Decoder(NonceIn).decode
_decode_registration = msgspec.json.Decoder(RegistrationIn).decode
_decode_shown = msgspec.json.Decoder(CardShownIn).decode
_encode = msgspec.json.Encoder().encode


def post_nonce(call: Call) -> Reply:
    """A nonce for a reader of the caller's."""
    try:
        given = _decode_nonce(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _bad(error) from None
    caller = call.known_caller
    if caller.scopes.isdisjoint(_SCOPES[given.purpose]):
        raise NotAllowed(scope=" / ".join(sorted(_SCOPES[given.purpose])))
    bound = Bound(caller.party_id, _terminal(given.terminal), given.purpose, given.mode)
    nonce = call.app.nonce(bound)
    return json_reply(NonceOut(audit.unpadded(nonce.value), shown_moment(nonce.expires_at), bound.party))


def post_card_check(call: Call) -> Reply:
    """What the card proved, and the check, after both are durably in the log."""
    try:
        given = _decode_shown(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _bad(error) from None
    caller = call.known_caller
    shown = _read(given, caller.party_id, call.app.today())
    (answered,) = call.app.present([shown], [Asker(caller.party_id, caller.party_code)])
    return Reply(200, _written(answered, given.reference))


def post_registration(call: Call) -> Reply:
    """Registers the card as insurance card, or reserves that, after it is durably in the log."""
    try:
        given = _decode_registration(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _bad(error) from None
    party = call.known_caller.party_id
    place = _PLACES.get(PartyKind(party.partition(":")[0]))
    if place is None:
        raise NotAllowed(scope=REGISTER_SCOPE)
    done = call.app.register(_presented(given, party, Purpose.REGISTER), place, party)
    receipt = done.receipt
    shown = None
    if receipt is not None:
        effective_on = None if receipt.effective_on is None else receipt.effective_on.isoformat()
        shown = ReceiptOut(receipt.enrolment, receipt.state, shown_moment(receipt.at), effective_on)
    return json_reply(RegistrationOut(_shown(done.proven), shown))


def _bad(error: Exception) -> BadRequest:
    return BadRequest(why=str(error) if isinstance(error, msgspec.MsgspecError) else "not UTF-8")


def _read(given: CardShownIn, party: str, today: date) -> CardShown:
    presented = _presented(given, party, Purpose.CHECK)
    return CardShown(
        presented,
        _day(given.on, today),
        given.limit_consent,
        given.disease_consent,
        given.want_reference_number,
        tuple(given.consents),
        given.care,
    )


def _presented(given: CardShownIn | RegistrationIn, party: str, purpose: Purpose) -> Presented:
    return Presented(
        Bound(party, _terminal(given.terminal), purpose, given.mode),
        _bytes(given.nonce, "nonce"),
        _bytes(given.certificate, "certificate"),
        _bytes(given.signature, "signature"),
        _optional(given.terminal_certificate, "terminal_certificate"),
        _optional(given.terminal_signature, "terminal_signature"),
    )


def _terminal(text: str) -> str:
    if not _TERMINAL.fullmatch(text):
        raise BadRequest(why="`terminal` has 1 to 64 visible ASCII signs")
    return text


def _day(text: str | None, today: date) -> date:
    try:
        return today if text is None else parse_day(text)
    except ValueError:
        raise BadRequest(why="`on` is not a day") from None


def _optional(text: str | None, name: str) -> bytes | None:
    return None if text is None else _bytes(text, name)


def _bytes(text: str, name: str) -> bytes:
    try:
        value = audit.from_unpadded(text)
    except ValueError:
        raise BadRequest(why=f"`{name}` is not base64url without padding") from None
    if not 0 < len(value) <= _CERTIFICATE_MAX:
        raise BadRequest(why=f"`{name}` is empty or too long")
    return value


def _written(answered: CardAnswered, reference: str | None) -> bytes:
    parts = [b'{"presence":', _encode(_shown(answered.proven))]
    if answered.checked is not None:
        parts += [b',"check":', write_checked(answered.checked, reference)]
    if answered.consents:
        parts += [b',"consents":', _encode([shown_consent(one) for one in answered.consents])]
    return b"".join((*parts, b"}"))


def _shown(proven: Proven) -> PresenceOut:
    outcome = proven.outcome
    return PresenceOut(
        outcome,
        presence.lets_in(outcome),
        TextOut(**{language: presence.outcome_meaning(outcome, language) for language in presence.LANGUAGES}),
        TextOut(
            **{language: presence.outcome_advice(outcome, "reception", language) for language in presence.LANGUAGES}
        ),
        proven.reason,
    )
