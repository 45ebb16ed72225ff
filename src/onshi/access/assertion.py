"""The client's proof of itself: private_key_jwt as RFC 7523 section 3 and SMART Backend Services ask for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onshi.access.errors import (
    AssertionAlgorithmRefused,
    AssertionAudienceWrong,
    AssertionExpired,
    AssertionIssuerMismatch,
    AssertionKeyUnknown,
    AssertionLifetimeTooLong,
    AssertionMalformed,
    AssertionNotYetValid,
    AssertionSignatureWrong,
    AssertionTypeUnsupported,
    GrantTypeUnsupported,
    TokenParameterMissing,
)
from onshi.access.jose import ALGORITHMS, Compact, VerificationKey, number_claim, read_compact, verifies
from onshi.kernel import Moment

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SECOND = 1_000_000
LIFETIME_MAX = 5 * 60 * _SECOND  # SMART Backend Services: exp no more than five minutes ahead
SKEW = 60 * _SECOND  # clocks in practices run fast; one minute is ours to choose
_LENGTH_MAX = 8_192
_JTI_LENGTH_MAX = 256


@dataclass(frozen=True, slots=True)
class Assertion:
    """A well-formed assertion whose signature is not yet verified; moments in µs."""

    compact: Compact
    algorithm: str
    kid: str | None
    client_id: str
    audience: str
    jti: str
    expires: Moment
    starts: Moment | None


def read_form(form: Mapping[str, str]) -> Assertion:
    """The assertion in a token request (RFC 6749 section 4.4, RFC 7521 section 4.2); raises a `TokenRefused`."""
    for parameter in ("grant_type", "client_assertion_type", "client_assertion"):
        if not form.get(parameter):
            raise TokenParameterMissing(parameter=parameter)
    if form["grant_type"] != "client_credentials":
        raise GrantTypeUnsupported
    if form["client_assertion_type"] != ASSERTION_TYPE:
        raise AssertionTypeUnsupported
    assertion = _read(form["client_assertion"])
    if form.get("client_id", assertion.client_id) != assertion.client_id:
        raise AssertionIssuerMismatch
    return assertion


def _read(text: str) -> Assertion:
    if len(text) > _LENGTH_MAX:
        raise AssertionMalformed
    try:
        compact = read_compact(text.encode())
        starts = [number_claim(compact.claims, name) for name in ("iat", "nbf")]
        expires = number_claim(compact.claims, "exp")
    except ValueError as error:
        raise AssertionMalformed from error
    algorithm, kid = compact.header.get("alg"), compact.header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise AssertionAlgorithmRefused
    issuer, subject, jti = (compact.claims.get(name) for name in ("iss", "sub", "jti"))
    audience = _only(compact.claims.get("aud"))
    # Half a surrogate pair or a NUL is text to JSON and none to a database.
    named = all(isinstance(text, str) and text.isprintable() for text in (issuer, subject))
    if not named or expires is None or not (kid is None or isinstance(kid, str)):
        raise AssertionMalformed
    if not isinstance(jti, str) or not 1 <= len(jti) <= _JTI_LENGTH_MAX:
        raise AssertionMalformed
    if issuer != subject:
        raise AssertionIssuerMismatch
    latest = max((moment for moment in starts if moment is not None), default=None)
    return Assertion(
        compact,
        algorithm,
        kid,
        str(issuer),
        audience,
        jti,
        Moment(expires),
        None if latest is None else Moment(latest),
    )


def _only(audience: object) -> str:
    # A list with a second audience is a token somebody else may replay at us, or we at them.
    if isinstance(audience, list) and len(audience) == 1:
        audience = audience[0]
    if audience is None:
        raise AssertionMalformed
    if not isinstance(audience, str):
        raise AssertionAudienceWrong
    return audience


def check_signature(assertion: Assertion, keys: Iterable[VerificationKey]) -> None:
    """Raises unless one of the client's `keys` that fits `kid` and `alg` made the signature."""
    fitting = [
        key
        for key in keys
        if assertion.algorithm in key.algorithms and (assertion.kid is None or key.kid == assertion.kid)
    ]
    if not fitting:
        raise AssertionKeyUnknown
    if not any(verifies(assertion.compact, key.key, assertion.algorithm) for key in fitting):
        raise AssertionSignatureWrong


def check_claims(assertion: Assertion, *, at: Moment, audience: str) -> None:
    """Raises unless the assertion was made for us and is good at `at`; a `jti` seen before is not looked at here."""
    if assertion.audience != audience:
        raise AssertionAudienceWrong
    if assertion.expires <= at:
        raise AssertionExpired
    if assertion.expires > at + LIFETIME_MAX:
        raise AssertionLifetimeTooLong
    if assertion.starts is not None and assertion.starts > at + SKEW:
        raise AssertionNotYetValid
