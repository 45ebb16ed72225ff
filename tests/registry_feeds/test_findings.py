"""Each finding: the row that causes it, where it is reported, and whether the row is taken."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from onshi.kernel import InsurerNumber
from onshi.registry.feeds import FINDINGS, Mode

from .make import ELDERLY, GOOD, INSURER, checked_bytes, csv_text, places, row

Case = tuple[Mapping[str, str], list[tuple[str, str]]]

# 123456789018 has the check digit of a 個人番号; 123456789012 has not.
CASES: list[Case] = [
    (GOOD, []),
    (ELDERLY, []),
    # what must be there
    (row(kind=""), [("処理区分", "missing-value")]),
    (row(insurer_number=""), [("保険者番号", "missing-value")]),
    (row(number="　 "), [("番号", "missing-value")]),
    (row(name=""), [("氏名", "missing-value")]),
    (row(name_kana=""), [("氏名カナ", "missing-value")]),
    (row(birth_on=""), [("生年月日", "missing-value")]),
    (row(birth_on="00000000"), [("生年月日", "missing-value")]),
    (row(sex=""), [("性別", "missing-value")]),
    (row(acquired_on=""), [("資格取得年月日", "missing-value")]),
    (row(kind="喪失"), [("資格喪失年月日", "missing-value")]),
    (row(relation=""), [("本人家族区分", "relation-missing")]),
    # days
    (row(birth_on="昨日"), [("生年月日", "not-a-date")]),
    (row(birth_on="1985041"), [("生年月日", "date-impossible")]),
    (row(birth_on="20230229"), [("生年月日", "date-impossible")]),
    (row(birth_on="2023-02-29"), [("生年月日", "date-impossible")]),
    (row(birth_on="S60.2.29"), [("生年月日", "date-impossible")]),
    (row(birth_on="18721231"), [("生年月日", "date-impossible")]),
    (row(birth_on="20261102", acquired_on="20261102"), [("生年月日", "date-impossible")]),
    (row(birth_on="99999999"), [("生年月日", "date-impossible")]),
    (row(birth_on="令和1年4月30日"), [("生年月日", "era-mismatch")]),
    (row(birth_on="昭和99年1月1日"), [("生年月日", "era-mismatch")]),
    (row(birth_on="昭和60年4月12日"), []),
    (row(birth_on="S600412"), []),
    (row(birth_on="3600412"), []),
    (row(birth_on="1985/4/12"), []),
    (row(birth_on="１９８５－０４－１２"), []),
    (row(birth_on="18800101", acquired_on="19500401"), [("生年月日", "age-over-120")]),
    (row(card_valid_to="99999999"), [("被保険者証有効終了年月日", "open-ended-date")]),
    (row(lost_on="9999-12-31"), [("資格喪失年月日", "open-ended-date")]),
    (row(acquired_on="19850411"), [("資格取得年月日", "acquired-before-birth")]),
    (row(acquired_on="19850412"), []),
    (row(acquired_on="20271102"), [("資格取得年月日", "acquired-in-future")]),
    (row(acquired_on="20271101"), []),
    (row(starts_on="20200331"), [("適用開始年月日", "starts-before-acquired")]),
    (row(starts_on="20200401"), []),
    (row(kind="喪失", lost_on="20200331", loss_reason="03"), [("資格喪失年月日", "loss-before-start")]),
    (row(kind="喪失", lost_on="20200401", loss_reason="03"), [("資格喪失年月日", "loss-on-start")]),
    (row(kind="喪失", lost_on="20200402", loss_reason="03"), []),
    (row(kind="取消", lost_on="20200401"), []),
    (row(kind="喪失", lost_on="20280401", loss_reason="03"), [("資格喪失年月日", "loss-in-future")]),
    (row(kind="喪失", lost_on="20240401"), [("資格喪失事由", "loss-reason-missing")]),
    (row(kind="変更", loss_reason="01"), [("資格喪失年月日", "loss-day-missing")]),
    # codes
    (row(kind="追加"), [("処理区分", "unknown-code")]),
    (row(sex="4"), [("性別", "unknown-code")]),
    (row(sex="女"), []),
    (row(relation="3"), [("本人家族区分", "unknown-code")]),
    (row(kind="喪失", lost_on="20240401", loss_reason="04"), [("資格喪失事由", "unknown-code")]),
    (row(card_class="08"), [("被保険者証区分", "unknown-code")]),
    (row(card_class="1"), []),
    (row(limit_class="04", limit_category="A01"), [("限度額適用認定証区分", "unknown-code")]),
    (row(limit_class="01", limit_category="C01"), [("限度額適用認定証適用区分", "unknown-code")]),
    (row(disease1_category="4"), [("特定疾病1区分", "unknown-code")]),
    (row(undisclosed="2"), [("不開示該当", "unknown-code")]),
    (row(refused="あり"), []),
    # numbers
    (row(insurer_number="1234567"), [("保険者番号", "not-a-number-form")]),
    (row(insurer_number="06139993"), [("保険者番号", "wrong-check-digit")]),
    (row(insurer_number="138057"), []),
    (row(branch="100"), [("枝番", "not-a-number-form")]),
    (row(branch="3"), []),
    (row(disease1_category="1", disease1_self_pay="一万"), [("特定疾病1自己負担限度額", "not-a-number-form")]),
    (row(post_number="100-000"), [("郵便番号", "post-number-form")]),
    (row(post_number="〒１００ー０００１"), []),
    (row(municipality="1310"), [("市区町村コード", "municipality-form")]),
    (row(municipality="131017"), [("市区町村コード", "municipality-check-digit")]),
    (row(municipality="13101"), []),
    # texts
    (row(symbol="1" * 21), [("記号", "too-long")]),
    (row(name="見" * 70_000), [("氏名", "too-long")]),
    (row(name="見本\u200b花子"), [("氏名", "control-character")]),
    (row(name="見本\x00花子"), [("氏名", "control-character")]),
    (row(birth_on="1985\x010412"), [("生年月日", "control-character")]),
    (row(name="見\ufffd　花子"), [("氏名", "wrong-encoding")]),
    (row(name="見\ue000　花子"), [("氏名", "private-use-character")]),
    (row(address="=HYPERLINK(1)"), [("住所", "formula-like")]),
    (row(name_kana="見本　花子"), [("氏名カナ", "kana-not-kana")]),
    (row(name_kana="ﾐﾎﾝ ﾊﾅｺ"), []),
    (row(name_kana="みほん　はなこ"), []),
    (row(name="<b>見本</b>'; DROP TABLE people;--"), []),
    # 個人番号
    (row(number="123456789018"), [("番号", "personal-number-suspected")]),
    (row(number="123456789012"), []),
    (row(number="1234567890180"), []),
    (row(address="見本町 １２３４－５６７８－９０１８"), [("住所", "personal-number-suspected")]),
    (row(sex="123456789018"), [("性別", "personal-number-suspected")]),
    (row(birth_on="123456789018"), [("生年月日", "personal-number-suspected")]),
    (row(municipality="123456789018"), [("市区町村コード", "personal-number-suspected")]),
    # certificates and kinds of insurer
    (row(ELDERLY, share=""), [("一部負担金割合", "share-missing")]),
    (row(ELDERLY, share="040"), [("一部負担金割合", "unknown-code")]),
    (row(ELDERLY, share="2割"), []),
    (row(share="030"), [("一部負担金割合", "share-not-for-kind")]),
    (row(birth_on="19400101", acquired_on="20200401"), [("生年月日", "age-not-for-insurer")]),
    (row(ELDERLY, birth_on="19700101"), [("生年月日", "age-not-for-insurer")]),
    (
        row(insurer_number="12131017", relation=""),
        [],
    ),
    (row(elderly_share="020", elderly_from="20200801"), [("高齢受給者証有効開始年月日", "elderly-outside-70-74")]),
    (row(birth_on="19540412", elderly_share="020", elderly_from="20240501"), []),
    (
        row(birth_on="19540412", elderly_from="20240501", elderly_to="20250731"),
        [("高齢受給者証一部負担金割合", "certificate-incomplete")],
    ),
    (row(limit_class="01", limit_category="B02"), [("限度額適用認定証適用区分", "limit-class-mismatch")]),
    (row(limit_class="01", limit_category="A03"), []),
    (row(ELDERLY, limit_class="01", limit_category="A03"), [("限度額適用認定証適用区分", "limit-class-mismatch")]),
    (row(ELDERLY, limit_class="02", limit_category="B05"), []),
    (row(limit_category="A03"), [("限度額適用認定証区分", "certificate-incomplete")]),
    (row(limit_class="01"), [("限度額適用認定証適用区分", "certificate-incomplete")]),
    (row(disease2_from="20240401"), [("特定疾病2区分", "certificate-incomplete")]),
    (
        row(card_valid_from="20240401", card_valid_to="20240331"),
        [("被保険者証有効終了年月日", "card-valid-order")],
    ),
    (
        row(limit_class="01", limit_category="A03", limit_from="20240401", limit_to="20240331"),
        [("限度額適用認定証有効終了年月日", "card-valid-order")],
    ),
    # several at once: all are said
    (
        row(name="", sex="x", birth_on="20230229"),
        [("生年月日", "date-impossible"), ("性別", "unknown-code"), ("氏名", "missing-value")],
    ),
]


@pytest.mark.parametrize(("sent", "expected"), CASES)
def test_findings_of_a_row(tmp_path: Path, sent: Mapping[str, str], expected: list[tuple[str, str]]) -> None:
    checked = checked_bytes(tmp_path / "feed.csv", csv_text([sent]).encode())
    assert places(checked.findings) == [(1, column, code) for column, code in expected]
    refused = any(FINDINGS[code].severity == "error" for _, code in expected)
    assert checked.good.height == (0 if refused else 1)


@pytest.mark.parametrize(("sent", "expected"), CASES)
def test_a_bad_row_stops_no_good_one(tmp_path: Path, sent: Mapping[str, str], expected: list[tuple[str, str]]) -> None:
    rows = [row(number="1"), sent, row(number="2"), row(number="3", birth_on="S60.4.12")]
    checked = checked_bytes(tmp_path / "feed.csv", csv_text(rows).encode())
    assert places(checked.findings) == [(2, column, code) for column, code in expected]
    assert [number for number in checked.good["row"] if number != 2] == [1, 3, 4]


def test_no_value_of_a_row_is_in_its_findings(tmp_path: Path) -> None:
    secret = {key: f"秘{key}" for key in GOOD}
    checked = checked_bytes(tmp_path / "feed.csv", csv_text([secret]).encode())
    assert checked.findings.height > 5
    assert "秘" not in checked.findings.write_csv()


def test_rows_of_another_insurer(tmp_path: Path) -> None:
    rows = [row(), row(insurer_number="138057")]
    checked = checked_bytes(tmp_path / "feed.csv", csv_text(rows).encode(), insurer=INSURER)
    assert places(checked.findings) == [(2, "保険者番号", "insurer-mismatch")]


def test_insurers_nobody_registered(tmp_path: Path) -> None:
    rows = [row(), row(insurer_number="138057")]
    known = frozenset({InsurerNumber("00138057")})
    checked = checked_bytes(tmp_path / "feed.csv", csv_text(rows).encode(), known=known)
    assert places(checked.findings) == [(1, "保険者番号", "unknown-insurer")]


@pytest.mark.parametrize(
    ("second", "repeated"),
    [
        (row(), True),
        (row(symbol="１２３４", number="0567"), True),  # the same number in another spelling
        (row(name="見本　太郎"), False),  # a twin without a branch number of its own
        (row(branch="01"), False),
        (row(acquired_on="20210401"), False),
    ],
)
def test_a_row_that_says_the_same_again(tmp_path: Path, second: Mapping[str, str], repeated: bool) -> None:
    checked = checked_bytes(tmp_path / "feed.csv", csv_text([row(), second]).encode())
    assert places(checked.findings) == ([(2, "", "duplicate-row")] if repeated else [])


def test_two_different_changes_of_one_coverage_are_lawful(tmp_path: Path) -> None:
    rows = [row(kind="変更"), row(kind="変更", address="大阪府大阪市見本区１番"), row(kind="変更")]
    checked = checked_bytes(tmp_path / "feed.csv", csv_text(rows).encode())
    assert places(checked.findings) == [(3, "", "duplicate-row")]


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("first", "", []),
        ("snapshot", "", []),
        ("first", "新規", []),
        ("first", "変更", [(1, "処理区分", "kind-not-for-mode")]),
        ("snapshot", "取消", [(1, "処理区分", "kind-not-for-mode")]),
    ],
)
def test_kinds_of_a_first_load(tmp_path: Path, mode: Mode, kind: str, expected: list[tuple[int, str, str]]) -> None:
    checked = checked_bytes(tmp_path / "feed.csv", csv_text([row(kind=kind)]).encode(), mode=mode)
    assert places(checked.findings) == expected
