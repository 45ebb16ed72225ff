"""Bytes from anywhere: nothing raises, nothing is believed that was not signed."""

import warnings

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi.pki import Purpose, der
from onshi.pki.crls import CrlShelf, read_crl
from onshi.pki.evidence import CrlSnapshot, OcspStatus
from onshi.pki.verdicts import Examined, Refused
from onshi.pki.verification import examine

from . import cast
from .cast import NOW, SERIAL
from .test_crls import GONE
from .test_ocsp import answered, certificate, read, request

# The library warns of odd serial numbers and the like before it refuses; here those are what is asked for.
pytestmark = pytest.mark.filterwarnings("ignore")

# Without a deadline: the first example of a run makes the keys.
FUZZ = settings(max_examples=300, deadline=None)
Change = tuple[int, int]
changes = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(1, 255)), min_size=1, max_size=4)


def changed(data: bytes, spots: list[Change]) -> bytes:
    """The bytes with some of them made others."""
    made = bytearray(data)
    for place, mask in spots:
        made[place % len(made)] ^= mask
    return bytes(made)


def examined(der: bytes) -> Examined | Refused:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return examine(der, purpose=Purpose.AUTHENTICATION, trust=cast.trust())


@FUZZ
@given(st.binary(max_size=600))
def test_noise_is_no_certificate_no_list_and_no_answer(data: bytes) -> None:
    assert isinstance(examined(data), Refused)
    assert isinstance(read_crl(data, trust=cast.trust(), at=NOW), Refused)
    assert isinstance(read(data), Refused)


@FUZZ
@given(changes)
def test_a_changed_certificate_is_never_believed(spots: list[Change]) -> None:
    made = changed(cast.good(), spots)
    assert isinstance(examined(made), Refused) is (made != cast.good())


@FUZZ
@given(changes)
def test_a_changed_list_is_never_believed(spots: list[Change]) -> None:
    good = cast.crl_der((SERIAL, GONE))
    made = changed(good, spots)
    found = read_crl(made, trust=cast.trust(), at=NOW)
    assert isinstance(found, CrlSnapshot) is (made == good)
    shelf = CrlShelf(cast.trust())
    assert isinstance(shelf.take(made, at=NOW), CrlSnapshot) is (made == good)


ANSWER = answered(request())


@FUZZ
@given(changes)
def test_a_changed_answer_says_nothing_else(spots: list[Change]) -> None:
    """What is not signed of an answer (how its certificates are wrapped) may change; what it says may not."""
    found = read(changed(ANSWER, spots))
    assert isinstance(found, Refused) or found == read(ANSWER)


@FUZZ
@given(changes)
def test_a_changed_question_gets_an_answer_or_an_error_and_never_another_ones_good(spots: list[Change]) -> None:
    response = answered(changed(request(), spots))
    found = ocsp.load_der_ocsp_response(response)
    if found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return
    status = read(response)
    # Whatever was asked for now: if it was this certificate it is good, and otherwise nobody is said to be.
    if isinstance(status, OcspStatus):
        assert status.known
    else:
        assert found.certificate_status is ocsp.OCSPCertStatus.UNKNOWN


@FUZZ
@given(st.binary(max_size=300))
def test_noise_is_answered_with_an_error(data: bytes) -> None:
    found = ocsp.load_der_ocsp_response(answered(data))
    assert found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL


@FUZZ
@given(changes)
def test_whatever_an_authority_signs_is_read_without_raising(spots: list[Change]) -> None:
    """What is behind the signature is looked at as well: an authority gone wrong must not bring us down."""
    certificate = x509.load_der_x509_certificate(cast.good()).tbs_certificate_bytes
    listed = x509.load_der_x509_crl(cast.crl_der((SERIAL, GONE))).tbs_certlist_bytes
    made, listing = (changed(part, spots) for part in (certificate, listed))
    assert isinstance(examined(der.signed(made, cast.auth_key().sign(made))), Examined | Refused)
    found = read_crl(der.signed(listing, cast.auth_key().sign(listing)), trust=cast.trust(), at=NOW)
    assert isinstance(found, CrlSnapshot | Refused)


def test_the_certificate_of_these_tests_is_good_to_begin_with() -> None:
    assert examined(cast.good()) == certificate()
