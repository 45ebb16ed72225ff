"""The contract of a signer, and the ring of keys in files: private, complete at any moment, never forgetting."""

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from onshi.audit import Signer, from_unpadded, public_jwk, public_keys, unpadded, verify_signature
from onshi.audit.signing import thumbprint
from onshi.kernel import Moment
from onshi.outside import FileSigner, KeyExposed, KeyRing, KeyRingExists, KeyRingMissing, KeyUnreadable, signers

AT = Moment(1_700_000_000_000_000)
LATER = Moment(AT + 1)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys", at=AT)


@pytest.fixture(scope="module")
def any_signer(tmp_path_factory: pytest.TempPathFactory) -> FileSigner:
    return KeyRing.create(tmp_path_factory.mktemp("ring") / "keys", at=AT).signer()


def files(ring: KeyRing) -> set[str]:
    return {path.name for path in ring.directory.iterdir()}


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_contract_a_signature_is_es256_over_just_these_bytes(any_signer: FileSigner, data: bytes, other: bytes) -> None:
    signer: Signer = any_signer
    (key,) = public_keys([any_signer.jwk]).values()
    signature = signer.sign(data)
    assert len(signature) == 64
    assert verify_signature(key, data, signature)
    assert verify_signature(key, other, signature) is (other == data)


@given(st.integers(0, 63), st.integers(1, 255))
def test_contract_a_signature_with_one_byte_changed_is_wrong(any_signer: FileSigner, place: int, mask: int) -> None:
    (key,) = public_keys([any_signer.jwk]).values()
    signature = bytearray(any_signer.sign(b"data"))
    signature[place] ^= mask
    assert not verify_signature(key, b"data", bytes(signature))


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), b"\xff" * 64, bytes(65)])
def test_contract_what_is_no_signature_is_wrong(any_signer: FileSigner, signature: bytes) -> None:
    (key,) = public_keys([any_signer.jwk]).values()
    assert not verify_signature(key, b"data", signature)


def test_contract_the_key_is_named_by_its_thumbprint(any_signer: FileSigner) -> None:
    assert any_signer.kid == any_signer.jwk["kid"] == thumbprint(any_signer.jwk)
    assert list(public_keys([any_signer.jwk])) == [any_signer.kid]


def test_a_key_set_is_read_without_believing_its_names(any_signer: FileSigner) -> None:
    renamed = {**any_signer.jwk, "kid": "another"}
    rsa_key = {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "rsa"}
    off_the_curve = {**any_signer.jwk, "y": unpadded(bytes(32))}
    assert list(public_keys([rsa_key, off_the_curve, {}, renamed])) == [any_signer.kid]


@given(st.binary(max_size=70))
def test_base64url_is_read_only_as_it_is_written(data: bytes) -> None:
    text = unpadded(data)
    assert from_unpadded(text) == data
    for other in (text + "=", text + "\n", " " + text):
        with pytest.raises(ValueError, match="base64url"):
            from_unpadded(other)


@pytest.mark.parametrize("text", ["AB", "A", "+/+/", "あ", "A A"])
def test_other_texts_are_no_base64url(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        from_unpadded(text)


def test_a_new_ring_has_one_key_only_its_owner_reads(ring: KeyRing) -> None:
    kid = ring.signer().kid
    assert files(ring) == {"current", f"{kid}.pem", f"{kid}.jwk.json"}
    assert {path.stat().st_mode & 0o777 for path in ring.directory.iterdir()} == {0o600}
    assert ring.directory.stat().st_mode & 0o777 == 0o700
    assert ring.public_jwks() == {"keys": [ring.signer().jwk]}


def test_a_key_set_holds_nothing_private(ring: KeyRing) -> None:
    assert [set(jwk) for jwk in ring.public_jwks()["keys"]] == [{"kty", "crv", "x", "y", "kid", "alg", "use"}]


def test_a_ring_is_created_once(ring: KeyRing) -> None:
    kid = ring.signer().kid
    with pytest.raises(KeyRingExists):
        KeyRing.create(ring.directory, at=LATER)
    assert KeyRing(ring.directory).signer().kid == kid


def test_rotation_signs_with_a_new_key_and_remembers_the_old_one(ring: KeyRing) -> None:
    old = ring.signer()
    signature = old.sign(b"before")
    fresh = ring.rotate(at=LATER)
    assert ring.signer().kid == fresh.kid != old.kid
    assert [(record.jwk["kid"], record.since, record.until) for record in ring.history()] == [
        (old.kid, AT, LATER),
        (fresh.kid, LATER, None),
    ]
    assert files(ring) == {"current", f"{fresh.kid}.pem", f"{fresh.kid}.jwk.json", f"{old.kid}.jwk.json"}
    assert verify_signature(public_keys(ring.public_jwks()["keys"])[old.kid], b"before", signature)


class Crash(BaseException):
    """The machine stops."""


@pytest.mark.parametrize("step", range(4))
def test_a_crash_at_any_step_of_a_rotation_leaves_a_ring_that_signs(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    old, whole_write, writes = ring.signer(), signers.write_private, 0

    def write_or_crash(path: Path, data: bytes) -> None:
        nonlocal writes
        if writes == step:
            path.with_name(path.name + ".new").write_bytes(data[:5])  # half a file, as a crash leaves it
            raise Crash
        writes += 1
        whole_write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(signers, "write_private", write_or_crash)
        with pytest.raises(Crash):
            ring.rotate(at=LATER)
    survivor = KeyRing(ring.directory).signer()
    assert survivor.kid in public_keys(ring.public_jwks()["keys"])
    assert (survivor.kid == old.kid) is (step < 3)
    ring.rotate(at=Moment(LATER + 1))
    assert [record.until is None for record in ring.history()].count(True) == 1
    assert old.kid in public_keys(ring.public_jwks()["keys"])


def test_no_ring_no_signer(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "nowhere")
    for act in (ring.signer, ring.history, ring.public_jwks, lambda: ring.rotate(at=AT)):
        with pytest.raises(KeyRingMissing):
            act()


def test_a_key_that_others_may_read_does_not_sign(ring: KeyRing) -> None:
    (path,) = ring.directory.glob("*.pem")
    path.chmod(0o640)
    with pytest.raises(KeyExposed):
        ring.signer()


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a key",
        _pem(ec.generate_private_key(ec.SECP384R1())),
        _pem(rsa.generate_private_key(65537, 2048)),
    ],
    ids=["empty", "no key", "another curve", "another kind"],
)
def test_a_file_that_holds_no_p256_key_is_refused(ring: KeyRing, content: bytes) -> None:
    (path,) = ring.directory.glob("*.pem")
    path.write_bytes(content)
    with pytest.raises(KeyUnreadable):
        ring.signer()


def test_a_key_file_that_is_gone_is_refused(ring: KeyRing) -> None:
    for path in ring.directory.glob("*.pem"):
        path.unlink()
    with pytest.raises(KeyUnreadable):
        ring.signer()


def test_a_damaged_public_key_is_refused(ring: KeyRing) -> None:
    (path,) = ring.directory.glob("*.jwk.json")
    path.write_bytes(b"{")
    with pytest.raises(KeyUnreadable):
        ring.history()


def test_the_known_thumbprint_of_a_key() -> None:
    """Key of RFC 7515 appendix A.3; the thumbprint computed by hand from RFC 7638 §3."""
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
    signed = (
        b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
        b"Ijp0cnVlfQ"
    )
    signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    ((kid, key),) = public_keys([jwk]).items()
    assert kid == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
    assert verify_signature(key, signed, from_unpadded(signature))
    assert public_jwk(key) == {**jwk, "kid": kid, "alg": "ES256", "use": "sig"}
    assert msgspec.json.decode(msgspec.json.encode(public_jwk(key))) == public_jwk(key)
