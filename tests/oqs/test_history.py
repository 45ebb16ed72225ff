"""資格確認履歴: what was answered stands in it again, in the shape that software of the field reads."""

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eligibility import make
from eligibility.make import ASKER, MUNICIPAL, NOW, SOCIETY, by_card, by_number, coverage, day, person
from onshi import flows
from onshi.audit import Signer
from onshi.db import Database, Tx
from onshi.eligibility import AnswerKind, Asker, Checked, Query, check
from onshi.interfaces import oqs
from onshi.interfaces.oqs.history import COLUMNS, Sure, _kana
from onshi.interfaces.oqs.zipping import zip_of
from onshi.kernel import Moment, half_kana
from onshi.outside import KeyRing
from onshi.registry import Details, DiseaseCertificate, ElderlyCertificate, LimitCertificate

EIGHTY, SECOND = datetime(1980, 1, 1, tzinfo=UTC), timedelta(seconds=1)
LOADED = NOW - 10 * make.DAY
OTHER = Asker("institution:1312345686", "1312345686")
LIMIT = LimitCertificate("01", "A03", day("2025-08-01"), day("2026-07-31"), day("2025-07-20"), day("2025-09-01"))
DISEASES = (
    DiseaseCertificate("1", day("2020-01-01"), 10_000, day("2030-01-01"), day("2019-12-20")),
    DiseaseCertificate("2", day("2021-01-01"), 20_000),
    DiseaseCertificate("3", day("2022-01-01"), 0, day("2032-01-01"), day("2021-12-20")),
)
FULL = Details('見本　"太郎",', day("2021-04-01"), day("2021-04-02"), day("2027-03-31"), limit=LIMIT, diseases=DISEASES)
# Read by name in software that reads real files (facts of the interface §11), 氏名カナ among them twice over.
ATTESTED = (
    *(
        "処理実行日時",
        "利用者コード",
        "医療機関コード",
        "保険者番号",
        "被保険者証記号",
        "被保険者証番号",
        "被保険者証枝番",
    ),
    *("氏名", "氏名（その他）", "氏名カナ", "性別2", "被保険者氏名(世帯主氏名", "未就学区分"),
    *("限度額適用認定証長期入院該当年月日", "特定疾病表示同意フラグ"),
    *(
        f"特定疾病療養受療証{what}{place}"
        for place in "１２３"
        for what in ("認定疾病区分", "交付年月日", "有効開始年月日", "有効終了年月日", "自己負担限度額")
    ),
    *("照会番号", "特健閲覧同意フラグ", "薬剤閲覧同意フラグ", "照会時入力項目"),
)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return KeyRing.create(tmp_path / "keys", at=NOW).signer()


def settle(tx: Tx) -> None:
    """One for every kind of answer, and for every column something that stands in it."""
    make.add_insurers(tx)
    elderly = Details(elderly=ElderlyCertificate(20, day("2025-08-01"), day("2026-07-31"), day("2025-07-01")))
    foreign = {"name_other": "ジョン", "kana_other": "ジョン", "sex_printed": "1"}
    people: list[tuple[Any, list[Any]]] = [
        (person(1, **foreign), [coverage(10, number="1", details=FULL)]),
        (
            person(2),
            [
                coverage(20, MUNICIPAL, number="2", lost_on=day("2026-04-02")),
                coverage(21, starts_on=day("2026-04-01"), number="2"),
            ],
        ),
        (person(3), [coverage(30, number="3", lost_on=day("2026-01-01"), loss_reason="03")]),
        (
            person(4),
            [
                coverage(40, number="4", lost_on=day("2026-01-01")),
                coverage(41, MUNICIPAL, number="4", starts_on=day("2026-01-01")),
            ],
        ),
        (person(5), [coverage(50, number="5", branch="01")]),
        (person(6), [coverage(60, number="5", branch="02")]),
        (person(7), [coverage(70, number="7", suspended=True)]),
        (person(8), [coverage(80, number="8", refused=True)]),
        (person(9), [coverage(90, number="9", undisclosed=True)]),
        (person(10, birth_on=day("2022-05-05")), [coverage(100, number="10", symbol=None, branch=None)]),
        (person(11, birth_on=day("1950-04-01")), [coverage(110, make.ELDERLY, number="11", details=Details(share=10))]),
        (person(12, birth_on=day("1953-04-01")), [coverage(120, number="12", details=elderly)]),
    ]
    for who, coverages in people:
        make.add_person(tx, who, at=LOADED)
        make.add_card(tx, who.id, f"S{who.id}", at=LOADED)
        for one in coverages:
            make.add_coverage(tx, msgspec.structs.replace(one, person=who.id), at=LOADED, birth_on=who.birth_on)


ALL = {"limit_consent": True, "disease_consent": True}
QUERIES = [
    by_number(number="1", **ALL),
    by_number(number="1"),
    by_number(number="1", limit_consent=True),
    by_card("S1", disease_consent=True),
    msgspec.structs.replace(by_card("S1"), presence="face"),
    by_card("S2"),
    by_number(MUNICIPAL, number="2"),
    by_card("S3"),
    by_number(number="4"),
    by_number(number="5", branch=None),
    by_number(number="5", branch="02"),
    by_number(number="7"),
    by_card("S8"),
    by_number(number="8"),
    by_number(number="9"),
    by_card("S9"),
    by_number(number="10", symbol=None, branch=None, birth_on=day("2022-05-05")),
    by_number(make.ELDERLY, number="11", birth_on=day("1950-04-01")),
    by_number(number="12", birth_on=day("1953-04-01")),
    by_number(number="12", birth_on=day("1953-04-01"), on=day("2025-07-31")),
    by_number(number="404"),
    by_number(make.UNLOADED, number="1"),
    by_number(make.STALE, number="1"),
    by_number(number="1", known_at=Moment(LOADED - 1)),
]


def asked(
    db: Database, signer: Signer, queries: list[Query], *, batch: int = 1, at: int = NOW, asker: Asker = ASKER
) -> list[Checked]:
    with db.transaction(appending=True) as tx:
        return check(tx, queries, at=Moment(at), batch=batch, asker=asker, signer=signer)


def taken(db: Database, asker: Asker = ASKER, first: date = make.TODAY, last: date = make.TODAY) -> bytes:
    """The bytes of the download."""
    parts = flows.check_history(db, asker.party, first=first, last=last)
    name, pieces = oqs.history_zip(parts, asker.code, at=NOW)
    assert name == "資格確認履歴_20260401.zip"
    return b"".join(pieces)


def text_in(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        (only,) = file.infolist()
        return file.read(only).decode("utf-8")


def rows_in(data: bytes) -> list[dict[str, str]]:
    """As a client reads it, the oldest first."""
    return list(csv.DictReader(io.StringIO(text_in(data), newline="")))[::-1]


def flat(elements: Mapping[str, Any]) -> dict[str, str]:
    """Every element of an answer by its name; those of a list by their place in it."""
    found: dict[str, str] = {}
    for name, content in elements.items():
        if isinstance(content, Mapping):
            found |= flat(content)
        elif isinstance(content, list):
            for place, one in enumerate(content, start=1):
                found |= {f"{key}{place}": text for key, text in flat(one).items()}
        else:
            found[name] = content
    return found


def said(query: Query, checked: Checked) -> dict[str, str]:
    """What the single answer says, under the headings of the history."""
    way = "2" if query.presence == "number" else "1"
    elements = flat(oqs.body_of(checked.answer)) | {
        "QualificationConfirmationDate": f"{query.on:%Y%m%d}",
        "ReferenceClassification": way,
    }
    return {column.heading: elements.get(column.element, "") for column in COLUMNS if column.element}


# The table.


def test_sixty_one_columns_with_the_attested_headings() -> None:
    headings = [column.heading for column in COLUMNS]
    assert (len(headings), len(set(headings))) == (61, 61)
    assert {column.heading for column in COLUMNS if column.sure is Sure.ATTESTED} == set(ATTESTED)
    # In the order of the facts: what is asked about first, then who, then the certificates.
    assert headings[:6] == ["資格確認日", "照会区分", "顔認証", "資格有効性", "保険者番号", "保険者名称"]
    assert headings[-1] == "照会時入力項目"


# The content.


def test_every_answer_stands_in_it_as_it_was_given(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    checked = asked(db, signer, QUERIES)
    assert {one.answer.kind for one in checked} == set(AnswerKind)
    rows = rows_in(taken(db))
    assert len(rows) == len(QUERIES)
    for row, query, one in zip(rows, QUERIES, checked, strict=True):
        expected = said(query, one)
        assert {heading: row[heading] for heading in expected} == expected
    # Every column that answers have was filled by some row, so that equality of empty texts proves nothing alone.
    filled = {heading for row in rows for heading, text in row.items() if text}
    never = {"利用者コード", "特健閲覧同意フラグ", "薬剤閲覧同意フラグ", "照会時入力項目"}
    assert set(rows[0]) - filled == never | {"照会番号"} | {
        f"特定疾病療養受療証{what}２" for what in ("交付年月日", "有効終了年月日")
    }


def test_what_no_answer_has(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, QUERIES)
    rows = rows_in(taken(db))
    assert {(row["処理実行日時"], row["医療機関コード"]) for row in rows} == {("20260401090000", "1312345678")}
    assert [row["顔認証"] for row in rows[:5]] == ["", "", "", "0", "1"]
    flags = [(row["限度額適用認定証表示同意フラグ"], row["特定疾病表示同意フラグ"]) for row in rows[:4]]
    assert flags == [("1", "1"), ("0", "0"), ("1", "0"), ("0", "1")]


def test_certificates_only_with_the_consent_of_then(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, QUERIES)
    shown = [
        (
            row["限度額適用認定証適用区分"],
            row["限度額適用認定証長期入院該当年月日"],
            row["特定疾病療養受療証認定疾病区分１"],
        )
        for row in rows_in(taken(db))[:4]
    ]
    assert shown == [("A03", "20250901", "1"), ("", "", ""), ("A03", "20250901", ""), ("", "", "1")]


def test_an_empty_period_gives_the_headings_only(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, QUERIES)
    text = text_in(taken(db, first=date(2026, 3, 1), last=date(2026, 3, 31)))
    assert text == ",".join(column.heading for column in COLUMNS) + "\r\n"


def test_nobody_has_the_rows_of_another(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    # In one transaction, as the lane gathers them.
    mixed = [ASKER, OTHER] * 4
    with db.transaction(appending=True) as tx:
        check(tx, [by_card(f"S{number}") for number in (1, 2, 3, 9) for _ in "ab"], at=NOW, batch=1, asker=mixed,
              signer=signer)  # fmt: skip
    asked(db, signer, [by_card("S1")] * 2, batch=2, asker=OTHER)
    assert [row["氏名"] for row in rows_in(taken(db))] == [f"見本　花子{number}" for number in (1, 2, 3, 9)]
    assert {row["医療機関コード"] for row in rows_in(taken(db, OTHER))} == {OTHER.code}
    assert len(rows_in(taken(db, OTHER))) == 6
    assert rows_in(taken(db, Asker("institution:13123456", "13123456"))) == []


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-04-01", "2026-04-01", ["1", "2"]),
        ("2026-03-31", "2026-04-01", ["0", "1", "2"]),
        ("2026-04-01", "2026-04-02", ["1", "2", "3"]),
        ("2026-04-03", "2026-04-30", []),
    ],
)
def test_a_day_begins_and_ends_at_midnight_in_japan(
    db: Database, signer: Signer, first: str, last: str, found: list[str]
) -> None:
    midnight = NOW - 9 * make.DAY // 24
    with db.transaction() as tx:
        settle(tx)
    for place, at in enumerate((midnight - 1, midnight, midnight + make.DAY - 1, midnight + make.DAY)):
        asked(db, signer, [by_card("S1", on=day(f"2020-05-0{place + 1}"))], batch=place + 1, at=at)
    rows = rows_in(taken(db, first=day(first), last=day(last)))
    assert [str(int(row["資格確認日"][-2:]) - 1) for row in rows] == found


# The file.


def test_the_file_is_shaped_as_the_national_one(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, QUERIES)
    data = taken(db)
    name = "資格確認履歴_20260401.csv".encode("cp932")
    (signature, _, flags, method, clock, on_day) = struct.unpack_from("<4s5H", data)
    assert (signature, flags & 0x800, method) == (b"PK\3\4", 0, 8)
    assert (on_day, clock) == ((2026 - 1980) << 9 | 4 << 5 | 1, 9 << 11)
    assert data[30 : 30 + len(name)] == name
    central = data.index(b"PK\1\2")
    assert struct.unpack_from("<H", data, central + 8)[0] & 0x800 == 0
    assert data[central + 46 : central + 46 + len(name)] == name
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        (only,) = file.infolist()
        assert only.filename.encode("cp437") == name
        assert file.read(only)[:3] != b"\xef\xbb\xbf"


@given(
    st.lists(st.binary(max_size=2_000), max_size=5), st.integers(0, 4_000_000_000).map(lambda s: EIGHTY + s * SECOND)
)
def test_any_content_is_read_back(pieces: list[bytes], at: datetime) -> None:
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_of("表.csv", pieces, at=at)))) as file:
        (only,) = file.infolist()
        assert file.read(only) == b"".join(pieces)
        assert only.date_time == (*at.timetuple()[:5], at.second // 2 * 2)


def test_more_than_a_zip_can_hold_is_refused() -> None:
    assert b"".join(zip_of("a", [b"12", b"3"], at=EIGHTY, size_max=3))
    with pytest.raises(oqs.TooMuchForAZip):
        b"".join(zip_of("a", [b"12", b"34"], at=EIGHTY, size_max=3))


# Texts.

KANA = st.text(st.sampled_from("ァアガパヴヵヶヮヰヱャッー　 ・ABかがﾊﾟé㈱") | st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.none() | KANA, min_size=1))
@example(["".join(map(chr, range(0x3041, 0x3100)))])
def test_kana_are_narrowed_as_in_an_answer(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"kana": texts}, schema={"kana": pl.String})
    assert frame.select(_kana("kana")).to_series().to_list() == [
        None if text is None else half_kana(text) for text in texts
    ]


def test_reading_as_a_client_that_drops_what_it_does_not_need(db: Database, signer: Signer) -> None:
    """The attested columns by name, and the days and numbers as texts."""
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, [by_number(number="1", **ALL)])
    frame = pl.read_csv(text_in(taken(db)).encode(), infer_schema=False)
    (row,) = frame.select(ATTESTED).rows(named=True)
    assert {heading: row[heading] for heading in ATTESTED if row[heading] is not None} == {
        "処理実行日時": "20260401090000",
        "医療機関コード": "1312345678",
        "保険者番号": SOCIETY,
        "被保険者証記号": "７２１",
        "被保険者証番号": "1",
        "被保険者証枝番": "01",
        "氏名": "見本　花子1",
        "氏名（その他）": "ジョン",
        "氏名カナ": "ﾐﾎﾝ ﾊﾅｺ",
        "性別2": "1",
        "被保険者氏名(世帯主氏名": '見本　"太郎",',
        "限度額適用認定証長期入院該当年月日": "20250901",
        "特定疾病表示同意フラグ": "1",
        "特定疾病療養受療証認定疾病区分１": "1",
        "特定疾病療養受療証交付年月日１": "20191220",
        "特定疾病療養受療証有効開始年月日１": "20200101",
        "特定疾病療養受療証有効終了年月日１": "20300101",
        "特定疾病療養受療証自己負担限度額１": "10000",
        "特定疾病療養受療証認定疾病区分２": "2",
        "特定疾病療養受療証有効開始年月日２": "20210101",
        "特定疾病療養受療証自己負担限度額２": "20000",
        "特定疾病療養受療証認定疾病区分３": "3",
        "特定疾病療養受療証交付年月日３": "20211220",
        "特定疾病療養受療証有効開始年月日３": "20220101",
        "特定疾病療養受療証有効終了年月日３": "20320101",
        "特定疾病療養受療証自己負担限度額３": "0",
    }


def test_of_six_digits_the_places_before_are_blank(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, [by_number(MUNICIPAL, number="2")])
    assert [row["保険者番号"] for row in rows_in(taken(db))] == ["  138057"]


def persons(rows: Iterable[Mapping[str, str]]) -> list[str]:
    return [row["氏名"] for row in rows]


def test_the_person_of_a_check_is_no_other(db: Database, signer: Signer) -> None:
    with db.transaction() as tx:
        settle(tx)
    asked(db, signer, [by_card(f"S{number}") for number in range(1, 13)])
    rows = rows_in(taken(db))
    # 7 is under review and 8 has refused: of them nothing.
    assert persons(rows) == [f"見本　花子{number}" if number not in (7, 8) else "" for number in range(1, 13)]
