"""The national interface of eligibility checking (資格確認): its messages, mapped to our questions and answers."""

from onshi.interfaces.oqs import agent, composing, sandbox
from onshi.interfaces.oqs.answers import body_of, elements_of, unit_of
from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.encodings import Encoding, NotReadable
from onshi.interfaces.oqs.errors import ElementMissing, ElementUnreadable, TooMuchForAZip
from onshi.interfaces.oqs.fields import query_of
from onshi.interfaces.oqs.history import history_zip
from onshi.interfaces.oqs.json_form import as_json, of_json
from onshi.interfaces.oqs.names import RequestName, face_name, parse_request_name
from onshi.interfaces.oqs.outcomes import OutcomeCode, outcome_texts
from onshi.interfaces.oqs.reading import Read, read
from onshi.interfaces.oqs.schema import Element, Form, MessageKind, message_kinds
from onshi.interfaces.oqs.validating import Fault, Problem, faults_in, faults_of
from onshi.interfaces.oqs.writing import write

__all__ = [
    "Element",
    "ElementMissing",
    "ElementUnreadable",
    "Elements",
    "Encoding",
    "Fault",
    "Form",
    "MessageKind",
    "NotReadable",
    "OutcomeCode",
    "Problem",
    "Read",
    "RequestName",
    "agent",
    "TooMuchForAZip",
    "as_json",
    "body_of",
    "composing",
    "elements_of",
    "face_name",
    "faults_in",
    "faults_of",
    "message_kinds",
    "of_json",
    "outcome_texts",
    "parse_request_name",
    "history_zip",
    "query_of",
    "read",
    "sandbox",
    "unit_of",
    "write",
]
