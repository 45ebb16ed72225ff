"""The proof of a check: it holds offline, and nothing in it can be changed unnoticed."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi import audit
from onshi.audit import Signer, unpadded
from onshi.eligibility import proof
from onshi.eligibility.proof import Leaf, Proof, Verdict
from onshi.kernel import Moment
from onshi.outside import KeyRing

AT = Moment(1_700_000_000_000_000)
BATCH = 8_070_450_532_247_928_832


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing.create(tmp_path_factory.mktemp("proof") / "keys", at=AT)


@pytest.fixture(scope="module")
def jwks(ring: KeyRing) -> proof.JwkSet:
    return ring.public_jwks()


@pytest.fixture(scope="module")
def signer(ring: KeyRing) -> Signer:
    return ring.signer()


def answer(number: int) -> bytes:
    return proof.canonical({"kind": "in_force", "number": number, "insurer": "06123456", "holder": "見本 花子"})


def leaves(count: int) -> list[Leaf]:
    return [
        Leaf(check_id, "1312345678", Moment(AT + number), "card", proof.digest_of_canonical(answer(number)))
        for number, check_id in enumerate(audit.shown_check_ids(BATCH, count))
    ]


def document(answer: bytes, one: Proof) -> bytes:
    return b'{"answer":' + answer + b',"proof":' + msgspec.json.encode(one) + b"}"


@pytest.mark.parametrize("count", [1, 2, 3, 5, 64, 65])
def test_every_answer_of_a_batch_has_a_good_proof(signer: Signer, jwks: proof.JwkSet, count: int) -> None:
    proofs = proof.seal_batch(leaves(count), signer)
    assert len({one.jws for one in proofs}) == 1
    verdicts = [proof.verify(document(answer(number), one), jwks) for number, one in enumerate(proofs)]
    assert verdicts == [Verdict.GOOD] * count
    assert [proof.verify_proof(one, jwks) for one in proofs] == [Verdict.GOOD] * count


def test_no_leaves_need_no_signature(jwks: proof.JwkSet) -> None:
    class NoSigner:
        kid = "none"

        def sign(self, data: bytes) -> bytes:
            raise AssertionError

    assert proof.seal_batch([], NoSigner()) == []


def test_leaf_hashes_given_or_not_make_the_same_tree(signer: Signer) -> None:
    batch = leaves(5)
    given_hashes = proof.seal_batch(batch, signer, hashes=proof.leaf_hashes(batch))
    own = proof.seal_batch(batch, signer)
    assert [one.path for one in given_hashes] == [one.path for one in own]


def test_a_third_party_rebuilds_it_from_the_description_alone(signer: Signer) -> None:
    """Standard library only, step by step as the module and the README tell it."""

    def b64(data: bytes) -> str:
        return unpadded(data)

    one = json.loads(msgspec.json.encode(proof.seal_batch(leaves(3), signer)[1]))
    words = {name: one[name] for name in ("answer_digest", "at", "check_id", "institution", "presence")}
    text = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    node = sha256(b"\x00" + text.encode()).digest()
    left, right = (audit.from_unpadded(sibling) for sibling in one["path"])
    node = sha256(b"\x01" + left + node).digest()
    node = sha256(b"\x01" + node + right).digest()
    header, payload, _ = one["jws"].split(".")
    assert json.loads(audit.from_unpadded(payload)) == {"root": b64(node), "n": 3, "at": AT + 2}
    assert json.loads(audit.from_unpadded(header)) == {"alg": "ES256", "kid": signer.kid, "typ": "onshi-check+jws"}
    assert one["answer_digest"] == b64(sha256(answer(1)).digest())


def tampered(one: Proof) -> Iterator[tuple[dict[str, Any], Verdict]]:
    header, payload, signature = one.jws.split(".")

    def rewritten(part: str, **changes: object) -> str:
        return unpadded(json.dumps({**json.loads(audit.from_unpadded(part)), **changes}).encode())

    flipped = unpadded(bytes([audit.from_unpadded(signature)[0] ^ 1]) + audit.from_unpadded(signature)[1:])
    short = unpadded(audit.from_unpadded(signature)[:63])
    other = unpadded(bytes(32))
    yield {"check_id": audit.shown_check_id(BATCH, 60)}, Verdict.WRONG_PATH
    yield {"institution": "1312345679"}, Verdict.WRONG_PATH
    yield {"at": one.at + 1}, Verdict.WRONG_PATH
    yield {"presence": "face"}, Verdict.WRONG_PATH
    yield {"answer_digest": other}, Verdict.WRONG_PATH
    yield {"index": one.index ^ 1}, Verdict.WRONG_PATH
    yield {"index": -1}, Verdict.WRONG_PATH
    yield {"index": 2**60}, Verdict.WRONG_PATH
    yield {"path": (*one.path[:-1], other)}, Verdict.WRONG_PATH
    yield {"path": one.path[:-1]}, Verdict.WRONG_PATH
    yield {"path": (*one.path, other)}, Verdict.WRONG_PATH
    yield {"path": ()}, Verdict.WRONG_PATH
    yield {"path": ("no base64",)}, Verdict.MALFORMED
    yield {"path": ("AA",)}, Verdict.WRONG_PATH
    yield {"answer_digest": "AB"}, Verdict.MALFORMED
    yield {"jws": f"{header}.{rewritten(payload, n=65)}.{signature}"}, Verdict.WRONG_SIGNATURE
    yield {"jws": f"{header}.{rewritten(payload, root=other)}.{signature}"}, Verdict.WRONG_SIGNATURE
    yield {"jws": f"{header}.{rewritten(payload, at=1)}.{signature}"}, Verdict.WRONG_SIGNATURE
    yield {"jws": f"{header}.{payload}.{flipped}"}, Verdict.WRONG_SIGNATURE
    yield {"jws": f"{header}.{payload}.{short}"}, Verdict.WRONG_SIGNATURE
    yield {"jws": f"{rewritten(header, kid='another')}.{payload}.{signature}"}, Verdict.UNKNOWN_KEY
    yield {"jws": f"{rewritten(header, alg='none')}.{payload}."}, Verdict.MALFORMED
    yield {"jws": f"{rewritten(header, typ='at+jwt')}.{payload}.{signature}"}, Verdict.MALFORMED
    yield {"jws": f"{rewritten(header, jwk={})}.{payload}.{signature}"}, Verdict.MALFORMED
    yield {"jws": f"{header}.{payload}"}, Verdict.MALFORMED
    yield {"jws": f"{header}.{payload}.{signature}.{signature}"}, Verdict.MALFORMED
    yield {"jws": f"{header}.{payload}=.{signature}"}, Verdict.MALFORMED
    yield {"jws": ""}, Verdict.MALFORMED
    yield {"jws": "あ.あ.あ"}, Verdict.MALFORMED


def test_each_field_tampered_with_gives_its_own_reason(signer: Signer, jwks: proof.JwkSet) -> None:
    one = proof.seal_batch(leaves(64), signer)[7]
    cases = list(tampered(one))
    found = [
        (changes, proof.verify_proof(msgspec.structs.replace(one, **changes), jwks), expected)
        for changes, expected in cases
    ]
    assert [case for case in found if case[1] is not case[2]] == []
    assert set(Verdict) - {verdict for _, verdict in cases} == {Verdict.GOOD, Verdict.WRONG_ANSWER}


def test_another_answer_under_a_true_proof_is_told_apart(signer: Signer, jwks: proof.JwkSet) -> None:
    one = proof.seal_batch(leaves(3), signer)[1]
    assert proof.verify(document(answer(1), one), jwks) is Verdict.GOOD
    assert proof.verify(document(answer(2), one), jwks) is Verdict.WRONG_ANSWER


def test_the_layout_of_the_answer_does_not_matter(signer: Signer, jwks: proof.JwkSet) -> None:
    one = proof.seal_batch(leaves(3), signer)[1]
    spread = json.dumps(dict(reversed(json.loads(answer(1)).items())), indent=2).encode()
    assert proof.verify(document(spread, one), jwks) is Verdict.GOOD


def test_a_signed_payload_that_is_none_of_ours_is_malformed(signer: Signer, jwks: proof.JwkSet) -> None:
    (one,) = proof.seal_batch(leaves(1), signer)
    signed = one.jws.split(".")[0] + "." + unpadded(b'{"root":"AB","n":1,"at":1}')
    jws = f"{signed}.{unpadded(signer.sign(signed.encode()))}"
    assert proof.verify_proof(msgspec.structs.replace(one, jws=jws), jwks) is Verdict.MALFORMED


def test_a_proof_outlives_its_key(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path / "keys", at=AT)
    (one,) = proof.seal_batch(leaves(1), ring.signer())
    ring.rotate(at=Moment(AT + 1))
    assert proof.verify_proof(one, ring.public_jwks()) is Verdict.GOOD
    assert proof.verify_proof(one, {"keys": ring.public_jwks()["keys"][1:]}) is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"answer":1}',
        b'{"answer":{"a":1,"a":2},"proof":PROOF}',
        b'{"answer":1.5,"proof":PROOF}',
        b'{"answer":1e2,"proof":PROOF}',
        b'{"answer":9007199254740992,"proof":PROOF}',
        b'{"answer":"\\ud800","proof":PROOF}',
        b'{"answer":' + b"[" * 100_000 + b"]" * 100_000 + b',"proof":PROOF}',
        b'{"answer":1,"proof":PROOF,"more":1}',
        b'{"answer":1,"proof":{"jws":1}}',
        b"\xff",
    ],
)
def test_what_is_no_answer_with_a_proof_is_malformed(signer: Signer, jwks: proof.JwkSet, text: bytes) -> None:
    (one,) = proof.seal_batch(leaves(1), signer)
    assert proof.verify(text.replace(b"PROOF", msgspec.json.encode(one)), jwks) is Verdict.MALFORMED


@settings(max_examples=300)
@given(st.data())
def test_no_byte_of_the_document_can_be_changed(signer: Signer, jwks: proof.JwkSet, data: st.DataObject) -> None:
    good = document(answer(2), proof.seal_batch(leaves(5), signer)[2])
    place = data.draw(st.integers(0, len(good) - 1))
    changed = bytearray(good)
    changed[place] ^= data.draw(st.integers(1, 255))
    assert proof.verify(bytes(changed), jwks) is not Verdict.GOOD


@given(st.binary(max_size=200))
def test_any_bytes_have_a_verdict(jwks: proof.JwkSet, data: bytes) -> None:
    assert proof.verify(data, jwks) is Verdict.MALFORMED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda parts: (
        st.lists(parts, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), parts, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_canonical_json_is_the_same_value_and_stays_canonical(value: proof.Json) -> None:
    written = proof.canonical(value)
    assert json.loads(written) == value
    assert proof.canonical(json.loads(written)) == written
    assert proof.digest_of_answer(written) == proof.digest_of_canonical(written)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, False, None]}, '{"a":[true,false,null],"b":1}'),
        ({"": 0, "10": 1, "1": 2}, '{"":0,"1":2,"10":1}'),
        ('\x00\x08\t\n\x0b\x0c\r\x1f"\\/\x7f\u2028é', '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\x7f\u2028é"'),
        # RFC 8785 §3.2.3: by UTF-16 code units, so the emoji (D83D…) comes before U+FB33.
        ({"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3}, '{"\u20ac":3,"\U0001f600":2,"\ufb33":1}'),
        (2**53 - 1, "9007199254740991"),
        (-(2**53) + 1, "-9007199254740991"),
        ((1, "二"), '[1,"二"]'),
    ],
)
def test_canonical_json_is_written_like_this(value: proof.Json, written: str) -> None:
    assert proof.canonical(value) == written.encode()


@pytest.mark.parametrize(
    "value", [1.0, 2**53, -(2**53), float("nan"), {1: 2}, {"a": {3}}, b"x", "\ud800", {"\ud800": 1}, [object()]]
)
def test_other_values_have_no_canonical_form(value: Any) -> None:
    with pytest.raises(ValueError, match=r"canonical|surrogates|names"):
        proof.canonical(value)


def test_nesting_without_end_has_no_canonical_form() -> None:
    value: proof.Json = 1
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="nested too deep"):
        proof.canonical(value)
    with pytest.raises(ValueError, match="nested too deep"):
        proof.digest_of_answer(b"[" * 100_000 + b"]" * 100_000)
