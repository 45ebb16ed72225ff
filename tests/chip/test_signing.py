"""Six schemes, each verified with the certificate."""

from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from onshi.chip.signing import digest_info

from . import make
from .make import Bench
from .test_commands import JPKI, PASSWORD, shown

MESSAGE = b"what the holder wants to sign"
HASH = sha256(MESSAGE).digest()
PSS_32 = PSS(MGF1(SHA256()), 32)


@pytest.mark.parametrize("kind", ["auth", "sign"])
@pytest.mark.parametrize(
    ("scheme", "given", "payload", "padding", "algorithm"),
    [
        (0, digest_info(HASH), MESSAGE, PKCS1v15(), SHA256()),
        (0, MESSAGE, MESSAGE, PKCS1v15(), NoDigestInfo()),
        (1, MESSAGE, HASH, PKCS1v15(), NoDigestInfo()),
        (2, HASH, MESSAGE, PKCS1v15(), SHA256()),
        (3, MESSAGE, MESSAGE, PKCS1v15(), SHA256()),
        (4, HASH, HASH, PSS_32, Prehashed(SHA256())),
        (5, MESSAGE, MESSAGE, PSS_32, SHA256()),
    ],
)
def test_each_scheme_verifies(
    kind: str,
    scheme: int,
    given: bytes,
    payload: bytes,
    padding: AsymmetricPadding,
    algorithm: SHA256 | NoDigestInfo | Prehashed,
) -> None:
    bench = Bench()
    bench.data(JPKI)
    lock, secret, key = ("98", make.AUTH_PIN, "97") if kind == "auth" else ("9B", PASSWORD, "9A")
    bench.data(shown(secret, lock))
    signature = bench.data(f"802A0{scheme}{key}{len(given):02X}{given.hex()}00")
    public = make.key(kind).public_key()
    public.verify(signature, payload, padding, algorithm)
    other = make.key("sign" if kind == "auth" else "auth").public_key()
    with pytest.raises(InvalidSignature):
        other.verify(signature, payload, padding, algorithm)


def test_pss_differs_each_time_and_the_others_do_not() -> None:
    bench = Bench()
    bench.data(JPKI)
    bench.data(shown(make.AUTH_PIN, "98"))
    twice = [{bench.data(f"802A0{scheme}9720{HASH.hex()}00") for _ in range(2)} for scheme in range(6)]
    assert [len(signatures) for signatures in twice] == [1, 1, 1, 1, 2, 2]


def test_digest_info_is_that_of_the_rfc() -> None:
    """RFC 8017 §9.2, note 1."""
    assert digest_info(HASH).hex() == "3031300d060960864801650304020105000420" + HASH.hex()
