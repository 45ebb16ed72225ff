"""What a card that was shown proves: each look in its turn, the first that fails is the outcome."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from onshi import chip
from onshi.kernel import Moment, japan_day
from onshi.pki import Reason, verdicts
from onshi.pki.model import Terminal
from onshi.pki.verdicts import Examined, Fault, Verdict
from onshi.presence.model import Outcome, Presented, Proven

_HALF = 32
_ES256 = ECDSA(SHA256())


def digest_of(presented: Presented) -> bytes:
    """What the card, and where the mode needs one the terminal, signed."""
    bound = presented.bound
    return chip.presence_digest(
        institution=bound.party,
        terminal=bound.terminal,
        purpose=bound.purpose.value,
        mode=bound.mode.value,
        nonce=presented.nonce,
    )


def refused_signatures(
    presented: Presented, certificate: Examined, terminal: Terminal | None, *, at: Moment
) -> Outcome | None:
    """Why the card or the terminal did not prove itself; None when both did. `terminal` is the one registered under
    the name that is bound, if any."""
    digest = digest_of(presented)
    if not chip.is_signed(certificate.public_key, presented.signature, chip.digest_info(digest)):
        return Outcome.WRONG_SIGNATURE
    if not presented.bound.mode.needs_terminal:
        return None
    return _refused_terminal(presented, terminal, digest, at)


def _refused_terminal(presented: Presented, terminal: Terminal | None, digest: bytes, at: Moment) -> Outcome | None:
    if presented.terminal_certificate is None or presented.terminal_signature is None:
        return Outcome.NO_TERMINAL
    # Compared whole with the one we gave out, so its signature need not be verified again.
    if terminal is None or terminal.party != presented.bound.party:
        return Outcome.WRONG_TERMINAL
    read = chip.parse_terminal_certificate(presented.terminal_certificate)
    if read is None or presented.terminal_certificate != terminal.certificate:
        return Outcome.WRONG_TERMINAL
    if not _is_es256(read.public_key, presented.terminal_signature, digest):
        return Outcome.WRONG_TERMINAL
    if terminal.revoked_at is not None and terminal.revoked_at <= at:
        return Outcome.TERMINAL_REVOKED
    return Outcome.TERMINAL_EXPIRED if read.expires_on < japan_day(at) else None


def _is_es256(key: chip.TerminalKey, signature: bytes, digest: bytes) -> bool:
    if len(signature) != 2 * _HALF:
        return False
    r, s = int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:])
    try:
        key.verify(encode_dss_signature(r, s), digest, _ES256)
    except InvalidSignature:
        return False
    return True


def proven_by(verdict: Verdict) -> Proven:
    """The outcome of a card that has proved itself, as its certificate allows."""
    if isinstance(verdict, verdicts.Refused):
        if verdict.fault is Fault.NOT_YET_VALID:
            return Proven(Outcome.NOT_YET_VALID)
        return Proven(Outcome.UNTRUSTED, reason=verdict.fault.value)
    key = verdict.certificate.key

    def told(outcome: Outcome, reason: str | None = None) -> Proven:
        return Proven(outcome, key.issuer, key.serial, reason)

    match verdict:
        case verdicts.Valid():
            return told(Outcome.PRESENT)
        case verdicts.ExpiredInGrace():
            return told(Outcome.PRESENT_IN_GRACE)
        case verdicts.Expired():
            return told(Outcome.EXPIRED)
        case verdicts.Superseded():
            return told(Outcome.SUPERSEDED)
        case verdicts.StatusUnavailable(because=because):
            return told(Outcome.STATUS_UNAVAILABLE, because.value)
        case verdicts.Revoked(reason=Reason.HOLD):
            return told(Outcome.SUSPENDED)
        case verdicts.Revoked(reason=reason):
            return told(Outcome.REVOKED, reason.value)
