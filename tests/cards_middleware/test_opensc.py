"""Unmodified OpenSC takes the software card for a My Number Card."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from chip import make
from chip.make import AUTH_PIN, PASSWORD
from onshi.chip import CardContent, Lock
from onshi.chip.signing import digest_info
from onshi.outside import read_card

from .conftest import MODULE, Slot, run

pytestmark = [pytest.mark.middleware, pytest.mark.xdist_group("pcscd")]

MESSAGE = b"a document of which the hash is signed\n"
TOOL = ("pkcs11-tool", "--module", MODULE)
AUTH, SIGN = ("01", AUTH_PIN, "auth"), ("02", PASSWORD, "sign")


def public_key(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.pem"
    path.write_bytes(make.key(kind).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def slot_of(key: str) -> tuple[str, ...]:
    # OpenSC makes a slot of each PIN.
    return "--slot-index", str(int(key) - 1)


def test_the_card_is_recognised(plugged: Path) -> None:
    said = run("opensc-tool", "--name")
    assert (said.code, said.out) == (0, "jpki\n")


def test_the_atr_is_that_of_the_contacts(plugged: Path) -> None:
    assert run("opensc-tool", "--atr").out == "3b:e0:00:ff:81:31:fe:45:14\n"


def test_everything_on_it_is_listed(plugged: Path) -> None:
    said = run("pkcs15-tool", "--dump")
    assert said.code == 0
    assert [said.out.count(word) for word in ("PIN [", "Private RSA Key [", "X.509 Certificate [")] == [2, 2, 4]
    assert [line.split(":")[1].strip() for line in said.out.splitlines() if "Tries left" in line] == ["3", "5"]


@pytest.mark.parametrize("number", ["01", "03", "04"])
def test_certificates_are_read_without_a_pin(plugged: Path, number: str) -> None:
    said = run("pkcs15-tool", "--read-certificate", number)
    kinds = {"01": make.certificate("auth"), "03": make.authority("auth"), "04": make.authority("sign")}
    assert load_pem_x509_certificate(said.raw) == kinds[number]


def test_the_signature_certificate_needs_its_password(plugged: Path) -> None:
    # The card is left powered for a while after whoever used it last: a password shown to it then still counts.
    assert run("opensc-tool", "--reset=cold").code == 0
    refused = run("pkcs15-tool", "--read-certificate", "02")
    words = ("--verify-pin", "--auth-id", "02", "--pin", PASSWORD)
    read = run("pkcs15-tool", "--read-certificate", "02", *words)
    assert refused.code != 0
    assert b"CERTIFICATE" not in refused.raw
    start = read.raw.index(b"-----BEGIN")
    assert load_pem_x509_certificate(read.raw[start:]) == make.certificate("sign")


@pytest.mark.parametrize(("key", "pin", "kind"), [AUTH, SIGN])
def test_a_signature_is_verified_by_openssl(plugged: Path, tmp_path: Path, key: str, pin: str, kind: str) -> None:
    document, signature = tmp_path / "document", tmp_path / "signature"
    document.write_bytes(MESSAGE)
    words = ("--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", key, "--input-file", document)
    signed = run(*TOOL, *slot_of(key), "--login", "--pin", pin, *words, "--output-file", signature)
    assert (signed.code, signature.stat().st_size) == (0, 256), signed.err
    verify = ("openssl", "dgst", "-sha256", "-signature", signature, "-verify")
    other = "sign" if kind == "auth" else "auth"
    assert run(*verify, public_key(tmp_path, kind), document).out == "Verified OK\n"
    assert run(*verify, public_key(tmp_path, other), document).out == "Verification failure\n"


def test_bytes_as_given_are_signed_too(plugged: Path, tmp_path: Path) -> None:
    info, signature = tmp_path / "info", tmp_path / "signature"
    info.write_bytes(digest_info(sha256(MESSAGE).digest()))
    words = ("--sign", "--mechanism", "RSA-PKCS", "--id", "01", "--input-file", info, "--output-file", signature)
    assert run(*TOOL, "--login", "--pin", AUTH_PIN, *words).code == 0
    document = tmp_path / "document"
    document.write_bytes(MESSAGE)
    verify = ("openssl", "dgst", "-sha256", "-signature", signature, "-verify", public_key(tmp_path, "auth"))
    assert run(*verify, document).out == "Verified OK\n"


def wrong(pin: str = "0000") -> tuple[int, str]:
    said = run(*TOOL, "--login", "--pin", pin, "--list-objects")
    found = [word for word in ("CKR_PIN_INCORRECT", "CKR_PIN_LOCKED", "CKR_GENERAL_ERROR") if word in said.err]
    return said.code, " ".join(found)


def tries(path: Path) -> int:
    return read_card(path)[1].tries[Lock.AUTH_PIN]


def test_three_wrong_pins_lock_it_for_good(slot: Slot, card_file: Path) -> None:
    slot.plug(card_file)
    left = []
    for _ in range(3):
        assert wrong() == (1, "CKR_PIN_INCORRECT")
        left.append(tries(card_file))
        # Neither taking it out nor a crash gives a try back.
        slot.unplug()
        slot.plug(card_file)
        assert tries(card_file) == left[-1]
    assert left == [2, 1, 0]
    assert "user PIN locked" in run(*TOOL, "--list-slots").out
    code, _ = wrong(AUTH_PIN)
    assert (code, tries(card_file)) == (1, 0)
    slot.kill()
    slot.plug(card_file)
    code, _ = wrong(AUTH_PIN)
    assert (code, tries(card_file)) == (1, 0)


def test_the_right_pin_gives_the_tries_back(plugged: Path) -> None:
    assert wrong() == (1, "CKR_PIN_INCORRECT")
    assert tries(plugged) == 2
    assert wrong(AUTH_PIN)[0] == 0
    assert tries(plugged) == 3


def test_a_childs_card_is_recognised_and_signs_in(plug: Callable[[CardContent], Path], tmp_path: Path) -> None:
    plug(make.card(is_child=True))
    assert run("opensc-tool", "--name").out == "jpki\n"
    document, signature = tmp_path / "document", tmp_path / "signature"
    document.write_bytes(MESSAGE)
    words = ("--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "01", "--input-file", document)
    assert run(*TOOL, "--login", "--pin", AUTH_PIN, *words, "--output-file", signature).code == 0
    verify = ("openssl", "dgst", "-sha256", "-signature", signature, "-verify", public_key(tmp_path, "auth"))
    assert run(*verify, document).out == "Verified OK\n"


def test_a_card_without_a_pin_is_recognised_and_takes_none(plug: Callable[[CardContent], Path]) -> None:
    path = plug(make.card(auth_pin=None))
    assert run("opensc-tool", "--name").out == "jpki\n"
    assert (wrong(AUTH_PIN)[0], tries(path)) == (1, 0)
