"""Keys in a PKCS #11 module, with a real one: SoftHSM 2."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from onshi import pki
from onshi.db import Tx
from onshi.outside import KeyModule, KeyModuleUnusable, ModuleLibraryMissing, pkcs11_keys
from onshi.pki import Evidence, Purpose
from onshi.pki.crls import read_crl
from onshi.pki.evidence import CrlSnapshot
from onshi.pki.verdicts import Examined, Valid

from . import cast
from .cast import NAME, NOW, TOWN

pytestmark = pytest.mark.module
LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
TOKEN, OTHER, PIN = "onshi-test", "onshi-other", "1234"


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyModule]:
    """A token of its own in a folder of its own."""
    assert LIBRARY.exists(), "SoftHSM 2 is missing: `make test` installs it"
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)  # the library reads it when it is loaded, and only then
    for label in (TOKEN, OTHER):
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "5678"]
        subprocess.run(command, check=True, capture_output=True)
    opened = KeyModule(LIBRARY, token=TOKEN, pin=PIN)
    yield opened
    opened.close()
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def test_a_key_is_made_once_and_found_again(module: KeyModule) -> None:
    first, again, other = module.key("one"), module.key("one"), module.key("two")
    assert first.public_key == again.public_key != other.public_key
    assert first.public_key.key_size == 2048


def test_what_it_signs_is_what_a_key_in_a_file_would(module: KeyModule) -> None:
    key = module.key("one")
    key.public_key.verify(key.sign(b"data"), b"data", PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        key.public_key.verify(key.sign(b"data"), b"other", PKCS1v15(), SHA256())


def test_threads_share_a_key(module: KeyModule) -> None:
    key, made = module.key("one"), {}

    def sign(number: int) -> None:
        made[number] = [key.sign(bytes([number, turn])) for turn in range(10)]

    threads = [threading.Thread(target=sign, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, signatures in made.items():
        for turn, signature in enumerate(signatures):
            key.public_key.verify(signature, bytes([number, turn]), PKCS1v15(), SHA256())
    assert len(made) == 4


def test_an_authority_with_its_key_in_the_module_issues_what_others_accept(module: KeyModule, tx: Tx) -> None:
    key = module.key("authority")
    authority = pki.founding.found_authority(tx, key, name=NAME, purpose=Purpose.AUTHENTICATION, at=cast.FOUNDED)
    (made,) = pki.issue(tx, key, [cast.order()], at=NOW)
    published = pki.publishing.crl(tx, key, TOWN, at=NOW)
    trust = pki.TrustStore([authority])
    crl = read_crl(published.der, trust=trust, at=NOW)
    assert made.der is not None
    assert isinstance(crl, CrlSnapshot)
    certificate = pki.Verifier(trust).examine(made.der)
    assert isinstance(certificate, Examined)
    assert isinstance(pki.decide(certificate, evidence=Evidence(crl=crl), at=NOW, grace_until=None), Valid)
    root = x509.load_der_x509_certificate(authority.certificate)
    x509.load_der_x509_certificate(made.der).verify_directly_issued_by(root)


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("token", "pin", "why"),
    [
        ("no such token", PIN, "NoSuchToken"),
        (OTHER, "9999", "PinIncorrect"),
        (TOKEN, PIN, "UserAlreadyLoggedIn"),  # one process opens a token once
    ],
)
def test_a_wrong_token_or_pin_is_refused_by_name(token: str, pin: str, why: str) -> None:
    with pytest.raises(KeyModuleUnusable) as refused:
        KeyModule(LIBRARY, token=token, pin=pin)
    assert refused.value.facts == {"why": why}


def test_a_module_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.so"
    nothing.write_bytes(b"")
    with pytest.raises(KeyModuleUnusable) as refused:
        KeyModule(nothing, token=TOKEN, pin=PIN)
    assert refused.value.facts["why"]


def test_without_the_library_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pkcs11_keys, "IS_INSTALLED", False)
    with pytest.raises(ModuleLibraryMissing) as refused:
        KeyModule(LIBRARY, token=TOKEN, pin=PIN)
    assert refused.value.code == "key-module-library-missing"
