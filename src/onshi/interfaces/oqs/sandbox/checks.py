"""The rules about a file by itself: its name, its bytes, its elements. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from onshi.interfaces.oqs.agent import MANY_MAX
from onshi.interfaces.oqs.elements import Elements, group, groups
from onshi.interfaces.oqs.encodings import BOM, Encoding, NotReadable, decode, says_shift_jis, writable
from onshi.interfaces.oqs.reading import BYTES_MAX
from onshi.interfaces.oqs.sandbox.found import Check, Found, each, each_is, texts_of
from onshi.interfaces.oqs.sandbox.observed import Seen, SeenRequest
from onshi.interfaces.oqs.schema import Element, Form, message_kinds
from onshi.interfaces.oqs.validating import Problem, is_day_text, problem_of
from onshi.kernel import has_personal_number

_NAME: Final = re.compile(
    r"(?P<prefix>[A-Z]{3}(?:si|mu)[A-Z]{1,8}[0-9]{2}req)_(?P<free>.*)\.(?:xml|zip)", re.IGNORECASE | re.DOTALL
)
_FREE: Final = re.compile(r"[0-9A-Za-z_-]{1,100}")
_DOCTYPE: Final = (b"<!DOCTYPE", b"<!ENTITY")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_SINGLE_MAX: Final = 4 * 1024 * 1024
_ABOUT: Final = ("QualificationConfirmSearchInfo", "ReferenceNumberRegistrationInfo")
_CONSENT: Final = ("LimitApplicationCertificateRelatedConsFlg", "LimitApplicationCertificateRelatedInfo")
_ASKS_BY_NUMBER: Final = ("oqssiquc01req", "oqsmuquc01req")
_HEADER, _IDENTIFIER, _CODE = "MessageHeader", "ArbitraryFileIdentifier", "MedicalInstitutionCode"
_INSURER, _INSURER_SIGNS = "InsurerNumber", 8
_TAGGED: Final = re.compile(r"<([A-Za-z0-9]{1,80})\s*>([^<>]+)<")
# What software counts by day and number has twelve digits too, and is nobody's.
_COUNTED: Final = ("ArbitraryFileIdentifier", "ArbitraryIdentifier", "ReceptionNumber")
_DAY_DIGITS: Final = 8
_DATED: Final = (Form.DAY, Form.MONTH, Form.MOMENT)


def _named(seen: Seen) -> Iterator[tuple[SeenRequest, re.Match[str]]]:
    return ((one, found) for one in seen.requests if (found := _NAME.fullmatch(one.name)) is not None)


def _prefix_known(seen: Seen) -> Found:
    kinds = {name.lower() for name, kind in message_kinds().items() if kind.is_request}
    unknown = {one.name: found["prefix"] for one, found in _named(seen) if found["prefix"].lower() not in kinds}
    return each((one for one, _ in _named(seen)), lambda one: [unknown[one.name]] if one.name in unknown else [])


def _free_part(seen: Seen) -> Found:
    bad = {one.name for one, found in _named(seen) if _FREE.fullmatch(found["free"]) is None}
    return each_is((one for one, _ in _named(seen)), lambda one: one.name not in bad)


def _opened(seen: Seen) -> list[SeenRequest]:
    return seen.requests_where(lambda one: one.content is not None)


def _content(request: SeenRequest) -> bytes:
    return request.content or b""


def _has_doctype(request: SeenRequest) -> bool:
    return any(sign in _content(request) for sign in _DOCTYPE)


def _bom(seen: Seen) -> Found:
    marked = [one for one in _opened(seen) if _content(one).startswith((BOM, *_WIDE))]
    return each_is(marked, lambda one: _content(one).startswith(BOM) and not says_shift_jis(_content(one)))


def _well_formed(seen: Seen) -> Found:
    asked = [one for one in _opened(seen) if one.kind is not None and one.encoding is not None]
    return each_is((one for one in asked if not _has_doctype(one)), lambda one: one.read is not None)


def _size(seen: Seen) -> Found:
    return each_is(
        seen.requests, lambda one: len(one.content or one.data) <= (BYTES_MAX if one.is_bulk else _SINGLE_MAX)
    )


def _zip_form(seen: Seen) -> Found:
    def is_met(one: SeenRequest) -> bool:
        inner = f"{one.name[:-4]}.xml".lower()
        return one.entries is not None and [name.lower() for name in one.entries] == [inner]

    return each_is(seen.requests_where(lambda one: one.is_zip), is_met)


def _out_of_order(elements: Elements, row: Element, path: str) -> Iterator[str]:
    places = [list(row.children).index(name) for name in elements]
    if places != sorted(places):
        yield path.rstrip("/") or "XmlMsg"
    for name, value in elements.items():
        child = row.children[name]
        values: list[Any] = value if isinstance(value, list) else [value]
        for one in values if child.is_group else ():
            yield from _out_of_order(one, child, f"{path}{name}/")


def _order(seen: Seen) -> Found:
    def places(one: SeenRequest) -> Iterator[str]:
        if one.read is not None and one.kind is not None:
            yield from _out_of_order(one.read.elements, one.kind.root, "")

    return each(seen.readable, places)


def _missing(one: SeenRequest, *, in_header: bool) -> Iterator[str]:
    for fault in one.faults:
        if fault.problem is Problem.MISSING and fault.path.startswith(_HEADER) is in_header:
            yield fault.path


def _body(one: SeenRequest) -> Iterator[str]:
    yield from _missing(one, in_header=False)
    if one.read is not None:
        yield from (name for name in one.read.doubled if name not in _ABOUT)


def _wrong(seen: Seen, is_about: Callable[[str, Element], bool], *problems: Problem) -> Found:
    """A rule about the elements for which `is_about` holds: files that have one, and where it has such a problem."""

    def texts(one: SeenRequest) -> list[tuple[str, str, Element]]:
        return [found for found in texts_of(one) if found[1].strip() and is_about(found[0], found[2])]

    def places(one: SeenRequest) -> Iterator[str]:
        return (path for path, value, row in texts(one) if problem_of(value, row) in problems)

    return each((one for one in seen.readable if texts(one)), places)


def _insurer_numbers(seen: Seen) -> Found:
    def places(one: SeenRequest) -> Iterator[str]:
        for path, value, row in texts_of(one):
            if row.form is Form.INSURER and (len(value) != _INSURER_SIGNS or problem_of(value, row) is not None):
                yield path

    return each((one for one in seen.readable if any(row.form is Form.INSURER for _, _, row in texts_of(one))), places)


def _asked(one: SeenRequest) -> list[Elements]:
    body = {} if one.read is None else one.read.body
    return [found for name in _ABOUT for found in (groups(body, name) or [group(body, name)]) if found]


def _consent_flag(seen: Seen) -> Found:
    asking = [
        one
        for one in seen.readable
        if one.kind is not None and one.kind.prefix.lower() in _ASKS_BY_NUMBER and _asked(one)
    ]
    return each_is(asking, lambda one: all(any(name in found for name in _CONSENT) for found in _asked(one)))


def _one_person(seen: Seen) -> Found:
    singles = [one for one in seen.readable if not one.is_bulk and _asked(one)]
    return each(singles, lambda one: [name for name in (one.read.doubled if one.read else ()) if name in _ABOUT])


def _answer_writable(seen: Seen) -> Found:
    def places(one: SeenRequest) -> Iterator[str]:
        for path, value, _ in texts_of(one):
            if writable(value, Encoding.SHIFT_JIS) != value:
                yield path

    return each(seen.readable, places)


def _personal_numbers(one: SeenRequest) -> Iterable[str]:
    """By the text of the file and not by its table: what stands in an element that nobody knows counts too."""
    try:
        content, _ = decode(_content(one))
    except NotReadable:
        return []
    return [name for name, value in _TAGGED.findall(content) if has_personal_number(value) and not _counts(name, value)]


def _counts(name: str, value: str) -> bool:
    return name in _COUNTED and is_day_text(value.strip()[:_DAY_DIGITS])


FILE_CHECKS: Final[Mapping[str, Check]] = {
    "name-form": lambda seen: each_is(seen.requests, lambda one: _NAME.fullmatch(one.name) is not None),
    "prefix-known": _prefix_known,
    "free-part": _free_part,
    "encoding-declared": lambda seen: each_is(_opened(seen), lambda one: one.encoding is not None),
    "windows-31j": lambda seen: each_is(
        (one for one in _opened(seen) if says_shift_jis(_content(one))), lambda one: one.encoding is not None
    ),
    "answer-writable": _answer_writable,
    "bom": _bom,
    "no-doctype": lambda seen: each_is(_opened(seen), lambda one: not _has_doctype(one)),
    "well-formed": _well_formed,
    "size": _size,
    "zip-form": _zip_form,
    "elements-known": lambda seen: each(seen.readable, lambda one: one.read.unknown if one.read else ()),
    "element-order": _order,
    "header-elements": lambda seen: each(seen.readable, lambda one: _missing(one, in_header=True)),
    "institution-code": lambda seen: _wrong(seen, lambda path, _: path.endswith(f"/{_CODE}"), Problem.FORM),
    "identifier-length": lambda seen: _wrong(seen, lambda path, _: path.endswith(f"/{_IDENTIFIER}"), Problem.LENGTH),
    "body-elements": lambda seen: each(seen.readable, _body),
    "insurer-number": _insurer_numbers,
    "days": lambda seen: _wrong(seen, lambda _, row: row.form in _DATED, Problem.FORM),
    "codes": lambda seen: _wrong(seen, lambda _, row: row.form is Form.CODE, Problem.CODE),
    "lengths": lambda seen: _wrong(
        seen,
        lambda path, row: row.form in (Form.TEXT, Form.DIGITS) and not path.endswith((f"/{_IDENTIFIER}", f"/{_CODE}")),
        Problem.LENGTH,
        Problem.FORM,
    ),
    "consent-flag": _consent_flag,
    "one-person": _one_person,
    "bulk-limit": lambda seen: each_is(
        (one for one in seen.readable if one.is_bulk and _asked(one)), lambda one: len(_asked(one)) <= MANY_MAX
    ),
    "no-personal-number": lambda seen: each(_opened(seen), _personal_numbers),
}
"""By the codes of `rules.toml`."""
