"""What is signed at a desk."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from onshi.chip import presence_digest

FIELDS = ("institution", "terminal", "purpose", "mode")


def test_the_digest_is_over_these_bytes() -> None:
    digest = presence_digest(institution="機関", terminal="T", purpose="", mode="pin", nonce=b"\x01\x02")
    assert (
        digest
        == sha256(
            b"\0\0\0\x10onshi-presence-1"
            b"\0\0\0\x06\xe6\xa9\x9f\xe9\x96\xa2"
            b"\0\0\0\x01T"
            b"\0\0\0\0"
            b"\0\0\0\x03pin"
            b"\0\0\0\x02\x01\x02"
        ).digest()
    )


texts = st.tuples(*[st.text(max_size=4)] * len(FIELDS), st.binary(max_size=4))


@given(texts, texts)
def test_other_fields_give_another_digest(one: tuple[str, str, str, str, bytes], two: tuple[str, ...]) -> None:
    digests = [presence_digest(**dict(zip((*FIELDS, "nonce"), given, strict=True))) for given in (one, two)]
    assert (digests[0] == digests[1]) is (one == two)


def test_a_field_does_not_run_into_the_next() -> None:
    one = presence_digest(institution="ab", terminal="c", purpose="", mode="", nonce=b"")
    assert one != presence_digest(institution="a", terminal="bc", purpose="", mode="", nonce=b"")
