"""What may be founded, issued and changed; no database, no clock."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from onshi.kernel import Moment, japan_day
from onshi.law import Medium
from onshi.pki.errors import (
    AuthorityNameUnfit,
    AuthorityPurposeFixed,
    CertificateHeld,
    CertificateNotHeld,
    CertificateOff,
    DetailsUnfit,
    HoldNotReleased,
    KeyUnfit,
    OrderForAnother,
    PartitionUnfit,
    ReasonUnfit,
    SerialUnfit,
    TerminalUnfit,
    TermUnfit,
    WrongAuthority,
)
from onshi.pki.model import Authority, Certificate, Kind, Order, Purpose, Reason, Status, serial_number
from onshi.pki.names import is_partition

TERMINAL_TBS_BYTES = 51
TERMINAL_SIGNATURE_BYTES = 256
# A day of grace after expiry reaches to the end of the third month after the month of expiry, 123 days at most; an
# authority lives as long as anything of it counts, and a revoked certificate stays on its list for as long.
AFTERLIFE = timedelta(days=130)
# A list comes out daily; that of the day before still counts, because the new one takes a while to get around.
CRL_EVERY, CRL_LIFE = timedelta(days=1), timedelta(days=2)

_NAME = re.compile(r"[A-Z0-9-]{1,32}")
_TERMINAL = re.compile(r"[!-~]{1,13}")
_BITS, _EXPONENT = 2048, 65537
_MICROSECOND = timedelta(microseconds=1)


def check_authority(name: str, purpose: Purpose, before: Sequence[Authority]) -> int:
    """The number of the next generation under that name; AuthorityNameUnfit, AuthorityPurposeFixed."""
    if not _NAME.fullmatch(name):
        raise AuthorityNameUnfit
    for one in before:
        if one.purpose is not purpose:
            raise AuthorityPurposeFixed(name=name, purpose=one.purpose.value)
    return max((one.generation for one in before), default=0) + 1


def check_purpose(authority: Authority, *wanted: Purpose) -> None:
    """WrongAuthority when the authority does something else."""
    if authority.purpose not in wanted:
        raise WrongAuthority(purpose=authority.purpose.value)


def check_order(order: Order, authority: Authority, *, at: Moment) -> None:
    """That this authority may issue this now.

    WrongAuthority, PartitionUnfit, KeyUnfit, DetailsUnfit, SerialUnfit or TermUnfit.
    """
    check_purpose(authority, order.kind.purpose)
    check_partition(order.municipality)
    if order.public_key is not None:
        check_key(order.public_key)
    # Whose details are not known when only the row is made comes with the key.
    may_lack = order.kind is Kind.AUTH or order.public_key is None
    if (order.details is None and not may_lack) or (order.details is not None and order.kind is Kind.AUTH):
        raise DetailsUnfit
    if order.serial is not None and serial_number(order.serial) is None:
        raise SerialUnfit
    if order.not_after < japan_day(at) or order.not_after + AFTERLIFE >= japan_day(authority.until):
        raise TermUnfit(not_after=order.not_after)


def check_key(key: RSAPublicKey) -> None:
    """KeyUnfit for a key that a card cannot have; authorities have no other kind."""
    if key.key_size != _BITS or key.public_numbers().e != _EXPONENT:
        raise KeyUnfit


def check_partition(municipality: str) -> None:
    """PartitionUnfit for what is no municipality."""
    if not is_partition(municipality):
        raise PartitionUnfit


def revoked(certificate: Certificate, reason: Reason, *, at: Moment, successor: str | None = None) -> Certificate:
    """The certificate revoked for good; CertificateOff when it was before, ReasonUnfit for a hold."""
    if reason is Reason.HOLD:
        raise ReasonUnfit(reason=reason.value)
    _check_not_off(certificate)
    return replace(certificate, status=Status.REVOKED, reason=reason, revoked_at=at, successor=successor)


def held(certificate: Certificate, *, at: Moment) -> Certificate:
    """The certificate held."""
    return replace(certificate, status=Status.HELD, reason=Reason.HOLD, revoked_at=at)


def resumed(certificate: Certificate) -> Certificate:
    """The certificate good again; CertificateNotHeld, HoldNotReleased for all but a phone's authentication."""
    check_held(certificate)
    if certificate.medium is not Medium.PHONE or certificate.kind is not Kind.AUTH:
        raise HoldNotReleased
    return replace(certificate, status=Status.ACTIVE, reason=None, revoked_at=None)


def check_held(certificate: Certificate) -> None:
    """CertificateNotHeld, or CertificateOff."""
    _check_not_off(certificate)
    if certificate.status is not Status.HELD:
        raise CertificateNotHeld


def check_renewable(certificate: Certificate) -> None:
    """CertificateOff or CertificateHeld. One that is over by its date may be renewed."""
    _check_not_off(certificate)
    if certificate.status is Status.HELD:
        raise CertificateHeld


def check_same(old: Certificate, order: Order) -> None:
    """OrderForAnother when the new certificate is not what the old one was."""
    if (order.holder, order.kind, order.medium) != (old.holder, old.kind, old.medium):
        raise OrderForAnother


def _check_not_off(certificate: Certificate) -> None:
    if certificate.status is Status.REVOKED:
        assert certificate.reason is not None, "revoked without a reason"
        raise CertificateOff(reason=certificate.reason.value)


def chain_of(certificates: Iterable[Certificate], certificate: Certificate) -> list[Certificate]:
    """What one certificate replaced and was replaced by, the oldest first, out of all those of its holder."""
    family = [one for one in certificates if one.key.issuer == certificate.key.issuer]
    before = {one.successor: one for one in family if one.successor is not None}
    after = {one.key.serial: one for one in family}
    chain = [certificate]
    while (older := before.get(chain[0].key.serial)) is not None:
        chain.insert(0, older)
    while (newer := after.get(chain[-1].successor or "")) is not None:
        chain.append(newer)
    return chain


def check_terminal(terminal: str, tbs: bytes) -> None:
    """TerminalUnfit for what no terminal certificate begins with."""
    check_terminal_id(terminal)
    if len(tbs) != TERMINAL_TBS_BYTES:
        raise TerminalUnfit(size=TERMINAL_TBS_BYTES)


def check_terminal_id(terminal: str) -> None:
    """TerminalUnfit for what is no id of a terminal."""
    if not _TERMINAL.fullmatch(terminal):
        raise TerminalUnfit(size=TERMINAL_TBS_BYTES)


def is_list_due(newest: Moment | None, *, at: Moment) -> bool:
    """Whether the next revocation list is to come out: there is none, or the newest is a day old."""
    return newest is None or later(newest, CRL_EVERY) <= at


def later(at: Moment, span: timedelta) -> Moment:
    """The moment so much later."""
    return Moment(at + span // _MICROSECOND)
