"""Keys of authorities in files: made once, private, the same for everybody."""

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from onshi.outside import AuthorityKeyUnreadable, CertificateKeys, KeyExposed
from onshi.pki import CertificateSigner


def test_contract_a_key_is_made_at_the_first_need_and_signs(tmp_path: Path) -> None:
    keys = CertificateKeys(tmp_path / "keys" / "ca")
    assert not keys.has("DEMO-CA-1")
    signer: CertificateSigner = keys.key("DEMO-CA-1")
    assert keys.has("DEMO-CA-1")
    assert signer.public_key.key_size == 2048
    signer.public_key.verify(signer.sign(b"data"), b"data", PKCS1v15(), SHA256())


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    CertificateKeys(tmp_path / "ca").key("A")
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "ca").iterdir()} == {"A.pem": 0o600}
    assert (tmp_path / "ca").stat().st_mode & 0o777 == 0o700


def test_every_process_has_the_same_key(tmp_path: Path) -> None:
    first, second = CertificateKeys(tmp_path).key("A"), CertificateKeys(tmp_path).key("A")
    assert first.public_key == second.public_key
    assert CertificateKeys(tmp_path).key("B").public_key != first.public_key


def test_those_that_begin_together_agree(tmp_path: Path) -> None:
    made: list[object] = []
    threads = [
        threading.Thread(target=lambda: made.append(CertificateKeys(tmp_path).key("A").public_key)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3
    assert all(one == made[0] for one in made)
    assert [path.name for path in tmp_path.iterdir()] == ["A.pem"]


def test_a_key_that_others_may_read_does_not_sign(tmp_path: Path) -> None:
    CertificateKeys(tmp_path).key("A")
    (tmp_path / "A.pem").chmod(0o640)
    with pytest.raises(KeyExposed):
        CertificateKeys(tmp_path).key("A")


def pem_of_a_curve() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("content", [b"", b"no key", pem_of_a_curve()], ids=["empty", "text", "another kind"])
def test_a_file_that_holds_no_rsa_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "A.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(AuthorityKeyUnreadable):
        CertificateKeys(tmp_path).key("A")
