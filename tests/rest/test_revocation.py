"""OCSP and revocation lists over HTTP: for OpenSSL's own client and for a plain one."""

import subprocess
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from onshi import pki
from onshi.db import Tx
from onshi.kernel import Moment
from onshi.outside import CertificateKeys, authority_key, responder_key
from onshi.pki import Authority, Certificate, Kind, Order, Purpose, Reason

from .make import Country, Front

NAME, TOWN = "DEMO-CA", "131016"
HEADERS = {"Content-Type": "application/ocsp-request"}


@dataclass
class Issued:
    """An authority of the country with its keys in files, and what it issued."""

    authority: Authority
    good: Certificate
    gone: Certificate


def issue(tx: Tx, land: Country) -> Issued:
    keys = CertificateKeys(land.app.settings.data / "keys" / "ca")
    signer, at = keys.key(authority_key(NAME, 1)), land.app.now()
    pki.founding.found_authority(tx, signer, name=NAME, purpose=Purpose.AUTHENTICATION, at=at)
    authority = pki.founding.appoint_responder(tx, signer, keys.key(responder_key(NAME, 1)).public_key, at=at)
    orders = [
        Order(
            kind=Kind.AUTH,
            holder=holder,
            card=holder,
            municipality=TOWN,
            not_after=date(2030, 5, 4),
            public_key=generate_private_key(public_exponent=65537, key_size=2048).public_key(),
        )
        for holder in (1, 2)
    ]
    good, gone = pki.issue(tx, signer, orders, at=at)
    pki.changes.revoke(tx, [gone.key], Reason.KEY_COMPROMISE, at=at)
    pki.publishing.crl(tx, signer, TOWN, at=at)
    return Issued(authority, good, gone)


def issued_in(land: Country) -> Issued:
    return land.app.run(lambda tx: issue(tx, land))


def loaded(der: bytes | None) -> x509.Certificate:
    assert der is not None
    return x509.load_der_x509_certificate(der)


def question(issued: Issued, about: Certificate) -> bytes:
    asked = ocsp.OCSPRequestBuilder().add_certificate(loaded(about.der), loaded(issued.authority.certificate), SHA1())
    return asked.build().public_bytes(Encoding.DER)


def test_a_question_is_answered_and_what_is_none_gets_an_error_of_its_kind(front: Front, land: Country) -> None:
    issued = issued_in(land)
    said = []
    for body in (question(issued, issued.good), question(issued, issued.gone), b"nonsense"):
        reply = front.ask("POST", "/v1/ocsp", content=body, headers=HEADERS)
        assert (reply.status_code, reply.headers["content-type"]) == (200, "application/ocsp-response")
        answer = ocsp.load_der_ocsp_response(reply.content)
        is_answer = answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
        said.append(answer.certificate_status if is_answer else answer.response_status)
    assert said == [
        ocsp.OCSPCertStatus.GOOD,
        ocsp.OCSPCertStatus.REVOKED,
        ocsp.OCSPResponseStatus.MALFORMED_REQUEST,
    ]


def test_without_a_key_here_nobody_answers(front: Front, land: Country) -> None:
    issued = issued_in(land)
    (land.app.settings.data / "keys" / "ca" / f"{responder_key(NAME, 1)}.pem").unlink()
    reply = front.ask("POST", "/v1/ocsp", content=question(issued, issued.good), headers=HEADERS)
    answer = ocsp.load_der_ocsp_response(reply.content)
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_a_list_is_given_out_with_its_tag(front: Front, land: Country) -> None:
    issued = issued_in(land)
    reply = front.ask("GET", f"/v1/crls/{NAME}/{TOWN}")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pkix-crl")
    listed = x509.load_der_x509_crl(reply.content)
    assert [one.serial_number for one in listed] == [loaded(issued.gone.der).serial_number]
    again = front.ask("GET", f"/v1/crls/{NAME}/{TOWN}", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert front.ask("GET", f"/v1/crls/{NAME}/{TOWN}?generation=1").content == reply.content


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/v1/crls/{NAME}/999999", 404, "not-found"),
        (f"/v1/crls/OTHER/{TOWN}", 404, "not-found"),
        (f"/v1/crls/{NAME}/{TOWN}?generation=2", 404, "not-found"),
        (f"/v1/crls/{NAME}/{TOWN}?generation=0", 400, "bad-request"),
        (f"/v1/crls/{NAME}/{TOWN}?generation=x", 400, "bad-request"),
    ],
)
def test_a_list_that_is_not_there_is_refused(front: Front, land: Country, path: str, status: int, code: str) -> None:
    issued_in(land)
    reply = front.ask("GET", path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_another_kind_of_body_is_refused(front: Front, land: Country) -> None:
    issued_in(land)
    reply = front.ask("POST", "/v1/ocsp", content=b"x")
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported-media-type")
    reply = front.ask("POST", "/v1/ocsp", content=bytes(5_000), headers=HEADERS)
    assert (reply.status_code, reply.json()["code"]) == (413, "too-large")


def test_openssl_asks_and_believes_the_answer(served: Country, tmp_path: Path) -> None:
    served.clock.moment = Moment(time.time_ns() // 1_000)  # OpenSSL goes by the machine's clock
    issued = issued_in(served)
    root = pem(tmp_path / "ca.pem", issued.authority.certificate)
    for about, expected in ((issued.good, "good"), (issued.gone, "revoked")):
        leaf = pem(tmp_path / "leaf.pem", about.der)
        command = ["openssl", "ocsp", "-issuer", root, "-cert", leaf, "-url", served.base + "/v1/ocsp", "-CAfile", root]
        done = subprocess.run([*map(str, command), "-resp_text"], capture_output=True, text=True, check=False)
        assert "Response verify OK" in done.stderr
        assert f"{leaf}: {expected}" in done.stdout


def pem(path: Path, der: bytes | None) -> Path:
    path.write_bytes(loaded(der).public_bytes(Encoding.PEM))
    return path
