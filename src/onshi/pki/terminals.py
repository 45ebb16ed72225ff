"""The verbs for readers that may use a card's authentication key without its PIN. The format is our own: see `chip`."""

from dataclasses import replace

from onshi.db import Tx
from onshi.kernel import Moment
from onshi.pki import rules, store
from onshi.pki.errors import TerminalExists, TerminalUnknown
from onshi.pki.founding import authority_of
from onshi.pki.model import CertificateSigner, Purpose, Terminal


def check_id(terminal: str) -> None:
    """TerminalUnfit for what is no id of a terminal: 1 to 13 visible ASCII signs."""
    rules.check_terminal_id(terminal)


def register(tx: Tx, signer: CertificateSigner, tbs: bytes, *, terminal: str, party: str, at: Moment) -> Terminal:
    """Certifies a reader of an organisation: `tbs` (51 bytes, as `chip` writes them) and the authority's signature.

    AuthorityUnknown, WrongAuthority, TerminalUnfit, or TerminalExists while an earlier certificate counts.
    """
    rules.check_purpose(authority_of(tx, signer), Purpose.TERMINAL)
    rules.check_terminal(terminal, tbs)
    known = store.terminal_of(tx, terminal)
    if known is not None and known.revoked_at is None:
        raise TerminalExists(terminal=terminal)
    signature = signer.sign(tbs)
    assert len(signature) == rules.TERMINAL_SIGNATURE_BYTES, "an authority has a key of 2048 bits"
    new = Terminal(terminal, party, tbs + signature, at)
    store.add_terminal(tx, new)
    return new


def revoke(tx: Tx, terminal: str, *, at: Moment) -> Terminal:
    """Ends the certificate of a terminal; TerminalUnknown when none counts."""
    found = store.terminal_of(tx, terminal)
    if found is None or found.revoked_at is not None:
        raise TerminalUnknown(terminal=terminal)
    store.revoke_terminal(tx, found, at=at)
    return replace(found, revoked_at=at)


def terminal_of(tx: Tx, terminal: str) -> Terminal | None:
    """The newest certificate of a terminal, revoked or not."""
    return store.terminal_of(tx, terminal)


def terminals_of(tx: Tx, party: str) -> list[Terminal]:
    """Every terminal certificate of an organisation, by terminal, the oldest first."""
    return store.terminals_of(tx, party)
