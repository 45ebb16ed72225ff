"""Request files of the sandbox: good ones about people, and broken ones that show every way to be refused. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from onshi.demo.examples import Example
from onshi.interfaces import oqs
from onshi.interfaces.oqs import Elements, Encoding, OutcomeCode
from onshi.kernel import InsurerNumber, printed_insurer_number

SINGLE, BULK, DOWNLOAD = "OQSsiquc01req", "OQSmuquc01req", "OQSmuquc02req"
# A message that the agent does not serve; no table says what is in it.
UNSERVED = "OQSsiurl01req"
ENDINGS: Final = {Encoding.UTF_8: "u", Encoding.SHIFT_JIS: "s"}
_INSURER_SIGNS = 8
_SEARCH = "QualificationConfirmSearchInfo"
_PASSWORD = b"sandbox"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who asks, and on which day (eight digits)."""

    institution: str
    day: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A request that is refused. `bad`: from the file as it should be to the one that is written."""

    code: str
    ja: str
    en: str
    prefix: str
    elements: Callable[[Desk, Elements], Elements]
    bad: Callable[[bytes], bytes]
    outcome: OutcomeCode
    is_returned: bool = False
    is_whole: bool = True
    ending: str = "xml"
    encodings: tuple[Encoding, ...] = tuple(Encoding)


def search_of(row: Example, code: str, *, consent: bool) -> Elements:
    """QualificationConfirmSearchInfo about a row, as software writes it: blanks before shorter insurer numbers."""
    given = {
        "InsurerNumber": printed_insurer_number(InsurerNumber(row["insurer_number"])).rjust(_INSURER_SIGNS),
        "InsuredCardSymbol": row["symbol"],
        "InsuredIdentificationNumber": row["number"],
        "InsuredBranchNumber": row["branch"],
        "Birthdate": row["birth_on"].replace("-", ""),
        "LimitApplicationCertificateRelatedConsFlg": "1" if consent else "0",
        "ArbitraryIdentifier": code,
    }
    return {name: value for name, value in given.items() if value}


def single_of(desk: Desk, search: Elements, identifier: str = "") -> Elements:
    """OQSsiquc01req."""
    return _message(desk, {_SEARCH: search}, identifier)


def bulk_of(desk: Desk, searches: list[Elements]) -> Elements:
    """OQSmuquc01req."""
    return _message(desk, {_SEARCH: searches}, "")


def file_of(prefix: str, elements: Elements, encoding: Encoding, code: str) -> bytes:
    """The bytes of one sample; its identifier is its own in each encoding."""
    header: Any = elements["MessageHeader"]
    named = {**header, "ArbitraryFileIdentifier": f"sandbox-{code}-{ENDINGS[encoding]}"}
    if prefix.endswith("02req"):
        named.pop("ArbitraryFileIdentifier")
    return oqs.write({**elements, "MessageHeader": named}, oqs.message_kinds()[prefix], encoding)


def name_of(prefix: str, code: str, encoding: Encoding, ending: str = "xml") -> str:
    """The name of a sample."""
    return f"{prefix}_{code}-{ENDINGS[encoding]}.{ending}"


def zipped(name: str, data: bytes) -> bytes:
    """A ZIP with a password, as software with that switched on sends it."""
    return oqs.agent.zipped(name.replace(".zip", ".xml"), data, _PASSWORD)


def broken_requests(other: str) -> Iterator[Broken]:
    """Every way to be refused. `other`: the code of another institution."""
    yield from _broken_people()
    yield from _broken_messages(other)
    yield from _unreadable()


def _message(desk: Desk, body: Elements, identifier: str) -> Elements:
    header: Elements = {
        "QualificationConfirmationDate": desk.day,
        "MedicalInstitutionCode": desk.institution,
        "ArbitraryFileIdentifier": identifier,
    }
    return {"MessageHeader": header, "MessageBody": body}


def _changed(**changes: str | None) -> Callable[[Desk, Elements], Elements]:
    def made(desk: Desk, search: Elements) -> Elements:
        found = {**search, **changes}
        return single_of(desk, {name: value for name, value in found.items() if value is not None})

    return made


def _same(data: bytes) -> bytes:
    return data


def _broken_people() -> Iterator[Broken]:
    """What is wrong with one person: the message is answered, the person is not (処理結果状況 2)."""
    for code, ja, en, changes, outcome in (
        (
            "error-birth-unreadable",
            "生年月日が実在しない日付",
            "A birth date that is no day",
            {"Birthdate": "19800230"},
            OutcomeCode.ELEMENT_UNREADABLE,
        ),
        ("error-birth-missing", "生年月日がない", "No birth date", {"Birthdate": None}, OutcomeCode.ELEMENT_MISSING),
        (
            "error-number-missing",
            "被保険者証番号がない",
            "No number",
            {"InsuredIdentificationNumber": None},
            OutcomeCode.ELEMENT_MISSING,
        ),
        (
            "error-insurer-form",
            "保険者番号が7桁",
            "An insurer's number of seven digits",
            {"InsurerNumber": "0613999"},
            OutcomeCode.ELEMENT_UNREADABLE,
        ),
    ):
        yield Broken(code, ja, en, SINGLE, _changed(**changes), _same, outcome, is_whole=False)


def _broken_messages(other: str) -> Iterator[Broken]:
    """The whole message fails (処理結果区分 9)."""

    def of_other(desk: Desk, search: Elements) -> Elements:
        return single_of(Desk(other, desk.day), search)

    missing, unreadable = OutcomeCode.ELEMENT_MISSING, OutcomeCode.ELEMENT_UNREADABLE
    for code, ja, en, prefix, elements, bad, outcome in (
        ("day-missing", "資格確認日がない", "No day of the check", SINGLE, _undated, _same, missing),
        ("day-unreadable", "資格確認日が実在しない", "A day that is none", SINGLE, _on_no_day, _same, unreadable),
        ("two-people", "1件の要求に2人", "Two people", SINGLE, _changed(), _doubled, OutcomeCode.TOO_OFTEN),
        (
            "institution",
            "別の医療機関コード",
            "Another institution",
            SINGLE,
            of_other,
            _same,
            OutcomeCode.OTHER_INSTITUTION,
        ),
        ("not-served", "対応していないメッセージ", "Not served", UNSERVED, _changed(), _same, OutcomeCode.NOT_SERVED),
        (
            "reception",
            "存在しない受付番号",
            "No such number",
            DOWNLOAD,
            _download,
            _same,
            OutcomeCode.UNKNOWN_RECEPTION,
        ),
    ):
        yield Broken(f"error-{code}", ja, en, prefix, elements, bad, outcome)


def _undated(desk: Desk, search: Elements) -> Elements:
    found: Any = single_of(desk, search)
    del found["MessageHeader"]["QualificationConfirmationDate"]
    return {**found}


def _on_no_day(desk: Desk, search: Elements) -> Elements:
    return single_of(Desk(desk.institution, "20261131"), search)


def _download(desk: Desk, _: Elements) -> Elements:
    return {
        "MessageHeader": {"MedicalInstitutionCode": desk.institution},
        "MessageBody": {"ReceptionNumber": "QUC0000000000000000"},
    }


def _doubled(data: bytes) -> bytes:
    start, end = data.index(b"    <QualificationConfirmSearchInfo>"), data.index(b"  </MessageBody>")
    return data[:end] + data[start:end] + data[end:]


def _unreadable() -> Iterator[Broken]:
    """What cannot be read at all comes back, with .err before it."""
    one = _changed()
    for code, ja, en, bad in (
        ("error-not-xml", "整形式でないXML", "XML that is not well-formed", _unclosed),
        ("error-doctype", "DTDを含むXML", "XML with a document type", _with_doctype),
        ("error-encoding", "宣言がEUC-JP", "Declared as EUC-JP", _as_euc),
    ):
        yield Broken(code, ja, en, SINGLE, one, bad, OutcomeCode.UNREADABLE, is_returned=True)
    yield Broken(
        "error-zip-off",
        "ZIPの受渡しを設定していない",
        "A ZIP where ZIP is not switched on",
        SINGLE,
        one,
        _same,
        OutcomeCode.ZIP_OFF,
        is_returned=True,
        ending="zip",
        encodings=(Encoding.UTF_8,),
    )


def _unclosed(data: bytes) -> bytes:
    return data.replace(b"</MessageHeader>", b"")


def _with_doctype(data: bytes) -> bytes:
    return data.replace(b"<XmlMsg>", b"<!DOCTYPE XmlMsg>\n<XmlMsg>")


def _as_euc(data: bytes) -> bytes:
    for encoding in Encoding:
        data = data.replace(f'encoding="{encoding.value}"'.encode(), b'encoding="EUC-JP"')
    return data
