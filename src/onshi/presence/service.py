"""Finding out what cards that signed a nonce prove."""

from collections.abc import Sequence
from dataclasses import dataclass

from onshi import law, pki
from onshi.db import Tx
from onshi.kernel import Moment
from onshi.pki import CertificateKey, Evidence
from onshi.pki.model import Standing, Terminal
from onshi.pki.verdicts import Examined, Refused
from onshi.presence import store
from onshi.presence.model import Outcome, Presented, Proven
from onshi.presence.nonces import NonceRead, read_nonce
from onshi.presence.rules import proven_by, refused_signatures


def prove(tx: Tx, shown: Sequence[Presented], *, at: Moment, secret: bytes) -> list[Proven]:
    """What each of them proves, in order. A good nonce is used up before anything else is looked at, whatever comes
    of it; one statement uses all nonces, one finds where all certificates stand.

    The outcome is an answer and no refusal, so that a used nonce stays used. What is proved may be believed only
    after `tx` has committed. `secret` is the one the nonces were made with.
    """
    reads = [read_nonce(secret, one.nonce, one.bound, at=at) for one in shown]
    fresh = store.use(tx, [(read.id, read.expires_at) for read in reads if read.refusal is None])
    verifier = pki.founding.verifier(tx)
    examined = [verifier.examine(one.certificate) for one in shown]
    keys = [one.key for one in examined if isinstance(one, Examined)]
    wanted = {one.bound.terminal for one in shown if one.bound.mode.needs_terminal}
    known = _Known(
        at,
        dict(zip(keys, pki.status_of(tx, keys, at=at), strict=True)),
        {name: pki.terminals.terminal_of(tx, name) for name in wanted},
    )
    return [_proven(*one, fresh, known) for one in zip(shown, reads, examined, strict=True)]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register says, for all that are looked at."""

    at: Moment
    standings: dict[CertificateKey, Standing]
    terminals: dict[str, Terminal | None]


def _proven(
    shown: Presented, read: NonceRead, certificate: Examined | Refused, fresh: set[bytes], known: _Known
) -> Proven:
    if read.refusal is not None:
        return Proven(read.refusal)
    if read.id not in fresh:
        return Proven(Outcome.NONCE_USED)
    fresh.remove(read.id)  # of two in one transaction the first has it
    if isinstance(certificate, Refused):
        return proven_by(certificate)
    key = certificate.key
    refused = refused_signatures(shown, certificate, known.terminals.get(shown.bound.terminal), at=known.at)
    if refused is not None:
        return Proven(refused, key.issuer, key.serial)
    evidence = Evidence(standing=known.standings[key])
    is_over = certificate.ends <= known.at
    grace_until = law.grace_until(certificate.not_after, certificate.medium) if is_over else None
    return proven_by(pki.decide(certificate, evidence=evidence, at=known.at, grace_until=grace_until))
