"""Organisations and their software in the store."""

from dataclasses import replace
from datetime import date

import pytest

from onshi import access
from onshi.access import Event, PartyKind, errors
from onshi.db import Tx
from onshi.kernel import Moment

from .cast import BY, CLIENT, CLINIC, INSURER, MINUTE, NOW, client_key, clinic, enrol_clinic, insurer, public

FULL = clinic(
    name_kana="ミホンナイカ",
    opened_on=date(2010, 4, 1),
    closed_on=date(2030, 4, 1),
    attributes={"beds": "0", "note": "見本"},
)


def test_a_party_comes_back_as_it_went(tx: Tx) -> None:
    assert access.register_parties(tx, [FULL, insurer()], by=BY) == Event("parties_registered", BY, None, "2")
    assert access.party_by_id(tx, CLINIC) == FULL
    assert access.party_by_id(tx, INSURER) == insurer()


def test_thousands_of_parties_and_their_pages(tx: Tx) -> None:
    many = [clinic(code=f"131{number:07}", municipality="131016" if number % 2 else "011002") for number in range(3000)]
    access.register_parties(tx, iter(many), by=BY)
    access.register_parties(tx, [insurer()], by=BY)
    first = access.parties(tx, kind=PartyKind.INSTITUTION, limit=2)
    assert [party.code for party in first] == ["1310000000", "1310000001"]
    following = access.parties(tx, kind=PartyKind.INSTITUTION, municipality="131016", after=first[-1].id, limit=2)
    assert [party.code for party in following] == ["1310000003", "1310000005"]
    assert access.parties(tx, kind=PartyKind.INSURER) == [insurer()]
    assert access.parties(tx, municipality="131016", after=many[-1].id) == []


@pytest.mark.parametrize("new", [[clinic(name="別")], [insurer(), insurer()]])
def test_a_party_is_registered_once(tx: Tx, new: list[access.Party]) -> None:
    access.register_parties(tx, [clinic()], by=BY)
    with pytest.raises(errors.PartyExists) as refused:
        access.register_parties(tx, new, by=BY)
    assert refused.value.facts == {"party": new[-1].id}
    assert access.parties(tx) == [clinic()]


def test_one_malformed_party_registers_none(tx: Tx) -> None:
    with pytest.raises(errors.PartyMalformed):
        access.register_parties(tx, [clinic(), clinic(code="1")], by=BY)
    assert access.parties(tx) == []


def test_a_party_is_amended(tx: Tx) -> None:
    access.register_parties(tx, [clinic()], by=BY)
    assert access.amend_party(tx, FULL, by=BY) == Event("party_amended", BY, CLINIC, "done")
    assert access.party_by_id(tx, CLINIC) == FULL


def test_an_unknown_party_is_refused_everywhere(tx: Tx) -> None:
    with pytest.raises(errors.UnknownParty):
        access.party_by_id(tx, CLINIC)
    with pytest.raises(errors.UnknownParty):
        access.amend_party(tx, clinic(), by=BY)
    with pytest.raises(errors.UnknownParty):
        access.register_client(tx, CLINIC, name="x", jwks=public(client_key()), scopes=[], at=NOW, by=BY)


def test_a_client_comes_back_as_it_went(tx: Tx) -> None:
    enrol_clinic(tx)
    client = access.client_by_id(tx, CLIENT)
    jwk = client_key().as_dict(private=False)
    kept = {"keys": [{name: jwk[name] for name in ("crv", "kty", "x", "y", "kid")} | {"use": "sig"}]}
    assert client == access.Client(CLIENT, CLINIC, "見本レセコン", kept, frozenset({"check", "disclose"}), NOW)
    assert access.clients_of(tx, CLINIC) == [client]
    assert access.clients_of(tx, INSURER) == []


def test_a_client_id_is_drawn(tx: Tx) -> None:
    enrol_clinic(tx)
    drawn = [
        access.register_client(tx, CLINIC, name="x", jwks=public(client_key()), scopes=[], at=NOW, by=BY).object
        for _ in range(2)
    ]
    assert len({*drawn, CLIENT}) == 3
    assert {client.client_id for client in access.clients_of(tx, CLINIC)} == {*drawn, CLIENT}


def test_refusals_of_registering_a_client(tx: Tx) -> None:
    enrol_clinic(tx)
    good = {"name": "x", "jwks": public(client_key()), "scopes": ["check"], "at": NOW, "by": BY}
    with pytest.raises(errors.ClientExists):
        access.register_client(tx, CLINIC, **good, client_id=CLIENT)  # type: ignore[arg-type]  # a builder
    with pytest.raises(errors.ScopeMalformed):
        access.register_client(tx, CLINIC, **(good | {"scopes": ["a b"]}))  # type: ignore[arg-type]  # a builder
    private = {"keys": [client_key().as_dict(private=True)]}
    with pytest.raises(errors.KeyRefused) as refused:
        access.register_client(tx, CLINIC, **(good | {"jwks": private}))  # type: ignore[arg-type]  # a builder
    assert refused.value.facts == {"reason": "private-parts"}


def test_a_clinic_is_not_registered_as_a_portal(tx: Tx) -> None:
    enrol_clinic(tx)
    with pytest.raises(errors.ScopeNotForParty) as refused:
        access.register_client(
            tx, CLINIC, name="x", jwks=public(client_key()), scopes=["check", "portal"], at=NOW, by=BY, client_id="x"
        )
    assert refused.value.facts == {"scope": "portal", "kind": "institution"}
    with pytest.raises(errors.UnknownClient):
        access.client_by_id(tx, "x")


def test_organisations_are_named_by_the_hundred(tx: Tx) -> None:
    many = [clinic(code=f"131{number:07}", name=f"見本{number}") for number in range(1200)]
    access.register_parties(tx, many, by=BY)
    names = access.party_names(tx, [*(one.id for one in many), "institution:9999999999", "local:cli"])
    assert names == {one.id: one.name for one in many}
    assert access.party_names(tx, []) == {}


def test_an_unknown_client_is_refused_everywhere(tx: Tx) -> None:
    with pytest.raises(errors.UnknownClient):
        access.client_by_id(tx, CLIENT)
    with pytest.raises(errors.UnknownClient):
        access.disable_client(tx, CLIENT, at=NOW, by=BY)
    with pytest.raises(errors.UnknownClient):
        access.enable_client(tx, CLIENT, by=BY)
    with pytest.raises(errors.UnknownClient):
        access.replace_keys(tx, CLIENT, public(client_key()), at=NOW, by=BY)


def test_disabling_voids_and_enabling_does_not_revive(tx: Tx) -> None:
    enrol_clinic(tx)
    before = access.client_by_id(tx, CLIENT)
    assert access.disable_client(tx, CLIENT, at=NOW, by=BY) == Event("client_disabled", BY, CLIENT, "done")
    assert access.client_by_id(tx, CLIENT) == replace(before, disabled_at=NOW, voided_at=NOW)
    assert access.enable_client(tx, CLIENT, by=BY) == Event("client_enabled", BY, CLIENT, "done")
    assert access.client_by_id(tx, CLIENT) == replace(before, voided_at=NOW)
    assert access.voided_since(tx, NOW) == {CLIENT: NOW}
    assert access.voided_since(tx, Moment(NOW + 1)) == {}


def test_adding_a_key_voids_nothing_and_dropping_one_does(tx: Tx) -> None:
    old, new = client_key(), client_key("P-384", "k2")
    enrol_clinic(tx)
    assert access.replace_keys(tx, CLIENT, public(old, new), at=NOW, by=BY).action == "client_keys_replaced"
    assert access.voided_since(tx, Moment(0)) == {}
    later = Moment(NOW + MINUTE)
    access.replace_keys(tx, CLIENT, public(new), at=later, by=BY)
    assert access.voided_since(tx, Moment(0)) == {CLIENT: later}


def test_another_key_under_an_old_name_voids(tx: Tx) -> None:
    enrol_clinic(tx)
    access.replace_keys(tx, CLIENT, public(client_key("RSA", "k1")), at=NOW, by=BY)
    assert access.voided_since(tx, Moment(0)) == {CLIENT: NOW}
