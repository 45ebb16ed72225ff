"""The national interface of eligibility checking (資格確認): its words, mapped to our questions and answers."""

from onshi.interfaces.oqs.answers import body_of, elements_of, unit_of
from onshi.interfaces.oqs.errors import ElementMissing, ElementUnreadable
from onshi.interfaces.oqs.fields import query_of

__all__ = [
    "ElementMissing",
    "ElementUnreadable",
    "body_of",
    "elements_of",
    "query_of",
    "unit_of",
]
