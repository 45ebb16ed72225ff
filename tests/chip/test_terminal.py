"""A terminal that proves itself to the card, and everything that does not."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from onshi.chip import parse_terminal_certificate, terminal_tbs, verify_terminal_certificate
from onshi.chip.model import Application
from onshi.chip.talk import TerminalAnswer, authenticate_terminal, select, sign_digest
from onshi.chip.terminal import terminal_proof_bytes

from . import make
from .make import Bench, Terminal, terminal
from .test_commands import INFO, JPKI, TEXT

DIGEST = sha256(b"nonce").digest()
SIGN_WITH = {"auth": "802A009733" + INFO + "00", "sign": "802A009A33" + INFO + "00"}


@pytest.fixture
def desk() -> Terminal:
    return terminal()


def offered(certificate: bytes) -> str:
    return "80A200C1" + f"00{len(certificate):04X}" + certificate.hex()


def answered(bench: Bench, desk: Terminal) -> str:
    """EXTERNAL AUTHENTICATE to a fresh challenge."""
    challenge = bench.data("0084000010")
    assert bench.content.auth.certificate is not None
    return "0082000040" + desk.sign(terminal_proof_bytes(challenge, bench.content.auth.certificate)).hex()


def in_jpki(bench: Bench | None = None) -> Bench:
    found = bench or Bench()
    found.data(JPKI)
    return found


def test_a_certified_terminal_opens_the_authentication_key_only(desk: Terminal) -> None:
    bench = in_jpki()
    assert bench.say(SIGN_WITH["auth"]) == "6982"
    assert bench.say(offered(desk.certificate)) == "9000"
    assert bench.say(SIGN_WITH["auth"]) == "6982", "a certificate alone opens nothing"
    assert bench.say(answered(bench, desk)) == "9000"
    assert [bench.say(SIGN_WITH[kind]) for kind in ("auth", "sign")] == ["9000", "6982"]
    assert [bench.say(f"00B08{number}0000") for number in ("1", "9")] == ["6982", "6982"]
    bench.reset()
    in_jpki(bench)
    assert bench.say(SIGN_WITH["auth"]) == "6982"


def test_a_card_without_a_pin_works_at_a_certified_terminal(desk: Terminal) -> None:
    bench = in_jpki(Bench(make.card(auth_pin=None)))
    bench.data(offered(desk.certificate))
    bench.data(answered(bench, desk))
    assert bench.say(SIGN_WITH["auth"]) == "9000"


def test_a_certificate_of_another_authority_is_refused() -> None:
    bench = in_jpki()
    rogue = terminal("another terminal root")
    assert bench.say(offered(rogue.certificate)) == "6982"
    assert bench.say(answered(bench, rogue)) == "6985"


def test_a_stolen_certificate_without_its_key_is_refused(desk: Terminal) -> None:
    bench = in_jpki()
    bench.data(offered(desk.certificate))
    thief = Terminal(desk.certificate, ec.generate_private_key(ec.SECP256R1()))
    assert bench.say(answered(bench, thief)) == "6300"
    assert bench.say(SIGN_WITH["auth"]) == "6982"
    assert bench.say(answered(bench, desk)) == "9000", "its owner still may"


def test_a_challenge_is_answered_once(desk: Terminal) -> None:
    bench = in_jpki()
    bench.data(offered(desk.certificate))
    answer = answered(bench, desk)
    assert [bench.say(answer), bench.say(answer)] == ["9000", "6985"]
    thief = Terminal(desk.certificate, ec.generate_private_key(ec.SECP256R1()))
    assert bench.say(answered(bench, thief)) == "6300"
    assert bench.say(SIGN_WITH["auth"]) == "6982", "a wrong answer takes an earlier right one back"


def test_an_answer_for_another_card_is_refused(desk: Terminal) -> None:
    bench = in_jpki()
    bench.data(offered(desk.certificate))
    challenge = bench.data("0084000010")
    other = make.der(make.certificate("auth", 1002))
    assert bench.say("0082000040" + desk.sign(terminal_proof_bytes(challenge, other)).hex()) == "6300"


def test_a_new_certificate_has_to_be_proved_anew(desk: Terminal) -> None:
    bench = in_jpki()
    bench.data(offered(desk.certificate))
    bench.data(answered(bench, desk))
    bench.data(offered(terminal().certificate))
    assert bench.say(SIGN_WITH["auth"]) == "6982"


def zeroed(certificate: bytes) -> bytes:
    return certificate[:51] + bytes(256)


def longer_lived(certificate: bytes) -> bytes:
    return certificate[:1] + bytes.fromhex("20991231") + certificate[5:]


@pytest.mark.parametrize(
    ("altered", "status"),
    [
        (lambda raw: raw[:-1], "6700"),
        (lambda raw: raw + b"\0", "6700"),
        (lambda _: bytes(307), "6A80"),
        (lambda raw: b"\x02" + raw[1:], "6A80"),
        (lambda raw: raw[:1] + bytes.fromhex("20261301") + raw[5:], "6A80"),
        (lambda raw: raw[:1] + bytes.fromhex("2026A101") + raw[5:], "6A80"),
        (lambda raw: raw[:5] + b"\0" * 13 + raw[18:], "6A80"),
        (lambda raw: raw[:18] + b"\x04" + raw[19:], "6A80"),
        (lambda raw: raw[:18] + b"\x02" + b"\xff" * 32 + raw[51:], "6A80"),
        (zeroed, "6982"),
        (longer_lived, "6982"),
    ],
)
def test_an_altered_certificate_is_refused(desk: Terminal, altered: Callable[[bytes], bytes], status: str) -> None:
    bench = in_jpki()
    assert bench.say(offered(altered(desk.certificate))) == status
    assert bench.session.terminal is None


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("80A200C1", "6700"),
        ("80A200C033" + "00" * 51, "6A86"),
        ("80A200AE33" + "00" * 51, "6A86"),
        ("0082000040" + "00" * 64, "6985"),  # no terminal yet
        ("008200003F" + "00" * 63, "6700"),
        ("0082010040" + "00" * 64, "6A86"),
    ],
)
def test_what_does_not_fit_is_refused(command: str, status: str) -> None:
    assert in_jpki().say(command) == status


def test_only_the_application_jpki_knows_terminals(desk: Terminal) -> None:
    bench = Bench()
    commands = (offered(desk.certificate), "0082000040" + "00" * 64)
    assert [bench.say(command) for command in commands] == ["6986", "6986"]
    bench.data(TEXT)
    assert [bench.say(command) for command in commands] == ["6D00", "6D00"]


@pytest.mark.parametrize("size", [1, 15, 17, 256])
def test_only_a_challenge_of_sixteen_bytes_counts(desk: Terminal, size: int) -> None:
    bench = in_jpki()
    bench.data(offered(desk.certificate))
    challenge = bench.data(f"00840000{size % 256:02X}")
    assert bench.content.auth.certificate is not None
    proof = desk.sign(terminal_proof_bytes(challenge, bench.content.auth.certificate))
    assert bench.say("0082000040" + proof.hex()) == "6985"


def test_the_signed_bytes_are_these(desk: Terminal) -> None:
    raw = desk.certificate
    assert (len(raw), raw[:18]) == (307, bytes.fromhex("0120270331") + b"DESK-01      ")
    read = parse_terminal_certificate(raw)
    assert read is not None
    assert (read.id, read.expires_on, read.public_key) == ("DESK-01", date(2027, 3, 31), desk.key.public_key())
    assert verify_terminal_certificate(read, make.key("terminal root").public_key())
    assert not verify_terminal_certificate(read, make.key("another terminal root").public_key())
    challenge, certificate = bytes(16), b"DER"
    assert terminal_proof_bytes(challenge, certificate) == b"onshi-terminal-1" + bytes(16) + sha256(b"DER").digest()


@pytest.mark.parametrize("id", ["", "A" * 14, "机", "A B", "A\n"])
def test_ids_are_visible_ascii(id: str) -> None:
    with pytest.raises(ValueError, match="1 to 13 visible ASCII"):
        terminal_tbs(id, date(2027, 1, 1), ec.generate_private_key(ec.SECP256R1()).public_key())


def test_keys_are_on_one_curve() -> None:
    with pytest.raises(ValueError, match="P-256"):
        terminal_tbs("A", date(2027, 1, 1), ec.generate_private_key(ec.SECP384R1()).public_key())


@given(st.binary(min_size=307, max_size=307), st.integers(0, 50), st.integers(1, 255))
def test_no_bytes_break_the_reader(raw: bytes, place: int, mask: int) -> None:
    parse_terminal_certificate(raw)
    altered = bytearray(USUAL.certificate)
    altered[place] ^= mask
    read = parse_terminal_certificate(bytes(altered))
    assert read is None or not verify_terminal_certificate(read, make.key("terminal root").public_key())


USUAL = terminal()


def test_the_readers_side_proves_a_terminal(desk: Terminal) -> None:
    bench = Bench()
    assert select(bench, Application.JPKI)
    certificate = bench.content.auth.certificate
    assert certificate is not None
    thief = Terminal(desk.certificate, ec.generate_private_key(ec.SECP256R1()))
    rogue = terminal("another terminal root")
    for one, expected in (
        (rogue, TerminalAnswer.CERTIFICATE_REFUSED),
        (Terminal(b"\0" * 307, desk.key), TerminalAnswer.CERTIFICATE_REFUSED),
        (thief, TerminalAnswer.PROOF_REFUSED),
    ):
        assert authenticate_terminal(bench, one.certificate, one.sign, certificate) is expected
        assert sign_digest(bench, DIGEST) is None
    assert authenticate_terminal(bench, desk.certificate, desk.sign, certificate) is TerminalAnswer.ACCEPTED
    assert sign_digest(bench, DIGEST) is not None
