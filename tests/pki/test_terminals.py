"""Readers that may use a card without its PIN: certified, found again, ended."""

import pytest

from onshi import pki
from onshi.db import Tx
from onshi.kernel import Moment
from onshi.pki import errors
from onshi.pki.model import Terminal

from . import cast
from .cast import DAY, NOW, TERMINAL_NAME, key

TBS = bytes(range(51))
PARTY = "institution:1312345678"


@pytest.fixture
def founded(tx: Tx) -> Tx:
    cast.found_all(tx)
    return tx


def register(tx: Tx, terminal: str = "T1", *, at: Moment = NOW) -> Terminal:
    return pki.terminals.register(tx, key(f"{TERMINAL_NAME}/1"), TBS, terminal=terminal, party=PARTY, at=at)


def test_a_terminal_is_certified_with_307_bytes(founded: Tx) -> None:
    made = register(founded)
    assert (len(made.certificate), made.certificate[:51], made.since, made.revoked_at) == (307, TBS, NOW, None)
    assert key(f"{TERMINAL_NAME}/1").sign(TBS) == made.certificate[51:]
    assert pki.terminals.terminal_of(founded, "T1") == made
    assert pki.terminals.terminal_of(founded, "T2") is None


def test_an_id_is_used_once_until_it_is_ended(founded: Tx) -> None:
    first = register(founded)
    with pytest.raises(errors.TerminalExists) as refused:
        register(founded)
    assert refused.value.facts == {"terminal": "T1"}
    ended = pki.terminals.revoke(founded, "T1", at=Moment(NOW + DAY))
    assert ended.revoked_at == NOW + DAY
    second = register(founded, at=Moment(NOW + DAY))
    assert pki.terminals.terminal_of(founded, "T1") == second
    assert pki.terminals.terminals_of(founded, PARTY) == [ended, second]
    assert first.revoked_at is None


def test_only_what_counts_is_ended(founded: Tx) -> None:
    with pytest.raises(errors.TerminalUnknown):
        pki.terminals.revoke(founded, "T1", at=NOW)
    register(founded)
    pki.terminals.revoke(founded, "T1", at=NOW)
    with pytest.raises(errors.TerminalUnknown):
        pki.terminals.revoke(founded, "T1", at=NOW)


def test_only_the_authority_for_terminals_certifies_them(founded: Tx) -> None:
    with pytest.raises(errors.WrongAuthority):
        pki.terminals.register(founded, cast.auth_key(), TBS, terminal="T1", party=PARTY, at=NOW)
    with pytest.raises(errors.AuthorityUnknown):
        pki.terminals.register(founded, key("nobody"), TBS, terminal="T1", party=PARTY, at=NOW)
    with pytest.raises(errors.TerminalUnfit):
        pki.terminals.register(founded, key(f"{TERMINAL_NAME}/1"), TBS[1:], terminal="T1", party=PARTY, at=NOW)
    assert pki.terminals.terminals_of(founded, PARTY) == []


def test_an_id_is_checked_before_anything_is_made() -> None:
    pki.terminals.check_id("T1")
    with pytest.raises(errors.TerminalUnfit):
        pki.terminals.check_id("T 1")
