"""Why a question of the national interface is not asked of anybody: the whole message, or one person of it. Pure."""

from typing import Final

from onshi.eligibility import Query
from onshi.interfaces.oqs.elements import Elements, text, texts
from onshi.interfaces.oqs.errors import ElementMissing, ElementUnreadable
from onshi.interfaces.oqs.fields import query_of
from onshi.interfaces.oqs.outcomes import OutcomeCode, Said, said
from onshi.interfaces.oqs.reading import Read
from onshi.interfaces.oqs.schema import MessageKind
from onshi.interfaces.oqs.validating import Fault, Problem, faults_of

_ELEMENTS: Final = "MessageBody/"


def fault_of(read: Read, kind: MessageKind, *, institution: str) -> Said | None:
    """What makes the whole message fail. What is wrong with one person of it is that person's."""
    if read.doubled:
        return said(OutcomeCode.TOO_OFTEN, element=read.doubled[0])
    for fault in faults_of(read, kind):
        if (why := _told(fault)) is not None:
            return why
    if text(read.header, "MedicalInstitutionCode").strip() != institution:
        return said(OutcomeCode.OTHER_INSTITUTION)
    return None


def query_or_why(search: Elements, header: Elements) -> Query | Said:
    """The question of one QualificationConfirmSearchInfo, or why it cannot be asked."""
    try:
        return query_of(texts(search), texts(header))
    except ElementMissing as error:
        return said(OutcomeCode.ELEMENT_MISSING, **error.facts)
    except ElementUnreadable as error:
        return said(OutcomeCode.ELEMENT_UNREADABLE, **error.facts)


def _told(fault: Fault) -> Said | None:
    element = fault.path.rpartition("/")[2]
    # A person's elements are looked at one person at a time.
    if fault.path.startswith(_ELEMENTS) and fault.path.count("/") > 1:
        return None
    match fault.problem:
        case Problem.MISSING:
            return said(OutcomeCode.ELEMENT_MISSING, element=element)
        case Problem.FORM | Problem.CODE | Problem.LENGTH:
            return said(OutcomeCode.ELEMENT_UNREADABLE, element=element)
        case Problem.TOO_OFTEN:
            return said(OutcomeCode.TOO_OFTEN, element=element)
        case Problem.UNKNOWN:
            # Newer software may say more than we know of.
            return None
