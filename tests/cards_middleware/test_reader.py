"""Our own reader through PC/SC: whole conversations, what the next process finds, and how long it takes."""

import os
import statistics
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from chip import make
from chip.make import AUTH_PIN
from onshi.chip import Application, Lock, code_b, talk
from onshi.outside import CardGone, PcscCard, ReaderBusy, ReaderMissing, read_card
from onshi.outside.pcsc import NoCard, open_card, readers

from .conftest import RUN, Pcscd, Slot, run

pytestmark = [pytest.mark.middleware, pytest.mark.xdist_group("pcscd")]

DIGEST = sha256(b"nonce").digest()
# A card in a virtual reader answers in a fraction of this; one acknowledgement held back takes four times as long.
SLOWEST_S = 0.010
OTHER = """
import sys
from onshi.chip import Application, talk
from onshi.outside.pcsc import open_card
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
with open_card() as card:
    talk.select(card, Application.JPKI)
    sys.stdout.write("signed" if talk.sign_digest(card, bytes(32)) else "refused")
"""


@pytest.fixture
def card(plugged: Path) -> PcscCard:
    opened = open_card()
    assert isinstance(opened, PcscCard)
    return opened


def test_the_whole_conversation_at_a_desk(card: PcscCard) -> None:
    with card:
        assert talk.select(card, Application.JPKI)
        assert talk.read_auth_certificate(card) == make.der(make.certificate("auth"))
        assert talk.tries_left(card, Lock.AUTH_PIN) == 3
        assert talk.sign_digest(card, DIGEST) is None
        assert talk.verify_pin(card, AUTH_PIN) == talk.PinRight()
        signature = talk.sign_digest(card, DIGEST)
    assert signature is not None
    make.key("auth").public_key().verify(signature, DIGEST, PKCS1v15(), Prehashed(SHA256()))


def test_face_and_terminal_through_the_reader(card: PcscCard) -> None:
    """The 307 bytes of a terminal's certificate need an extended command all the way."""
    desk = make.terminal()
    with card:
        face = talk.read_face(card, code_b(make.SURFACE))
        assert isinstance(face, talk.Face)
        assert talk.is_face_genuine(face, make.key("surface root").public_key())
        assert talk.is_chip_genuine(card, face, os.urandom(16))
        talk.select(card, Application.JPKI)
        certificate = make.der(make.certificate("auth"))
        answer = talk.authenticate_terminal(card, desk.certificate, desk.sign, certificate)
        assert answer is talk.TerminalAnswer.ACCEPTED
        assert talk.sign_digest(card, DIGEST) is not None


def test_a_pin_is_of_no_use_to_the_next_process(card: PcscCard) -> None:
    # It is there and waits: pcscd takes the power from a card that nobody uses after a moment, whoever left it how.
    command = [sys.executable, "-c", OTHER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "ready\n"
        with card:
            talk.select(card, Application.JPKI)
            talk.verify_pin(card, AUTH_PIN)
            assert talk.sign_digest(card, DIGEST) is not None
        assert waiting.communicate("go\n", timeout=30)[0] == "refused"


def test_nobody_else_has_the_card_meanwhile(card: PcscCard) -> None:
    with card:
        with pytest.raises(ReaderBusy):
            open_card()
        other = run(sys.executable, "-c", OTHER, given=b"go\n")
        assert other.err.splitlines()[-1].startswith("onshi.outside.errors.ReaderBusy: ")
    opened = open_card()
    assert isinstance(opened, PcscCard)
    opened.close()


def test_an_empty_reader_is_told_from_none(slot: Slot, pcscd: Pcscd) -> None:
    assert readers()[0].startswith("Virtual PCD")
    assert open_card() == NoCard()
    with pytest.raises(ReaderMissing):
        open_card("No such reader")


def test_a_card_taken_out_too_early_has_a_name(slot: Slot, card_file: Path) -> None:
    slot.plug(card_file)
    opened = open_card()
    assert isinstance(opened, PcscCard)
    with opened:
        assert talk.select(opened, Application.JPKI)
        slot.kill_now()
        with pytest.raises(CardGone):
            talk.select(opened, Application.JPKI)


def test_the_command_plugs_a_card_in_until_ctrl_c(slot: Slot, card_file: Path) -> None:
    """`onshi cards virtual run FILE`."""
    slot.plug(card_file, RUN)
    assert run("opensc-tool", "--name").out == "jpki\n"
    assert slot.unplug() == 0
    assert open_card() == NoCard()


def test_a_wrong_pin_is_counted_in_the_file_before_it_is_answered(card: PcscCard, plugged: Path) -> None:
    with card:
        talk.select(card, Application.JPKI)
        for left in (2, 1):
            assert talk.verify_pin(card, "0000") == talk.PinWrong(left)
            assert read_card(plugged)[1].tries[Lock.AUTH_PIN] == left


def test_a_command_that_signs_nothing_is_quick(card: PcscCard) -> None:
    taken = []
    with card:
        talk.select(card, Application.JPKI)
        for _ in range(100):
            began = time.perf_counter()
            talk.tries_left(card, Lock.AUTH_PIN)
            taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < SLOWEST_S


def test_a_second_process_cannot_plug_the_same_card(plugged: Path, pcscd: Pcscd) -> None:
    command = [*pcscd.inside, sys.executable, *RUN, str(plugged)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "plugged in already" in done.stderr or "使用中" in done.stderr
