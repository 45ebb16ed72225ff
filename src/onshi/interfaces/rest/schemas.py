"""JSON Schemas of what callers send, as strict as the server is, and the types of what it answers with."""

from typing import Any

import msgspec

from onshi import consents, references
from onshi.consents import Care, Kind
from onshi.eligibility import Answer, Proof
from onshi.interfaces.rest.shapes import TEXT_LIMIT
from onshi.presence import Mode, Purpose
from onshi.references import State


class AdviceOut(msgspec.Struct, frozen=True):
    """What a desk should do now, in reading order."""

    ja: list[str]
    en: list[str]


class CheckOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer: `check_id` names it in the log, `proof` makes it provable, `reference` is the caller's own.

    `reference_number`: your 照会番号 for the person, where you wanted it and have registered one; the proof does not
    cover it.
    """

    check_id: str
    answer: Answer
    advice: AdviceOut
    proof: Proof
    reference_number: str | None = None
    reference: str | None = None


class ProblemTextOut(msgspec.Struct, frozen=True):
    """The text of a refusal."""

    ja: str
    en: str


class ProblemOut(msgspec.Struct, frozen=True):
    """RFC 9457. `code` never changes; texts may."""

    type: str
    title: str
    status: int
    code: str
    detail: ProblemTextOut


class RefusedRowOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question that could not be asked; the others were."""

    error: ProblemOut
    reference: str | None = None


REF = "#/components/schemas/{name}"
HISTORY_PAGE, HISTORY_PAGE_MAX = 50, 200
EXTRA_TYPES = (ProblemOut, CheckOut, RefusedRowOut)

_TEXT = {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"}
_MAYBE_TEXT = {"anyOf": [{**_TEXT, "minLength": 0}, {"type": "null"}]}
_DAY = {"type": "string", "format": "date"}
_INSURER = {"type": "string", "pattern": "^([0-9]{6}|[0-9]{8})$"}
_FLAG = {"type": "boolean", "default": False}

_COMMON: dict[str, Any] = {
    "on": {
        "anyOf": [_DAY, {"type": "null"}],
        "description": "The day asked about; default today in Japan. Japanese eras are read too: R6.4.1.",
    },
    "known_at": {
        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
        "description": "As known at that moment, which has passed; default now.",
    },
    "limit_consent": {**_FLAG, "description": "The patient lets the 限度額適用認定証 be shown."},
    "disease_consent": {**_FLAG, "description": "The patient lets the 特定疾病療養受療証 be shown."},
    "reference": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "Your own text, echoed."},
    "want_reference_number": {**_FLAG, "description": "Tell your own 照会番号 for the person, if you registered one."},
}


def _object(properties: dict[str, Any], required: list[str], title: str) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_BY_NUMBER = _object(
    {
        "insurer_number": {**_INSURER, "description": "保険者番号."},
        "symbol": {**_MAYBE_TEXT, "description": "記号; width, dashes and leading zeros do not count."},
        "number": {**_TEXT, "description": "番号."},
        "branch": {**_MAYBE_TEXT, "description": "枝番."},
        "birth_on": {**_DAY, "description": "生年月日. Japanese eras are read too: S30.1.1."},
        **_COMMON,
    },
    ["insurer_number", "number", "birth_on"],
    "By what is printed on a card",
)
_CARD = _object({"issuer": _TEXT, "serial": _TEXT}, ["issuer", "serial"], "The authentication certificate")
_BY_CARD = _object({"card": _CARD, **_COMMON}, ["card"], "By My Number Card")
OWN_VIEW: dict[str, Any] = _object(
    {
        "card": _CARD,
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": HISTORY_PAGE_MAX,
            "default": HISTORY_PAGE,
            "description": "How many lines of the history; what has the same moment stays together.",
        },
        "before": {
            "anyOf": [{"type": "string", "pattern": "^[0-9]{1,16}$"}, {"type": "null"}],
            "description": "`next` of the page before.",
        },
    },
    ["card"],
    "Whose own data",
)

# base64url as it is written: no padding, and nothing in the last bits that no byte put there.
_BYTES = {
    "type": "string",
    "pattern": "^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$",
    "minLength": 2,
    "maxLength": 10_923,
}
_MAYBE_BYTES = {"anyOf": [_BYTES, {"type": "null"}]}
_TERMINAL = {
    "type": "string",
    "pattern": "^[!-~]{1,64}$",
    "description": "The reader's name at your organisation; of a certified terminal its id.",
}
_MODE = {"type": "string", "enum": [one.value for one in Mode], "description": "How the holder is recognised."}
NONCE: dict[str, Any] = _object(
    {
        "terminal": _TERMINAL,
        "mode": _MODE,
        "purpose": {"type": "string", "enum": [one.value for one in Purpose], "default": Purpose.CHECK.value},
    },
    ["terminal", "mode"],
    "What a nonce is wanted for",
)
_SHOWN: dict[str, Any] = {
    "nonce": {**_BYTES, "description": "As it was given out, for this terminal and mode."},
    "terminal": _TERMINAL,
    "mode": _MODE,
    "certificate": {**_BYTES, "description": "The card's 利用者証明用 certificate, DER in base64url."},
    "signature": {**_BYTES, "description": "The card's signature over the presence digest, in base64url."},
    "terminal_certificate": {**_MAYBE_BYTES, "description": "307 bytes, for the modes face and staff."},
    "terminal_signature": {**_MAYBE_BYTES, "description": "ES256 over the same digest, for face and staff."},
}
_CARE = {"type": "string", "enum": [one.value for one in Care]}
_KINDS = {"type": "array", "items": {"type": "string", "enum": [one.value for one in Kind]}}
_CONSENTS: dict[str, Any] = {
    "consents": {**_KINDS, "default": [], "description": "What the holder lets you see from now on."},
    "care": {**_CARE, "default": Care.OUTPATIENT.value, "description": "For which form of care."},
}
_ALWAYS_SHOWN = ["nonce", "terminal", "mode", "certificate", "signature"]
CARD_SHOWN: dict[str, Any] = _object(
    {**_SHOWN, **{name: one for name, one in _COMMON.items() if name != "known_at"}, **_CONSENTS},
    _ALWAYS_SHOWN,
    "A card that was shown",
)
REGISTRATION: dict[str, Any] = _object(_SHOWN, _ALWAYS_SHOWN, "A card to be registered")

REFERENCES: dict[str, Any] = _object(
    {
        "registrations": {
            "type": "array",
            "maxItems": references.LIMIT,
            "items": {},
            "description": (
                "Each has `reference_number` (1 to 50 characters), `insurer_number`, `number`, and `symbol` and "
                "`branch` where the card has them; one that is wrong is answered with its own refusal."
            ),
        }
    },
    ["registrations"],
    "Your own numbers for people",
)
_PRINTED: dict[str, Any] = {
    "insurer_number": _INSURER,
    "symbol": _MAYBE_TEXT,
    "number": _TEXT,
    "branch": _MAYBE_TEXT,
}
_MONTH = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
RECORDS: dict[str, Any] = _object(
    {
        "kind": {"type": "string", "enum": [Kind.DRUGS.value, Kind.CHECKUPS.value]},
        **_PRINTED,
        "care": {**_CARE, "default": Care.OUTPATIENT.value},
        "from": {**_MONTH, "description": "The first month wanted."},
        "to": {**_MONTH, "description": "The last month wanted."},
    },
    ["kind", "insurer_number", "number"],
    "Whose records",
)
WITHDRAWAL: dict[str, Any] = _object(
    {**_PRINTED, "birth_on": _DAY, "kinds": {**_KINDS, "minItems": 1}},
    ["insurer_number", "number", "birth_on", "kinds"],
    "Whose consents end",
)
_PAGE: dict[str, Any] = {
    "after": {
        "type": "string",
        "pattern": "^[0-9]{1,16}-[0-9A-Z]{13}-[0-9A-Z]{4,10}$",
        "description": "`next` of the page before.",
    },
    "limit": {"type": "integer", "minimum": 1, "maximum": consents.LIMIT, "default": consents.LIMIT},
}


def _consented(by: str, meaning: str) -> dict[str, Any]:
    first, last = f"{by}_from", f"{by}_to"
    return _object({"care": _CARE, first: _DAY, last: _DAY, **_PAGE}, ["care", first, last], meaning)


CONSENTED: dict[str, Any] = {
    "title": "Whose consents",
    "anyOf": [
        _consented("consented", "Given on these days"),
        _consented("examined", "Given for an examination on these days"),
    ],
}
# Not a type: msgspec has no union of two objects that only their members tell apart.
RESULTS: dict[str, Any] = _object(
    {
        "results": {
            "type": "array",
            "items": {"anyOf": [{"$ref": REF.format(name=one.__name__)} for one in (CheckOut, RefusedRowOut)]},
            "description": "Answers and refusals in the order of the questions.",
        }
    },
    ["results"],
    "Many answers",
)
REFERENCE_RESULTS: dict[str, Any] = _object(
    {
        "results": {
            "type": "array",
            "items": {
                "anyOf": [
                    _object(
                        {"state": {"type": "string", "enum": [one.value for one in State]}}, ["state"], "Its state"
                    ),
                    {"$ref": REF.format(name=RefusedRowOut.__name__)},
                ]
            },
            "description": "What came of each, in the order of the registrations.",
        }
    },
    ["results"],
    "What came of them",
)
CHECK: dict[str, Any] = {"title": "A question", "anyOf": [_BY_NUMBER, _BY_CARD]}
# The rows are not described as questions on purpose: one that is wrong is answered with its own refusal.
BULK: dict[str, Any] = _object(
    {
        "checks": {"type": "array", "items": {}, "description": "Questions as in `POST /v1/checks`."},
        "key": {
            "type": ["string", "null"],
            "pattern": "^[0-9A-Za-z-]{1,64}$",
            "description": "Your name for these questions. They become a job, and sent again they are the same job.",
        },
    },
    ["checks"],
    "Many questions",
)
PROOF_DOCUMENT: dict[str, Any] = {
    "title": "An answer with its proof",
    "description": "`answer` and `proof` as they came; anything else is answered with `malformed`.",
}
TOKEN_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "grant_type": {"type": "string", "const": "client_credentials"},
        "client_assertion_type": {
            "type": "string",
            "const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        },
        "client_assertion": {"type": "string", "description": "A JWT signed with the client's key; RFC 7523."},
        "scope": {"type": "string", "description": "Fewer scopes than registered, separated by blanks."},
        "client_id": {"type": "string"},
    },
    "required": ["grant_type", "client_assertion_type", "client_assertion"],
}
