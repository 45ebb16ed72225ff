"""The national interface of eligibility checking (資格確認): its words, mapped to our questions and answers."""

from onshi.interfaces.oqs.answers import body_of, elements_of, unit_of
from onshi.interfaces.oqs.errors import ElementMissing, ElementUnreadable, TooMuchForAZip
from onshi.interfaces.oqs.fields import query_of
from onshi.interfaces.oqs.history import history_zip

__all__ = [
    "ElementMissing",
    "ElementUnreadable",
    "TooMuchForAZip",
    "body_of",
    "elements_of",
    "history_zip",
    "query_of",
    "unit_of",
]
