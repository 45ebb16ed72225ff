"""The verbs for organisations and their software, the token endpoint's among them.

Each verb that changes something returns the `Event` for the audit log, with the id in `object`.
`by` is the actor: the id of a party, `staff:…` or `local:cli`.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date

from onshi.access import store
from onshi.access.assertion import check_claims, check_signature, read_form
from onshi.access.errors import (
    AssertionReplayed,
    ClientDisabled,
    ClientExists,
    ClientPartyClosed,
    ClientUnknown,
    NotAnInstitution,
    PartyExists,
    UnknownClient,
    UnknownParty,
)
from onshi.access.jose import TokenSigner, read_keys
from onshi.access.model import Caller, Client, Event, Granted, Party, PartyKind
from onshi.access.rules import IDLE_MAX, LIFE_MAX, check_party, check_scopes, granted_scopes, held_scopes, is_open
from onshi.access.tokens import LIFETIME_S, mint
from onshi.db import Tx
from onshi.kernel import Moment, japan_day


def register_parties(tx: Tx, new: Iterable[Party], *, by: str) -> Event:
    """Registers organisations, thousands at once or none; raises `PartyMalformed` or `PartyExists`.

    The event has no object, its outcome is the number registered.
    """
    found = list(new)
    for party in found:
        check_party(party)
    ids = [party.id for party in found]
    taken = store.party_ids_of(tx, ids)
    seen: set[str] = set()
    for party_id in ids:
        if party_id in taken or party_id in seen:
            raise PartyExists(party=party_id)
        seen.add(party_id)
    store.add_parties(tx, found)
    return Event("parties_registered", by, None, str(len(found)))


def amend_party(tx: Tx, party: Party, *, by: str) -> Event:
    """Replaces what is known of an organisation; its kind and code stay. Closing one is setting `closed_on`."""
    check_party(party)
    party_by_id(tx, party.id)
    store.replace_party(tx, party)
    return Event("party_amended", by, party.id, "done")


def party_by_id(tx: Tx, party_id: str) -> Party:
    """The organisation; raises `UnknownParty`."""
    found = store.party_of(tx, party_id)
    if found is None:
        raise UnknownParty(party=party_id)
    return found


def party_names(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """The names of those of the organisations that are registered, by id."""
    return store.party_names_of(tx, list(ids))


def parties_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Party]:
    """Those of the organisations that are registered, by id."""
    return store.parties_of(tx, list(ids))


def parties(
    tx: Tx,
    *,
    kind: PartyKind | None = None,
    municipality: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Party]:
    """A page of organisations by id; pass the last id as `after` for the next page."""
    return store.parties_where(tx, kind=kind, municipality=municipality, after=after, limit=limit)


def register_client(
    tx: Tx,
    party_id: str,
    *,
    name: str,
    jwks: Mapping[str, object],
    scopes: Iterable[str],
    at: Moment,
    by: str,
    client_id: str | None = None,
) -> Event:
    """Registers software that acts for a party; without `client_id` one is drawn.

    Raises `UnknownParty`, `ClientExists`, `KeyRefused`, `ScopeMalformed` or `ScopeNotForParty`.
    """
    party = party_by_id(tx, party_id)
    drawn = client_id or f"client-{secrets.token_hex(10)}"
    if store.client_of(tx, drawn) is not None:
        raise ClientExists(client=drawn)
    kept, _ = read_keys(jwks)
    held = check_scopes(scopes, party.kind)
    store.add_client(tx, Client(drawn, party_id, name, kept, held, at))
    return Event("client_registered", by, drawn, "done")


def client_by_id(tx: Tx, client_id: str) -> Client:
    """The client; raises `UnknownClient`."""
    found = store.client_of(tx, client_id)
    if found is None:
        raise UnknownClient(client=client_id)
    return found


def clients_of(tx: Tx, party_id: str) -> list[Client]:
    """The clients of a party, oldest first, disabled ones too."""
    return store.clients_of(tx, party_id)


def replace_keys(tx: Tx, client_id: str, jwks: Mapping[str, object], *, at: Moment, by: str) -> Event:
    """Sets the client's keys; to rotate without a gap send the old and the new together first.

    When a key goes, tokens got so far are voided: it may have gone because it was stolen.
    """
    before, _ = read_keys(client_by_id(tx, client_id).jwks)
    after, _ = read_keys(jwks)
    store.set_client(tx, client_id, jwks=after)
    if not _key_values(before) <= _key_values(after):
        store.set_client(tx, client_id, voided_at=at)
    return Event("client_keys_replaced", by, client_id, "done")


def _key_values(jwks: Mapping[str, object]) -> set[tuple[tuple[str, object], ...]]:
    keys = jwks["keys"]
    assert isinstance(keys, list), "read_keys returns a list"
    return {tuple(sorted(key.items())) for key in keys}


def disable_client(tx: Tx, client_id: str, *, at: Moment, by: str) -> Event:
    """Gives this client no more tokens and voids those it has; tell each `TokenDesk` with `forget`."""
    client_by_id(tx, client_id)
    store.set_client(tx, client_id, disabled_at=at, voided_at=at)
    return Event("client_disabled", by, client_id, "done")


def enable_client(tx: Tx, client_id: str, *, by: str) -> Event:
    """Gives a disabled client tokens again; those from before stay void."""
    client_by_id(tx, client_id)
    store.set_client(tx, client_id, disabled_at=None)
    return Event("client_enabled", by, client_id, "done")


def voided_since(tx: Tx, since: Moment) -> dict[str, Moment]:
    """Clients whose tokens were voided at `since` or later, for `TokenDesk.forget`.

    A server process asks at its start for the last 15 minutes (the life of a token) and then every few seconds.
    """
    return store.clients_voided_since(tx, since)


def exchange(
    tx: Tx, form: Mapping[str, str], *, at: Moment, audience: str, issuer: str, signer: TokenSigner
) -> Granted:
    """OAuth 2.0 client credentials with private_key_jwt: an access token for a signed assertion.

    `audience` is the address of the token endpoint, `issuer` what goes into the token. Raises a child
    of `TokenRefused`, whose `body()` is the answer of the endpoint; nothing is kept then.
    """
    assertion = read_form(form)
    client = working_client(tx, assertion.client_id, on=japan_day(at))
    _, keys = read_keys(client.jwks)
    check_signature(assertion, keys)
    check_claims(assertion, at=at, audience=audience)
    jti_hash = hashlib.sha256(assertion.jti.encode("utf-8", "surrogatepass")).digest()
    if not store.use_assertion(tx, client.client_id, jti_hash, assertion.expires):
        raise AssertionReplayed
    return _granted(client, form.get("scope"), at=at, issuer=issuer, signer=signer)


def grant(tx: Tx, client_id: str, *, at: Moment, issuer: str, signer: TokenSigner, scope: str | None = None) -> Granted:
    """A token for a client that the caller has authenticated in another way (a certificate at the TLS front)."""
    return _granted(working_client(tx, client_id, on=japan_day(at)), scope, at=at, issuer=issuer, signer=signer)


def certify_client(tx: Tx, client_id: str, *, at: Moment, by: str) -> Event:
    """Says that a terminal of an institution may be given a certificate; nothing is kept, and the event tells of it.

    Raises what `terminal_client` raises.
    """
    terminal_client(tx, client_id, on=japan_day(at))
    return Event("client_certified", by, client_id, "done")


def terminal_client(tx: Tx, client_id: str, *, on: date) -> Client:
    """The client, which works for an institution today.

    Raises `ClientUnknown`, `ClientDisabled`, `ClientPartyClosed` or `NotAnInstitution`.
    """
    client = working_client(tx, client_id, on=on)
    if client.party_id.partition(":")[0] != PartyKind.INSTITUTION:
        raise NotAnInstitution
    return client


def working_client(tx: Tx, client_id: str, *, on: date) -> Client:
    """The client, which is not disabled and whose organisation is open.

    Raises `ClientUnknown`, `ClientDisabled` or `ClientPartyClosed`.
    """
    client = store.client_of(tx, client_id)
    if client is None:
        raise ClientUnknown
    if client.disabled_at is not None:
        raise ClientDisabled
    if not is_open(party_by_id(tx, client.party_id), on):
        raise ClientPartyClosed
    return client


def _granted(client: Client, scope: str | None, *, at: Moment, issuer: str, signer: TokenSigner) -> Granted:
    kind, _, code = client.party_id.partition(":")
    # Whatever stands in the table: a scope that is not for this kind of organisation is never granted.
    scopes = granted_scopes(held_scopes(client.scopes, PartyKind(kind)), scope)
    caller = Caller(client.party_id, code, client.client_id, scopes)
    token = mint(caller, at=at, jti=secrets.token_urlsafe(16), issuer=issuer, signer=signer)
    event = Event("token", client.party_id, client.client_id, "done")
    return Granted(token, LIFETIME_S, " ".join(sorted(scopes)), event)


def purge(tx: Tx, *, at: Moment) -> int:
    """Drops used assertions and sessions that are over; returns how many. For a job every few minutes."""
    over = store.purge_sessions(tx, seen_before=Moment(at - IDLE_MAX), started_before=Moment(at - LIFE_MAX))
    return store.purge_assertions(tx, at) + over
