"""Where the terminals of institutions get the certificates with which they sign in to the JSON web API."""

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from onshi import access, audit
from onshi.app import App
from onshi.audit import Action, Entry
from onshi.flows import record
from onshi.outside import Certified, TerminalCa

_OBJECT = "terminal-ca"


def terminal_ca(app: App) -> TerminalCa:
    """The authority of terminals, beside the signing keys; it may not be founded yet."""
    return TerminalCa(app.ring.directory)


def found_terminal_ca(app: App, *, actor: str) -> x509.Certificate:
    """Founds it; the log has the digest of its certificate. TerminalCaExists."""
    at = app.now()
    made = terminal_ca(app).found(at=at)
    entry = Entry(actor, Action.SETTING_CHANGED, "done", made.fingerprint(SHA256()), None, _OBJECT)
    app.run(lambda tx: audit.append(tx, app.draw(), [entry], at=at))
    return made


def certify_terminal(app: App, client_id: str, password: bytes, *, actor: str) -> Certified:
    """A key and a certificate for the terminal of an institution's client; the log tells for whom.

    Raises what `access.certify_client` and `TerminalCa.certify` raise.
    """
    at = app.now()
    made = terminal_ca(app).certify(client_id, at=at, password=password)
    # Only now: the log tells of no certificate that was not made. One for which it refuses has left nobody's hands.
    app.run(lambda tx: record(tx, access.certify_client(tx, client_id, at=at, by=actor), batch=app.draw(), at=at))
    return made
