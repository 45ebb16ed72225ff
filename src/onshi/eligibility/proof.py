"""The proof of a check: one signature for a whole batch, a path for each answer, verifiable without us.

How a third party rebuilds it: the *answer digest* is SHA-256 over the answer as RFC 8785 JSON. The *leaf* is
SHA-256 over a zero byte and the RFC 8785 JSON of `{"answer_digest", "at", "check_id", "institution",
"presence"}`, as they stand in the proof. `index`, `path` and the `n` of the JWS payload lead from the leaf to
the `root` of that payload as RFC 9162 §2.1.3.2 describes. The JWS (RFC 7515, ES256) is checked with the public
key its header names. Bytes are written as base64url without padding, moments as microseconds UTC since 1970.
"""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Final, TypeAlias

import msgspec

from onshi import audit
from onshi.audit import Signer, from_unpadded, tree, unpadded
from onshi.kernel import Moment

Json: TypeAlias = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
JwkSet: TypeAlias = Mapping[str, Sequence[Mapping[str, str]]]

_TYP: Final = "onshi-check+jws"
_DIGEST_SIZE, _DIGEST_SIGNS = 32, 43
_LARGEST = 2**53 - 1  # RFC 8785 writes numbers as doubles; beyond this two integers look the same


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """What a proof is about: this answer, given to this institution, then, with the patient present like this."""

    check_id: str
    institution: str
    at: Moment
    presence: str
    answer_digest: bytes


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The proof as it goes out: the JWS shared by the batch, the place in its tree, and the words of the leaf."""

    jws: str
    index: int
    path: tuple[str, ...]
    check_id: str
    institution: str
    at: Moment
    presence: str
    answer_digest: str


class ProofDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer with its proof: all that is needed offline besides the public keys."""

    answer: msgspec.Raw
    proof: Proof


class Verdict(StrEnum):
    """What an offline verifier finds; every one but `GOOD` is a reason not to believe the answer."""

    GOOD = "good"
    WRONG_ANSWER = "wrong_answer"  # the answer is not the one the proof is about
    WRONG_PATH = "wrong_path"  # the signed root does not hold this leaf at this place
    WRONG_SIGNATURE = "wrong_signature"
    UNKNOWN_KEY = "unknown_key"
    MALFORMED = "malformed"


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: str
    kid: str
    typ: str


class _Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    root: str
    n: int
    at: int


class _LeafText(msgspec.Struct, frozen=True, gc=False):
    # In the order RFC 8785 sorts them, so that encoding needs no sorting.
    answer_digest: str
    at: int
    check_id: str
    institution: str
    presence: str


_encode = msgspec.json.Encoder().encode
_decode_document = msgspec.json.Decoder(ProofDocument).decode
_decode_header = msgspec.json.Decoder(_Header).decode
_decode_payload = msgspec.json.Decoder(_Payload).decode


def leaf_hashes(leaves: Sequence[Leaf]) -> list[bytes]:
    """The leaves of the proof tree, 32 bytes each: what the audit log keeps of every check."""
    digests = _written([leaf.answer_digest for leaf in leaves])
    return [
        sha256(b"\x00" + _encode(_LeafText(digest, leaf.at, leaf.check_id, leaf.institution, leaf.presence))).digest()
        for leaf, digest in zip(leaves, digests, strict=True)
    ]


def _written(digests: Sequence[bytes]) -> list[str]:
    """`unpadded` of each, in the time of a few: with a zero byte behind it, every digest fills whole signs."""
    if any(len(digest) != _DIGEST_SIZE for digest in digests):
        return [unpadded(digest) for digest in digests]
    signs = unpadded(b"\0".join([*digests, b""]))
    return [signs[at : at + _DIGEST_SIGNS] for at in range(0, len(signs), _DIGEST_SIGNS + 1)]


def seal_batch(leaves: Sequence[Leaf], signer: Signer, *, hashes: Sequence[bytes] | None = None) -> list[Proof]:
    """One signature over all leaves, and for each its proof, in their order. No leaves, no signature.

    `hashes` is `leaf_hashes(leaves)` where the caller has it already. The moment in the JWS is the latest of
    the leaves.
    """
    if not leaves:
        return []
    levels = tree.levels(leaf_hashes(leaves) if hashes is None else hashes)
    jws = _signed(_Payload(unpadded(levels[-1][0]), len(leaves), max(leaf.at for leaf in leaves)), signer)
    paths = tree.paths([_written(level) for level in levels])
    digests = _written([leaf.answer_digest for leaf in leaves])
    return [
        Proof(jws, index, path, leaf.check_id, leaf.institution, leaf.at, leaf.presence, digest)
        for index, (leaf, path, digest) in enumerate(zip(leaves, paths, digests, strict=True))
    ]


def _signed(payload: _Payload, signer: Signer) -> str:
    header = _Header("ES256", signer.kid, _TYP)
    signed = f"{unpadded(_encode(header))}.{unpadded(_encode(payload))}"
    return f"{signed}.{unpadded(signer.sign(signed.encode('ascii')))}"


def verify(document: bytes, jwks: JwkSet) -> Verdict:
    """Whether the answer in `{"answer": …, "proof": …}` is the one the proof tells of. Needs nothing but `jwks`."""
    try:
        parts = _decode_document(document)
        digest = digest_of_answer(bytes(parts.answer))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Verdict.MALFORMED
    verdict = verify_proof(parts.proof, jwks)
    if verdict is Verdict.GOOD and unpadded(digest) != parts.proof.answer_digest:
        return Verdict.WRONG_ANSWER
    return verdict


def verify_proof(proof: Proof, jwks: JwkSet) -> Verdict:
    """The same without the answer, for a proof quoted on a claim: this institution was given this digest then."""
    try:
        signed, _, signature_text = proof.jws.rpartition(".")
        header_text, payload_text = signed.split(".")
        header = _decode_header(from_unpadded(header_text))
        payload_bytes = from_unpadded(payload_text)
        signature = from_unpadded(signature_text)
        path = [from_unpadded(node) for node in proof.path]
        digest = from_unpadded(proof.answer_digest)
    except (msgspec.MsgspecError, ValueError):
        return Verdict.MALFORMED
    if (header.alg, header.typ) != ("ES256", _TYP):
        return Verdict.MALFORMED
    key = audit.public_keys(jwks["keys"]).get(header.kid)
    if key is None:
        return Verdict.UNKNOWN_KEY
    if not audit.verify_signature(key, signed.encode("ascii"), signature):
        return Verdict.WRONG_SIGNATURE
    leaf = Leaf(proof.check_id, proof.institution, proof.at, proof.presence, digest)
    return _verdict_of_path(leaf, path, payload_bytes, index=proof.index)


def _verdict_of_path(leaf: Leaf, path: Sequence[bytes], payload_bytes: bytes, *, index: int) -> Verdict:
    try:
        payload = _decode_payload(payload_bytes)
        root = from_unpadded(payload.root)
        (hashed,) = leaf_hashes([leaf])
    except (msgspec.MsgspecError, ValueError):
        return Verdict.MALFORMED
    good = tree.verify(hashed, path, root, index=index, count=payload.n)
    return Verdict.GOOD if good else Verdict.WRONG_PATH


def canonical(value: Json) -> bytes:
    """RFC 8785 JSON of null, booleans, integers up to 2^53-1, texts, lists and objects.

    ValueError for anything else: floats are never part of an answer.
    """
    try:
        return _encode(_ordered(value))
    except RecursionError:
        raise ValueError("nested too deep for a canonical form") from None


def _ordered(value: Json) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        value.encode()  # half a surrogate pair raises UnicodeEncodeError, which is a ValueError
        return value
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ValueError("the names of an object are texts")
        # RFC 8785 §3.2.3 sorts by UTF-16 code units, which differs from code points above U+FFFF.
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_ordered(part) for part in value]
    raise ValueError("only null, booleans, integers, texts, lists and objects have a canonical form")


def _whole(value: int) -> int:
    if abs(value) > _LARGEST:
        raise ValueError("an integer beyond 2^53-1 has no canonical form")
    return value


def digest_of_answer(answer: bytes) -> bytes:
    """SHA-256 of an answer given as JSON bytes in any layout; ValueError when it is no JSON we answer with."""
    return sha256(canonical(_read_json(answer))).digest()


def digest_of_canonical(answer: bytes) -> bytes:
    """SHA-256 of an answer already written as RFC 8785 JSON, as the check lane writes it: no second pass."""
    return sha256(answer).digest()


def _read_json(data: bytes) -> Json:
    """Stricter than usual: no floats, no NaN, no name twice in one object (which of the two would be meant?)."""
    try:
        found: Json = json.loads(data, object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return found


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(_text: str) -> Json:
    raise ValueError("an answer holds no such number")
