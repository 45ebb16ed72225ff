"""Which certificates count, for whoever asks: OCSP (RFC 6960 appendix A) and revocation lists (RFC 5280)."""

import re

from onshi import pki
from onshi.card_office import authority_keys
from onshi.db import Tx
from onshi.interfaces.rest.problems import BadRequest, NotFound
from onshi.interfaces.rest.replies import Call, Reply, tagged
from onshi.outside import CertificateKeys, responder_key
from onshi.pki.model import Responder

OCSP_PATH = "/v1/ocsp"
CRL_PATH = "/v1/crls/{issuer}/{partition}"
OCSP_REQUEST = "application/ocsp-request"
OCSP_RESPONSE = "application/ocsp-response"
CRL = "application/pkix-crl"
BODY_LIMIT = 4_096
GENERATION_MAX = 9_999
# A list is renewed daily; who has one an hour old has not missed a day.
_CRL_CACHE = "public, max-age=3600"
_GENERATION = re.compile(r"[1-9][0-9]{0,3}")


def post_ocsp(call: Call) -> Reply:
    """Whether one certificate counts. What is no question gets the error of RFC 6960, with status 200 as it says."""
    keys = authority_keys(call.app)
    with call.app.db.transaction(reading=True) as tx:
        answer = pki.publishing.ocsp(tx, responders(tx, keys), call.body, at=call.now)
    return Reply(200, answer, OCSP_RESPONSE)


def get_crl(call: Call) -> Reply:
    """The newest list of a municipality; NotFound when none was published."""
    issuer, partition = call.path["issuer"], call.path["partition"]
    generation = _generation(call.query.get("generation"))
    with call.app.db.transaction(reading=True) as tx:
        found = pki.publishing.current_crl(tx, issuer, partition, generation=generation)
    if found is None:
        raise NotFound
    return tagged(call, found.der, cache=_CRL_CACHE, media=CRL)


def responders(tx: Tx, keys: CertificateKeys) -> list[Responder]:
    """Who answers, as far as the keys are in files here."""
    return [
        Responder(authority=one, certificate=one.responder, key=keys.key(name).private_key)
        for one in pki.founding.authorities(tx)
        for name in [responder_key(one.name, one.generation)]
        if one.responder is not None and keys.has(name)
    ]


def _generation(text: str | None) -> int | None:
    if text is None:
        return None
    if not _GENERATION.fullmatch(text):
        raise BadRequest(why=f"`generation` is a whole number from 1 to {GENERATION_MAX}")
    return int(text)
