"""A request file is opened: read by its table, and refused in the way its sender understands."""

from typing import Final

from onshi.interfaces.oqs import composing
from onshi.interfaces.oqs.agent.model import Request, Terms
from onshi.interfaces.oqs.agent.packing import NotUnpacked, answer_file, packed, returned, unzipped
from onshi.interfaces.oqs.composing import Stamp
from onshi.interfaces.oqs.elements import Elements, text
from onshi.interfaces.oqs.encodings import NotReadable
from onshi.interfaces.oqs.names import RequestName
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.interfaces.oqs.reading import read
from onshi.interfaces.oqs.refusing import fault_of
from onshi.interfaces.oqs.schema import message_kinds
from onshi.interfaces.oqs.writing import write
from onshi.kernel import Moment
from onshi.outside import Outgoing

_CLOSING: Final = b"</XmlMsg>"
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_TAIL: Final = 64
_OTHER_FAMILY: Final = ("YZK", "TKK")
SINGLE: Final = "OQSsiquc01req"


def is_whole(data: bytes) -> bool:
    """Whether a file has its end: what is still being written has not."""
    return data.rstrip()[-len(_CLOSING) :] == _CLOSING or _ZIP_END in data[-_ZIP_TAIL:] or _in_wide(data)


def _in_wide(data: bytes) -> bool:
    # A byte order mark of UTF-16: whatever it is, nobody can read it, and waiting will not help.
    return data[:2] in (b"\xff\xfe", b"\xfe\xff")


def opened(name: RequestName, data: bytes, terms: Terms, *, at: Moment) -> Request | list[Outgoing]:
    """The request, or the files that say why it is none: nothing about it was asked of anybody yet."""
    if name.kind is None:
        return [_not_served(name, terms, at)]
    content = data
    if name.ending == "zip":
        if terms.password is None:
            return returned(name, data, said(OutcomeCode.ZIP_OFF), terms)
        try:
            content = unzipped(data, terms.password, name.base)
        except NotUnpacked:
            return returned(name, data, said(OutcomeCode.ZIP_UNREADABLE), terms)
    try:
        found = read(content, name.kind)
    except NotReadable:
        return returned(name, data, said(OutcomeCode.UNREADABLE), terms)
    request = Request(name, name.kind, found, Stamp.of(found, at=at, encoding=terms.encoding))
    why = fault_of(found, name.kind, institution=terms.institution)
    return request if why is None else [refusal(request, why, terms)]


def refusal(request: Request, why: Said, terms: Terms) -> Outgoing:
    """The answer to a request that failed as a whole."""
    if request.kind.prefix[:3] in _OTHER_FAMILY:
        head = composing.record_header(why, request.stamp.identifier)
        return answer_file(request, {"MessageHeader": head}, terms)
    reception = text(request.body, "ReceptionNumber").strip()
    if reception:
        return answer_file(request, composing.failed_download(request.stamp, reception, why), terms)
    is_single = request.kind.prefix == SINGLE
    return answer_file(request, composing.failed(request.stamp, why, is_single=is_single), terms)


def _not_served(name: RequestName, terms: Terms, at: Moment) -> Outgoing:
    stamp = Stamp(at, terms.institution, terms.encoding)
    elements: Elements = composing.refused(stamp, said(OutcomeCode.NOT_SERVED))
    return packed(name, write(elements, message_kinds()["refused"], terms.encoding), terms)
