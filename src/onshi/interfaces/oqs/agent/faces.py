"""The file that is pushed, unasked, after a card was read at the desk."""

import base64
from datetime import date
from typing import Final

import msgspec

from onshi.interfaces.oqs import composing
from onshi.interfaces.oqs.agent.asking import CheckTold, ConsentTold, consents_of, made_at
from onshi.interfaces.oqs.agent.model import Terms
from onshi.interfaces.oqs.composing import DISEASES, LIMIT, Consent, Stamp
from onshi.interfaces.oqs.encodings import Encoding
from onshi.interfaces.oqs.names import face_name
from onshi.interfaces.oqs.schema import message_kinds
from onshi.interfaces.oqs.writing import write
from onshi.kernel import Moment
from onshi.outside import FACES, Outgoing

RANDOM_BYTES: Final = 21
_MIDDLE_BYTES: Final = 10
_KIND: Final = "OQSsiquc01res"


class _Told(msgspec.Struct):
    check: CheckTold | None = None
    consents: list[ConsentTold] = []


_decode = msgspec.json.Decoder(_Told).decode


def face_file(
    reply: bytes,
    encoding: Encoding,
    *,
    on: date,
    limit_consent: bool,
    disease_consent: bool,
    random: bytes,
) -> Outgoing | None:
    """What is pushed for the server's reply to a card that was shown (`POST /v1/presence/checks`); None when its holder
    did not prove to be there: such a card says nothing.

    `random`: RANDOM_BYTES fresh ones, for the name and the identifier, so that no two files are named alike.
    """
    told = _decode(reply)
    if told.check is None or told.check.answer is None or told.check.proof is None:
        return None
    check = told.check
    assert check.answer is not None and check.proof is not None, "looked at above"
    at = made_at(check, Moment(0))
    terms = Terms(check.proof.institution, encoding)
    identifier = base64.b64encode(random[_MIDDLE_BYTES:]).decode()
    stamp = Stamp(at, terms.institution, encoding, identifier, f"{on:%Y%m%d}")
    asked = ((LIMIT, Consent(at) if limit_consent else None), (DISEASES, Consent(at) if disease_consent else None))
    consents = consents_of(msgspec.structs.replace(check, consents=told.consents), at=at, more=asked)
    elements = composing.single(stamp, check.answer, consents=consents, reference=check.reference_number)
    name = face_name(terms.institution, random[:_MIDDLE_BYTES].hex(), composing.moment_text(at))
    return Outgoing(FACES, f"{name}.xml", write(elements, message_kinds()[_KIND], encoding))
