"""The reader's side, against the chip and against things that are no card."""

import os
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from onshi.chip import Application, CardAnswerUnexpected, Lock, talk
from onshi.chip.talk import PinBlocked, PinRight, PinWrong

from . import make
from .make import AUTH_PIN, PASSWORD, SURFACE, Bench
from .test_commands import CODE_B

DIGEST = sha256(b"nonce").digest()


@pytest.fixture
def bench() -> Bench:
    found = Bench()
    assert talk.select(found, Application.JPKI)
    return found


def test_the_certificate_is_read_without_a_pin(bench: Bench) -> None:
    assert talk.read_auth_certificate(bench) == make.der(make.certificate("auth"))


def test_a_digest_is_signed_after_the_pin(bench: Bench) -> None:
    assert talk.sign_digest(bench, DIGEST) is None
    assert talk.verify_pin(bench, AUTH_PIN) == PinRight()
    signature = talk.sign_digest(bench, DIGEST)
    assert signature is not None
    make.key("auth").public_key().verify(signature, DIGEST, PKCS1v15(), Prehashed(SHA256()))


def test_every_wrong_pin_is_shown_once_and_told(bench: Bench) -> None:
    assert talk.tries_left(bench, Lock.AUTH_PIN) == 3
    sent = len(bench.sent)
    assert [talk.verify_pin(bench, "0000") for _ in range(4)] == [PinWrong(2), PinWrong(1), PinBlocked(), PinBlocked()]
    assert len(bench.sent) - sent == 4
    assert (talk.tries_left(bench, Lock.AUTH_PIN), talk.verify_pin(bench, AUTH_PIN)) == (0, PinBlocked())


@pytest.mark.parametrize("pin", ["", "１２３４", "1" * 256])
def test_what_no_card_could_compare_is_not_sent(bench: Bench, pin: str) -> None:
    sent = len(bench.sent)
    with pytest.raises(ValueError, match="1 to 255 ASCII"):
        talk.verify_pin(bench, pin)
    assert (len(bench.sent), talk.tries_left(bench, Lock.AUTH_PIN)) == (sent, 3)


def test_a_password_is_changed(bench: Bench) -> None:
    assert talk.show_secret(bench, Lock.SIGN_PASSWORD, PASSWORD) == PinRight()
    assert [talk.change_secret(bench, Lock.SIGN_PASSWORD, new) for new in ("short", "NEWPASS1")] == [False, True]
    bench.reset()
    talk.select(bench, Application.JPKI)
    assert talk.show_secret(bench, Lock.SIGN_PASSWORD, PASSWORD) == PinWrong(4)
    assert talk.show_secret(bench, Lock.SIGN_PASSWORD, "NEWPASS1") == PinRight()


def test_the_face_is_read_and_genuine() -> None:
    bench = Bench()
    face = talk.read_face(bench, CODE_B)
    assert isinstance(face, talk.Face)
    assert (face.birth_on, face.sex, face.expires_on, face.photo, face.name_image) == (
        SURFACE.birth_on,
        "2",
        SURFACE.expires_on,
        SURFACE.photo,
        SURFACE.name_image,
    )
    root = make.key("surface root").public_key()
    assert talk.is_face_genuine(face, root)
    assert not talk.is_face_genuine(face, make.key("card").public_key())
    assert talk.is_chip_genuine(bench, face, os.urandom(16))


def test_a_copy_of_the_files_is_no_chip() -> None:
    bench = Bench()
    face = talk.read_face(bench, CODE_B)
    assert isinstance(face, talk.Face)
    copy = Bench(replace(bench.content, card_key=make.key("the forger's")))
    copy.data("00A4040C0AD3921000310001010402")
    assert talk.is_face_genuine(face, make.key("surface root").public_key())
    assert not talk.is_chip_genuine(copy, face, os.urandom(16))


def test_another_photo_is_not_genuine() -> None:
    bench = Bench()
    face = talk.read_face(bench, CODE_B)
    assert isinstance(face, talk.Face)
    forged = Bench(replace(bench.content, surface=replace(SURFACE, photo=b"another face")))
    other = talk.read_face(forged, CODE_B)
    assert isinstance(other, talk.Face)
    root = make.key("surface root").public_key()
    assert (talk.is_face_genuine(face, root), talk.is_face_genuine(other, root)) == (True, False)


def test_a_wrong_code_opens_no_face() -> None:
    bench = Bench()
    wrong = "0" * 14
    assert talk.read_face(bench, wrong) == PinWrong(9)
    assert [talk.read_face(bench, wrong) for _ in range(9)] == [*map(PinWrong, range(8, 0, -1)), PinBlocked()]
    assert talk.read_face(bench, CODE_B) == PinBlocked()


class Says:
    """Answers everything with the same bytes."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def transmit(self, command: bytes, /) -> bytes:
        return self.answer


def test_another_card_is_none_of_ours() -> None:
    assert talk.select(Says(b"\x6a\x82"), Application.JPKI) is False


@pytest.mark.parametrize("answer", [b"", b"\x90", b"\x6f\x00", b"\x6d\x00"])
def test_an_answer_no_card_gives_has_a_name(answer: bytes) -> None:
    for ask in (
        lambda card: talk.select(card, Application.JPKI),
        lambda card: talk.verify_pin(card, AUTH_PIN),
        lambda card: talk.tries_left(card, Lock.AUTH_PIN),
        lambda card: talk.sign_digest(card, DIGEST),
        talk.read_auth_certificate,
    ):
        with pytest.raises(CardAnswerUnexpected) as refused:
            ask(Says(answer))
        assert AUTH_PIN not in str(refused.value)
        assert refused.value.facts["status"] == (answer.hex().upper() if len(answer) == 2 else "none")


class Babbles:
    """Answers with whatever it was given, then with nothing but 9000."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers

    def transmit(self, command: bytes, /) -> bytes:
        return self.answers.pop(0) if self.answers else b"\x90\x00"


ok = st.binary(max_size=40).map(lambda data: data + b"\x90\x00")


@given(st.lists(st.one_of(st.binary(max_size=40), ok, st.just(b"\x90\x00")), max_size=8))
def test_no_answer_breaks_the_reader(answers: list[bytes]) -> None:
    for ask in (
        lambda card: talk.select(card, Application.JPKI),
        lambda card: talk.verify_pin(card, AUTH_PIN),
        lambda card: talk.tries_left(card, Lock.AUTH_PIN),
        lambda card: talk.sign_digest(card, DIGEST),
        lambda card: talk.read_face(card, CODE_B),
        lambda card: talk.authenticate_terminal(card, bytes(307), lambda _: bytes(64), b""),
        talk.read_auth_certificate,
    ):
        try:
            ask(Babbles(list(answers)))
        except CardAnswerUnexpected as refused:
            assert set(refused.facts) == {"step", "status"}


class Alters:
    """A card behind a wire that changes what it says."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self.bench, self.old, self.new = Bench(), old, new

    def transmit(self, command: bytes, /) -> bytes:
        return self.bench.transmit(command).replace(self.old, self.new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ff2082", "ff1082"),  # another file
        ("df22083139", "df21083139"),  # an object with another tag
        ("df220831393838", "df220831393838".replace("38", "3a", 1)),  # no day
        ("df22083139383830343039", "df22083139383831343039"),  # no such month
        ("df29083230333530343039", "df29083230333530343332"),  # no such day
        ("90030100019182", "90030100019382"),  # no key
        ("9003010001", "9003000002"),
    ],
)
def test_a_face_that_is_none_has_a_name(old: str, new: str) -> None:
    assert isinstance(talk.read_face(Bench(), CODE_B), talk.Face)
    with pytest.raises(CardAnswerUnexpected) as refused:
        talk.read_face(Alters(bytes.fromhex(old), bytes.fromhex(new)), CODE_B)
    assert refused.value.facts == {"step": "read face", "status": "9000"}


def test_a_face_without_its_issuers_certificate_is_not_genuine() -> None:
    face = talk.read_face(Bench(), CODE_B)
    assert isinstance(face, talk.Face)
    root = make.key("surface root").public_key()
    for certificate in (b"", face.certificate[:-1], face.certificate.replace(b"\x5f\x4e", b"\x5f\x4f")):
        assert not talk.is_face_genuine(replace(face, certificate=certificate), root)
    assert talk.is_face_genuine(face, root)


def test_a_card_without_the_surface_is_told() -> None:
    with pytest.raises(CardAnswerUnexpected) as refused:
        talk.read_face(Says(b"\x6a\x82"), CODE_B)
    assert refused.value.facts == {"step": "select", "status": "6A82"}


def test_a_card_without_a_certificate_is_told(bench: Bench) -> None:
    bare = Bench(replace(bench.content, auth=replace(bench.content.auth, certificate=None)))
    talk.select(bare, Application.JPKI)
    assert talk.read_auth_certificate(bare) is None


def test_a_signature_of_another_length_is_none() -> None:
    with pytest.raises(CardAnswerUnexpected):
        talk.sign_digest(Says(bytes(255) + b"\x90\x00"), DIGEST)


@pytest.mark.parametrize("head", ["3084FFFFFFFF", "30FF", "3082FFFF"])
def test_a_file_that_says_no_length_or_too_much_is_not_read(head: str) -> None:
    with pytest.raises(CardAnswerUnexpected):
        talk.read_auth_certificate(Babbles([b"\x90\x00", bytes.fromhex(head) + b"\x90\x00"]))
