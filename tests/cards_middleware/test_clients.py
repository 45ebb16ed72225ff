"""Other unmodified clients: python-pkcs11, a PDF signer, TLS."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chip import make
from chip.make import AUTH_PIN, PASSWORD

from .conftest import MODULE, run

pytestmark = [pytest.mark.middleware, pytest.mark.xdist_group("pcscd")]

CLIENTS = Path(__file__).with_name("clients.py")
MESSAGE = b"signed by a session of PKCS #11"


def client(*words: str | Path, given: bytes = b"") -> bytes:
    """One of the clients of `clients.py`, in a process of its own."""
    done = run(sys.executable, CLIENTS, *words, given=given, PYTHONPATH="")
    assert done.code == 0, done.err
    return done.raw


def test_a_session_of_python_pkcs11_signs(plugged: Path) -> None:
    signature = client("sign", MODULE, "User Authentication", AUTH_PIN, given=MESSAGE)
    make.key("auth").public_key().verify(signature, MESSAGE, PKCS1v15(), SHA256())


def test_python_pkcs11_is_told_of_a_wrong_pin(plugged: Path) -> None:
    assert client("sign", MODULE, "User Authentication", "0000", given=MESSAGE) == b"PinIncorrect"


def test_a_pdf_is_signed_and_trusted(plugged: Path, tmp_path: Path) -> None:
    root, stranger = tmp_path / "root.der", tmp_path / "stranger.der"
    root.write_bytes(make.der(make.authority("sign")))
    stranger.write_bytes(make.der(make.authority("auth")))
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(client("pdf-sign", MODULE, "Digital Signature", PASSWORD, root))
    assert client("pdf-verify", signed, root) == b"intact valid trusted"
    assert client("pdf-verify", signed, stranger) == b"intact valid untrusted"
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(signed.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    assert client("pdf-verify", altered, root) == b"altered valid untrusted"


def pem(folder: Path, name: str, data: bytes) -> Path:
    path = folder / f"{name}.pem"
    path.write_bytes(data)
    return path


def private(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Server:
    """`openssl s_server` that asks for a certificate of the test authority."""

    def __init__(self, folder: Path, authority: str) -> None:
        root = pem(folder, f"root-{authority}", make.authority(authority).public_bytes(Encoding.PEM))
        own = pem(folder, "server", make.certificate("auth", 9001).public_bytes(Encoding.PEM))
        key = pem(folder, "server-key", private(make.key("auth")))
        # The card signs with PKCS #1 v1.5 only, which TLS 1.3 has no place for.
        protocol = ("-tls1_2", "-client_sigalgs", "RSA+SHA256", "-sigalgs", "RSA+SHA256")
        words = ("-Verify", "1", "-verify_return_error", "-CAfile", root, "-cert", own, "-key", key, "-www")
        command = ["openssl", "s_server", "-accept", "127.0.0.1:0", *protocol, *words]
        self._process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert self._process.stdout is not None
        line = b""
        while not line.startswith(b"ACCEPT"):
            line = self._process.stdout.readline()
            assert line, "the server did not start"
        self.port = int(line.rsplit(b":", 1)[1])

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.mark.parametrize(("authority", "is_let_in"), [("auth", True), ("sign", False)])
def test_tls_with_the_key_of_the_card(plugged: Path, tmp_path: Path, authority: str, is_let_in: bool) -> None:
    certificate = pem(tmp_path, "own", make.certificate("auth").public_bytes(Encoding.PEM))
    server = Server(tmp_path, authority)
    try:
        key = f"pkcs11:token=JPKI%20%28User%20Authentication%20PIN%29;type=private;pin-value={AUTH_PIN}"
        words = ("-engine", "pkcs11", "-keyform", "engine", "-key", key, "-cert", certificate)
        done = run(
            "openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2", "-ign_eof", *words,
            given=b"GET / HTTP/1.0\r\n\r\n", PKCS11_MODULE_PATH=str(MODULE),
        )  # fmt: skip
    finally:
        server.stop()
    assert ("HTTP/1.0 200 ok" in done.out, "Verify return code: 0 (ok)" in done.out.partition("HTTP/1.0")[2]) == (
        is_let_in,
        is_let_in,
    ), done.out + done.err
    if not is_let_in:
        assert "alert" in done.err
