"""Surveys: made, sent and reminded of, answered by people nobody names, told where nothing small can be worked out."""

from onshi.surveys import errors, rules, service, xlsform
from onshi.surveys.areas import NATION, Area, Level
from onshi.surveys.importing import BYTES_MAX, FindingKind, Imported, finding_kinds
from onshi.surveys.model import (
    Addressee,
    Choice,
    Content,
    Draft,
    Kind,
    Link,
    OnlyIf,
    Question,
    Reported,
    Sort,
    State,
    Survey,
    SurveyId,
    Words,
    parse_survey_id,
    shown_survey_id,
)
from onshi.surveys.results import Results, Table
from onshi.surveys.suppression import least_people

__all__ = [
    "BYTES_MAX",
    "NATION",
    "Addressee",
    "Area",
    "Choice",
    "Content",
    "Draft",
    "FindingKind",
    "Imported",
    "Kind",
    "Level",
    "Link",
    "OnlyIf",
    "Question",
    "Reported",
    "Results",
    "Sort",
    "State",
    "Survey",
    "SurveyId",
    "Table",
    "Words",
    "errors",
    "finding_kinds",
    "least_people",
    "parse_survey_id",
    "rules",
    "service",
    "shown_survey_id",
    "xlsform",
]
