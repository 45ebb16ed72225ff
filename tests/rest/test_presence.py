"""A card at a desk over HTTP: who is let in, and the exact reason of everybody who is not."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from onshi import audit, card_office, eligibility, pki
from onshi.audit import Action
from onshi.chip.talk import PinBlocked, PinWrong
from onshi.kernel import parse_moment
from onshi.outside import authority_key
from onshi.pki import Reason
from onshi.presence import LIFE, Mode, OtherCard, Purpose, pin_tries, show_with_pin

from .card_desk import CLINIC, TERMINAL, CardDesk, at_desk, at_terminal, blank
from .make import Country, Front

OTHER = "institution:1312345686"


@pytest.fixture
def desk(land: Country, front: Front, tmp_path: Path) -> CardDesk:
    return CardDesk(land, tmp_path, front).open()


def test_a_holder_with_the_right_pin_is_there_and_is_checked(desk: CardDesk) -> None:
    told = desk.told(desk.shown(desk.card()), reference="A-7")
    assert (told["presence"]["outcome"], told["presence"]["lets_in"]) == ("present", "all")
    check = told["check"]
    assert (check["answer"]["kind"], check["reference"]) == ("in_force", "A-7")
    assert check["proof"]["presence"] == "pin"
    document = b'{"answer":%s,"proof":%s}' % (_json(check["answer"]), _json(check["proof"]))
    assert eligibility.verify(document, desk.land.app.ring.public_jwks()) is eligibility.Verdict.GOOD


@pytest.mark.parametrize("mode", [Mode.FACE, Mode.STAFF])
def test_a_certified_terminal_needs_no_pin(desk: CardDesk, mode: Mode) -> None:
    proving = desk.certify_terminal()
    told = desk.told(desk.shown(desk.card(pin=None), bound=at_terminal(mode), proving=proving))
    assert told["presence"]["outcome"] == "present"
    assert told["check"]["proof"]["presence"] == mode


def test_a_wrong_pin_costs_one_try_and_reaches_no_server(desk: CardDesk) -> None:
    card, bound = desk.card(), at_desk()
    nonce = desk.nonce(bound)
    assert [show_with_pin(card, bound, nonce, "0000") for _ in range(3)] == [PinWrong(2), PinWrong(1), PinBlocked()]
    assert pin_tries(card) == 0
    assert show_with_pin(card, bound, nonce, "8351") == PinBlocked()


def test_no_card_of_ours_is_told(desk: CardDesk) -> None:
    class Mute:
        def transmit(self, _command: bytes, /) -> bytes:
            return b"\x6a\x82"

    assert (pin_tries(Mute()), show_with_pin(Mute(), at_desk(), bytes(48), "8351")) == (OtherCard(), OtherCard())


def test_a_nonce_is_good_once(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    assert desk.outcome(shown) == ("present", None, "in_force")
    assert desk.outcome(shown) == ("nonce_used", None, None)


def test_a_nonce_is_used_up_by_a_card_that_fails(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    assert desk.outcome(replace(shown, signature=bytes(256))) == ("wrong_signature", None, None)
    assert desk.outcome(shown) == ("nonce_used", None, None)


def test_a_nonce_lasts_a_minute(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    desk.wait(LIFE)
    assert desk.outcome(shown) == ("nonce_expired", None, None)


def test_a_nonce_of_another_desk_purpose_or_mode_is_told(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    assert desk.outcome(shown, terminal="desk-2") == ("nonce_of_another", None, None)
    assert desk.outcome(shown, mode="face") == ("nonce_of_another", None, None)
    desk.let_register()
    registering = desk.shown(desk.card("other"), bound=at_desk(purpose=Purpose.REGISTER))
    assert desk.outcome(registering) == ("nonce_of_another", None, None)
    # None of them was used up: each may still be shown where it belongs.
    assert desk.outcome(shown) == ("present", None, "in_force")


def test_another_institution_cannot_use_what_was_signed_here(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    theirs = desk.land.bearer("other-software")
    body = {
        "nonce": audit.unpadded(shown.nonce),
        "terminal": "desk",
        "mode": "pin",
        "certificate": audit.unpadded(shown.certificate),
        "signature": audit.unpadded(shown.signature),
    }
    reply = desk.front.post("/v1/presence/checks", json=body, headers=theirs)
    assert reply.json()["presence"]["outcome"] == "nonce_of_another"


def test_a_nonce_nobody_gave_out_is_malformed(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    assert desk.outcome(replace(shown, nonce=bytes(48))) == ("nonce_malformed", None, None)
    assert desk.outcome(replace(shown, nonce=b"short")) == ("nonce_malformed", None, None)


def test_a_swapped_certificate_does_not_fit_the_signature(desk: CardDesk) -> None:
    shown, other = desk.shown(desk.card()), desk.shown(desk.card("other"))
    assert desk.outcome(replace(shown, certificate=other.certificate)) == ("wrong_signature", None, None)


def test_bytes_that_are_no_certificate_are_untrusted(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    assert desk.outcome(replace(shown, certificate=b"\x30\x03abc")) == ("untrusted", "malformed", None)


def test_an_authority_of_the_same_name_with_another_key_is_unknown(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    forged = _forged(shown.certificate)
    assert desk.outcome(replace(shown, certificate=forged)) == ("untrusted", "unknown-issuer", None)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason.CEASED, ("revoked", "cessationOfOperation", None)),
        (Reason.KEY_COMPROMISE, ("revoked", "keyCompromise", None)),
        (Reason.SUPERSEDED, ("superseded", None, None)),
    ],
)
def test_a_certificate_that_is_off_is_told_why(
    desk: CardDesk, reason: Reason, told: tuple[str, str | None, str | None]
) -> None:
    card = desk.card()
    key = pki.CertificateKey(*desk.key_of(card))
    if reason is Reason.SUPERSEDED:
        _renewed(desk, key)
    else:
        desk.change(card, pki.changes.revoke, reason)
    assert desk.outcome(desk.shown(card)) == told


def test_a_lost_card_is_suspended(desk: CardDesk) -> None:
    card, app = desk.card(), desk.land.app
    with app.db.transaction(reading=True) as tx:
        held = pki.certificate(tx, pki.CertificateKey(*desk.key_of(card)))
    app.run(lambda tx: pki.changes.suspend(tx, held.holder, held.card, at=app.now()))
    assert desk.outcome(desk.shown(card)) == ("suspended", None, None)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2031-05-05", ("present", None, "in_force")),  # the fifth birthday, its last day
        ("2031-05-06", ("present_in_grace", None, "in_force")),
        ("2031-08-31", ("present_in_grace", None, "in_force")),  # the end of the third month after
        ("2031-09-01", ("expired", None, None)),
    ],
)
def test_an_expired_card_serves_for_three_months_more(
    desk: CardDesk, day: str, told: tuple[str, str | None, str | None]
) -> None:
    card = desk.card()
    desk.land.clock.moment = parse_moment(f"{day}T09:00:00")
    assert desk.outcome(desk.shown(card)) == told


def test_a_card_nobody_registered_proves_its_holder_and_is_not_registered(desk: CardDesk) -> None:
    assert desk.outcome(desk.shown(desk.card(person=None))) == ("present", None, "not_registered")


def test_a_terminal_must_prove_itself(desk: CardDesk) -> None:
    shown = desk.shown(desk.card(), bound=at_terminal(), proving=desk.certify_terminal())
    bare = replace(shown, terminal_certificate=None, terminal_signature=None)
    assert desk.outcome(bare) == ("no_terminal", None, None)


@pytest.mark.parametrize("part", ["terminal_certificate", "terminal_signature"])
def test_a_terminal_of_others_is_wrong(desk: CardDesk, part: str) -> None:
    shown = desk.shown(desk.card(), bound=at_terminal(), proving=desk.certify_terminal())
    good = getattr(shown, part)
    assert desk.outcome(replace(shown, **{part: good[:-1] + bytes([good[-1] ^ 1])})) == ("wrong_terminal", None, None)


def test_a_terminal_of_another_institution_is_wrong(desk: CardDesk) -> None:
    proving = desk.certify_terminal(party=OTHER)
    assert desk.outcome(desk.shown(desk.card(), bound=at_terminal(), proving=proving)) == ("wrong_terminal", None, None)


def test_a_revoked_terminal_is_told(desk: CardDesk) -> None:
    proving, app = desk.certify_terminal(), desk.land.app
    app.run(lambda tx: pki.terminals.revoke(tx, TERMINAL, at=app.now()))
    shown = desk.shown(desk.card(), bound=at_terminal(), proving=proving)
    assert desk.outcome(shown) == ("terminal_revoked", None, None)


def test_an_expired_terminal_is_told(desk: CardDesk) -> None:
    proving = desk.certify_terminal(expires_on=date(2026, 11, 1))
    shown = desk.shown(desk.card(), bound=at_terminal(), proving=proving)
    assert desk.outcome(shown) == ("terminal_expired", None, None)


def test_every_card_that_was_shown_is_in_the_log_without_naming_it(desk: CardDesk) -> None:
    shown = desk.shown(desk.card())
    desk.told(shown)
    desk.wait(1_000_000)
    desk.told(shown)
    with desk.land.app.db.transaction(reading=True) as tx:
        entries = audit.entries_of(tx, actor=CLINIC, action=Action.CARD_SHOWN)
    told = [(one.entry.outcome, one.entry.object, one.entry.subject) for one in entries]
    assert told == [("nonce_used", "desk", None), ("present", "desk", None)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"terminal": "", "mode": "pin"}, "terminal"),
        ({"terminal": "desk", "mode": "wish"}, "mode"),
        ({"mode": "pin"}, "terminal"),
        ({"terminal": "机", "mode": "pin"}, "terminal"),
    ],
)
def test_what_a_nonce_is_wanted_for_is_read_strictly(desk: CardDesk, body: dict[str, str], why: str) -> None:
    reply = desk.front.post("/v1/presence/nonces", json=body, headers=desk.land.bearer())
    assert (reply.status_code, reply.json()["code"]) == (400, "bad-request")
    assert why in reply.json()["detail"]["en"]


@pytest.mark.parametrize("name", ["nonce", "certificate", "signature"])
@pytest.mark.parametrize("value", ["", "a+b=", "A" * 20_000])
def test_what_is_no_base64url_is_refused_by_name(desk: CardDesk, name: str, value: str) -> None:
    body = {"nonce": "AA", "terminal": "desk", "mode": "pin", "certificate": "AA", "signature": "AA"} | {name: value}
    reply = desk.front.post("/v1/presence/checks", json=body, headers=desk.land.bearer())
    assert reply.status_code in (400, 413)
    if reply.status_code == 400:
        assert f"`{name}`" in reply.json()["detail"]["en"]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _forged(certificate: bytes) -> bytes:
    """The same names and serial number, from an authority of the same name with another key."""
    real = x509.load_der_x509_certificate(certificate)
    key = generate_private_key(public_exponent=65537, key_size=2048)
    builder = (
        x509.CertificateBuilder()
        .subject_name(real.subject)
        .issuer_name(real.issuer)
        .serial_number(real.serial_number)
        .public_key(real.public_key())
        .not_valid_before(real.not_valid_before_utc)
        .not_valid_after(real.not_valid_after_utc)
    )
    for one in real.extensions:
        value = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        kept = value if isinstance(one.value, x509.AuthorityKeyIdentifier) else one.value
        builder = builder.add_extension(kept, critical=one.critical)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def _renewed(desk: CardDesk, key: pki.CertificateKey) -> None:
    app = desk.land.app
    with app.db.transaction(reading=True) as tx:
        old = pki.certificate(tx, key)
    order = pki.Order(
        kind=old.kind,
        holder=old.holder,
        card=old.card,
        municipality=old.municipality,
        not_after=old.not_after,
        public_key=blank("renewed").auth.public_key(),
    )
    signer = card_office.authority_keys(app).key(authority_key("TEST-CA", 1))
    app.run(lambda tx: pki.changes.renew(tx, signer, key, order, at=app.now()))
