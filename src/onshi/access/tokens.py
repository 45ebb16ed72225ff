"""Access tokens: made by us, believed by us, and on the hot path found in one dictionary (RFC 9068)."""

import threading
from collections.abc import Mapping

from onshi.access.errors import ExpiredToken, InvalidToken
from onshi.access.jose import PublicKey, TokenSigner, number_claim, read_compact, read_keys, verifies, write_compact
from onshi.access.model import Caller
from onshi.kernel import Moment

LIFETIME_S = 15 * 60
_SECOND = 1_000_000
_TYP = "at+jwt"
_LENGTH_MAX = 8_192


def mint(caller: Caller, *, at: Moment, jti: str, issuer: str, signer: TokenSigner) -> str:
    """An access token for `caller`, good for `LIFETIME_S` seconds; issuer and audience are this server."""
    issued = at // _SECOND
    claims = {
        "iss": issuer,
        "aud": issuer,
        "sub": caller.client_id,
        "client_id": caller.client_id,
        "party": caller.party_id,
        "scope": " ".join(sorted(caller.scopes)),
        "iat": issued,
        "exp": issued + LIFETIME_S,
        "jti": jti,
    }
    return write_compact(claims, typ=_TYP, signer=signer)


class TokenDesk:
    """Tells who is behind a bearer token, in memory and without a clock.

    `keys` is the server's JWK Set (public). The first sight of a token costs one signature check,
    each further one a dictionary hit. `size` bounds the dictionary. One desk per process; threads may share it.
    """

    def __init__(self, keys: Mapping[str, object], issuer: str, *, size: int = 100_000) -> None:
        if size < 1:
            raise ValueError("a desk remembers at least one token")
        self._issuer = issuer
        self._size = size
        self._known: dict[bytes, tuple[Caller, int]] = {}
        self._voided: dict[str, Moment] = {}
        self._keys: dict[str, PublicKey] = {}
        # Not taken on a hit. Without it a token verified just before `forget` could be remembered just after.
        self._slow = threading.Lock()
        self.trust(keys)

    def trust(self, keys: Mapping[str, object]) -> None:
        """Believes these keys from now on and no others; for the start and after a rotation."""
        _, read = read_keys(keys)
        with self._slow:
            self._keys = {key.kid: key.key for key in read if "ES256" in key.algorithms}
            self._known = {}

    def party_of(self, header_value: bytes, at: Moment) -> Caller:
        """The caller behind an `Authorization` header, `Bearer` and the token or the bare token.

        The bare form is what the national JSON interface sends. Raises `InvalidToken`, or `ExpiredToken`
        for a token that was good before `at`.
        """
        known = self._known.get(header_value)
        if known is not None and at < known[1]:
            return known[0]
        with self._slow:
            caller, expires = self._verified(header_value, at)
            self._remember(header_value, caller, expires, at)
        return caller

    def forget(self, client_id: str, *, at: Moment) -> None:
        """Believes no token of this client that was issued up to `at`: it was disabled or lost a key."""
        with self._slow:
            self._voided[client_id] = max(at, self._voided.get(client_id, at))
            # A token from before this line is over by itself.
            oldest = at - LIFETIME_S * _SECOND
            self._voided = {client: moment for client, moment in self._voided.items() if moment >= oldest}
            self._known = {value: known for value, known in self._known.items() if known[0].client_id != client_id}

    def _verified(self, header_value: bytes, at: Moment) -> tuple[Caller, int]:
        scheme, _, token = header_value.rpartition(b" ")
        if scheme.lower() not in (b"", b"bearer") or len(token) > _LENGTH_MAX:
            raise InvalidToken
        try:
            compact = read_compact(token)
            issued, expires = (number_claim(compact.claims, name) for name in ("iat", "exp"))
        except ValueError as error:
            raise InvalidToken from error
        header, claims = compact.header, compact.claims
        kid = header.get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None or (header.get("alg"), header.get("typ")) != ("ES256", _TYP):
            raise InvalidToken
        if not verifies(compact, key, "ES256"):
            raise InvalidToken
        if (claims.get("iss"), claims.get("aud")) != (self._issuer, self._issuer):
            raise InvalidToken
        client, party, scope = (claims.get(name) for name in ("sub", "party", "scope"))
        if not (isinstance(client, str) and isinstance(party, str) and isinstance(scope, str)):
            raise InvalidToken
        if issued is None or expires is None or issued <= self._voided.get(client, -1):
            raise InvalidToken
        if expires <= at:
            raise ExpiredToken
        return Caller(party, party.partition(":")[2], client, frozenset(scope.split())), expires

    def _remember(self, header_value: bytes, caller: Caller, expires: int, at: Moment) -> None:
        if len(self._known) >= self._size:
            good = [(value, known) for value, known in self._known.items() if at < known[1]]
            # One eighth goes at a time, so that the sweep is rare however full the desk is.
            surplus = max(0, len(good) - self._size + self._size // 8 + 1)
            self._known = dict(good[surplus:])
        self._known[header_value] = (caller, expires)
