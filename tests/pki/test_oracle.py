"""The same questions put to another implementation of RFC 5280 (pyhanko-certvalidator): both accept and refuse alike.

It runs in the mode `require`, in which a status that nobody vouches for is a refusal; its default accepts those.
"""

import asyncio
import functools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, ValidationError
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

from onshi.kernel import Moment, japan_time
from onshi.pki import Evidence, Purpose, Reason, names
from onshi.pki.crls import read_crl
from onshi.pki.model import Revocation
from onshi.pki.verdicts import Refused, Valid, Verdict
from onshi.pki.verification import Verifier, examine, verify

from . import cast
from .cast import DAY, HOUR, NOW, SERIAL, Draft
from .faults import FAULTS, Case
from .test_ocsp import active, answered, delegate, forged, gone, request, tampered

GONE = Revocation(Reason.KEY_COMPROMISE, cast.ISSUED)
POLICIES = frozenset(f"{names.ARC}.1.{number}" for number in (1, 3))


def oracle_accepts(der: bytes, *, crls: Sequence[bytes] = (), answers: Sequence[bytes] = (), at: Moment = NOW) -> bool:
    """Whether the other implementation takes the certificate for authentication."""
    moment: datetime = japan_time(at)
    try:
        context = ValidationContext(
            trust_roots=[
                asn1_x509.Certificate.load(cast.authority(generation=number).certificate) for number in (1, 2)
            ],
            crls=[asn1_crl.CertificateList.load(one) for one in crls],
            ocsps=[asn1_ocsp.OCSPResponse.load(one) for one in answers],
            moment=moment,
            revocation_mode="require",
            allow_fetching=False,
            time_tolerance=timedelta(0),
        )
        params = PKIXValidationParams(user_initial_policy_set=POLICIES, initial_explicit_policy=True)
        validator = CertificateValidator(
            asn1_x509.Certificate.load(der, strict=True), validation_context=context, pkix_params=params
        )
        asyncio.run(validator.async_validate_usage({"digital_signature"}))
    except (PathBuildingError, PathValidationError, ValidationError):
        return False
    return True


def ours(der: bytes, *, crls: Sequence[bytes] = (), answers: Sequence[bytes] = (), at: Moment = NOW) -> Verdict:
    """The same with this room."""
    trust = cast.trust()
    examined = examine(der, purpose=Purpose.AUTHENTICATION, trust=trust)
    if isinstance(examined, Refused):
        return examined
    lists = [read_crl(one, trust=trust, at=at) for one in crls]
    said = [Verifier(trust).answered(one, examined, at=at) for one in answers]
    crl = next((one for one in lists if not isinstance(one, Refused)), None)
    status = next((one for one in said if not isinstance(one, Refused)), None)
    return verify(der, trust=trust, evidence=Evidence(crl=crl, ocsp=status), at=at, grace_until=None)


def test_both_take_the_good_ones() -> None:
    for der, of in (
        (cast.good(), cast.authority()),
        (Draft().der(), cast.authority()),
        (cast.old_generation_good(), cast.authority(generation=2)),
    ):
        listed = [cast.crl_der(of=of)]
        assert isinstance(ours(der, crls=listed), Valid)
        assert oracle_accepts(der, crls=listed)


UNREADABLE = {"nothing", "cut off", "more behind it"}


@pytest.mark.parametrize("case", [case for case in FAULTS if case.name not in UNREADABLE], ids=lambda case: case.name)
def test_both_refuse_every_fault_save_where_we_are_stricter(case: Case) -> None:
    listed = [cast.crl_der(), cast.crl_der(of=cast.authority(generation=2))]
    assert isinstance(ours(case.der(), crls=listed), Refused)
    assert oracle_accepts(case.der(), crls=listed) is (case.stricter is not None)


@functools.cache
def good_answer() -> bytes:
    return answered(request())


STATUSES: list[tuple[str, Callable[[], dict[str, object]], bool]] = [
    ("nobody vouches for it", dict, False),
    ("a fresh list", lambda: {"crls": [cast.crl_der()]}, True),
    ("on the list", lambda: {"crls": [cast.crl_der((SERIAL, GONE))]}, False),
    ("held on the list", lambda: {"crls": [cast.crl_der((SERIAL, Revocation(Reason.HOLD, GONE.at)))]}, False),
    ("somebody else on the list", lambda: {"crls": [cast.crl_der((SERIAL + 1, GONE))]}, True),
    ("a list that is over", lambda: {"crls": [cast.crl_der(at=Moment(NOW - 3 * DAY))]}, False),
    ("the list of another town", lambda: {"crls": [cast.crl_der(town=cast.OTHER_TOWN)]}, False),
    ("the list of another generation", lambda: {"crls": [cast.crl_der(of=cast.authority(generation=2))]}, False),
    ("a good answer", lambda: {"answers": [good_answer()]}, True),
    ("an answer that it is revoked", lambda: {"answers": [answered(request(), gone(Reason.CEASED))]}, False),
    ("an answer that nobody knows it", lambda: {"answers": [answered(request(), active())]}, False),
    ("an answer that is over", lambda: {"answers": [forged(at=Moment(NOW - 2 * HOUR))]}, False),
    ("an answer about another", lambda: {"answers": [forged(serial=SERIAL + 1)]}, False),
    ("an answer by somebody else", lambda: {"answers": [forged(delegate=delegate(issuing=cast.key("forger")))]}, False),
    ("an answer with its signature changed", lambda: {"answers": [tampered(lambda one: one.signature)]}, False),
]


@pytest.mark.parametrize(("name", "evidence", "accepted"), STATUSES, ids=[name for name, _, _ in STATUSES])
def test_both_judge_the_status_alike(name: str, evidence: Callable[[], dict[str, object]], accepted: bool) -> None:
    assert name
    assert isinstance(ours(cast.good(), **evidence()), Valid) is accepted  # type: ignore[arg-type]
    assert oracle_accepts(cast.good(), **evidence()) is accepted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        (cast.ISSUED, True),
        (Moment(cast.ISSUED - cast.SECOND), False),
        (Moment(NOW + DAY), True),
        (cast.parse_moment("2030-05-04T23:59:58"), True),
        (cast.parse_moment("2030-05-05T00:00:01"), False),
    ],
)
def test_both_count_the_days_alike(at: Moment, accepted: bool) -> None:
    listed = [cast.crl_der(at=at)]
    assert isinstance(ours(cast.good(), crls=listed, at=at), Valid) is accepted
    assert oracle_accepts(cast.good(), crls=listed, at=at) is accepted
