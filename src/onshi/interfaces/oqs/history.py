"""資格確認履歴: an institution's own checks in the 61 columns of the national download. Pure, a frame at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

import polars as pl

from onshi import eligibility
from onshi.eligibility import BY_FACE, BY_NUMBER, AnswerKind
from onshi.interfaces.oqs.zipping import zip_of
from onshi.kernel import Moment, half_kana, japan_time

NEVER = pl.lit(None, dtype=pl.String)
_JAPAN_US = 9 * 3_600_000_000
_LINE_END = "\r\n"


class Sure(StrEnum):
    """Where a heading is from: `attested` word for word in software that reads real files, or `ours` after what the
    column is known to mean. The order of the columns is known in the same two ways."""

    ATTESTED = "attested"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how sure that is, the element of the single answer (OQSsiquc01res) that says the same
    (empty: none does), and its text out of a frame of `flows.check_history` with the column institution."""

    heading: str
    sure: Sure
    element: str
    text: pl.Expr


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.to_string("%Y%m%d")


def _moment(name: str) -> pl.Expr:
    """yyyyMMddHHmmss in Japan."""
    return (pl.col(name) + _JAPAN_US).cast(pl.Datetime("us")).dt.to_string("%Y%m%d%H%M%S")


def _ratio(share: pl.Expr) -> pl.Expr:
    return share.cast(pl.String).str.zfill(3)


def _flag(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int8).cast(pl.String)


def _said_share() -> pl.Expr:
    """後期高齢者医療 only, and only the insurer's own word, as in an answer (answers.py)."""
    on, start, end = pl.col("on"), pl.col("elderly_from"), pl.col("elderly_to")
    certified = pl.when((start <= on) & (end.is_null() | (on <= end))).then("elderly_share")
    return pl.when(pl.col("insurer_kind") == "elderly").then(pl.coalesce("share", certified))


def _kana(name: str) -> pl.Expr:
    """`half_kana` of each; what is not plain katakana goes the long way, which costs more than ten times as much."""
    text = pl.col(name)
    is_plain = text.str.contains(r"^[ァ-ヴー　]*$")
    narrow = text.str.replace_many(list(_HALF), list(_HALF.values()))
    if_odd = pl.when(~is_plain).then(text).map_elements(half_kana, pl.String, skip_nulls=True)
    return pl.when(is_plain).then(narrow).otherwise(if_odd)


_HALF = {char: half_kana(char) for char in ("　", *map(chr, range(ord("ァ"), ord("ヴ") + 1)), "ー")}
_WAY = pl.when(pl.col("how") == BY_NUMBER).then(pl.lit("2")).when(pl.col("how").is_not_null()).then(pl.lit("1"))
_FACE = (
    pl.when(pl.col("how") == BY_FACE)
    .then(pl.lit("1"))
    .when(pl.col("how").is_not_null() & (pl.col("how") != BY_NUMBER))
    .then(pl.lit("0"))
)
_VALIDITY = {kind.value: eligibility.validity(kind) for kind in AnswerKind}
# As in an answer: six digits stand in eight places.
_INSURER = (
    pl.when(pl.col("insurer").str.starts_with("00"))
    .then(pl.lit("  ") + pl.col("insurer").str.slice(2))
    .otherwise("insurer")
)
_YES, _NO = Sure.ATTESTED, Sure.OURS


def _diseases() -> Iterator[Column]:
    for place, number in zip("１２３", (1, 2, 3), strict=True):
        stem = f"disease{number}_"
        for heading, element, text in (
            ("認定疾病区分", "SpecificDiseasesDiseaseCategory", pl.col(f"{stem}category")),
            ("交付年月日", "SpecificDiseasesCertificateDate", _day(f"{stem}issued_on")),
            ("有効開始年月日", "SpecificDiseasesValidStartDate", _day(f"{stem}from")),
            ("有効終了年月日", "SpecificDiseasesValidEndDate", _day(f"{stem}to")),
            ("自己負担限度額", "SpecificDiseasesSelfPay", pl.col(f"{stem}self_pay").cast(pl.String)),
        ):
            yield Column(f"特定疾病療養受療証{heading}{place}", _YES, f"{element}{number}", text)


# What nobody keeps here (利用者コード, 照会時入力項目, consent to drug and check-up information) has a
# column and no text in it.
COLUMNS: tuple[Column, ...] = (
    Column("資格確認日", _NO, "QualificationConfirmationDate", _day("on")),
    Column("照会区分", _NO, "ReferenceClassification", _WAY),
    Column("顔認証", _NO, "", _FACE),
    Column("資格有効性", _NO, "QualificationValidity", pl.col("kind").replace_strict(_VALIDITY, default=None)),
    Column("保険者番号", _YES, "InsurerNumber", _INSURER),
    Column("保険者名称", _NO, "InsurerName", pl.col("insurer_name")),
    Column("被保険者証記号", _YES, "InsuredCardSymbol", pl.col("symbol")),
    Column("被保険者証番号", _YES, "InsuredIdentificationNumber", pl.col("number")),
    Column("被保険者証枝番", _YES, "InsuredBranchNumber", pl.col("branch")),
    Column("被保険者証区分", _NO, "InsuredCardClassification", pl.col("card_class")),
    Column("本人・家族の別", _NO, "PersonalFamilyClassification", pl.col("relation")),
    Column("氏名", _YES, "Name", pl.col("name")),
    Column("氏名（その他）", _YES, "NameOfOther", pl.col("name_other")),
    Column("氏名カナ", _YES, "NameKana", _kana("kana")),
    Column("氏名カナ（その他）", _NO, "NameOfOtherKana", _kana("kana_other")),
    Column("性別1", _NO, "Sex1", pl.col("sex")),
    Column("性別2", _YES, "Sex2", pl.col("sex_printed")),
    Column("生年月日", _NO, "Birthdate", _day("birth_on")),
    Column("住所", _NO, "Address", pl.col("address")),
    Column("郵便番号", _NO, "PostNumber", pl.col("post_number")),
    Column("被保険者証交付年月日", _NO, "InsuredCertificateIssuanceDate", _day("card_issued_on")),
    Column("被保険者証有効開始年月日", _NO, "InsuredCardValidDate", _day("card_valid_from")),
    Column("被保険者証有効終了年月日", _NO, "InsuredCardExpirationDate", _day("card_valid_to")),
    Column("被保険者証一部負担金割合", _NO, "InsuredPartialContributionRatio", _ratio(_said_share())),
    Column("資格喪失事由", _NO, "ReasonOfLoss", pl.col("loss_reason")),
    Column("高齢受給者証交付年月日", _NO, "ElderlyRecipientCertificateDate", _day("elderly_issued_on")),
    Column("高齢受給者証有効開始年月日", _NO, "ElderlyRecipientValidStartDate", _day("elderly_from")),
    Column("高齢受給者証有効終了年月日", _NO, "ElderlyRecipientValidEndDate", _day("elderly_to")),
    Column("高齢受給者証一部負担金割合", _NO, "ElderlyRecipientContributionRatio", _ratio(pl.col("elderly_share"))),
    Column("限度額適用認定証表示同意フラグ", _NO, "", _flag("limit_consent")),
    Column("限度額適用認定証区分", _NO, "LimitApplicationCertificateClassification", pl.col("limit_class")),
    Column(
        "限度額適用認定証適用区分",
        _NO,
        "LimitApplicationCertificateClassificationFlag",
        pl.col("limit_category"),
    ),
    Column("限度額適用認定証交付年月日", _NO, "LimitApplicationCertificateDate", _day("limit_issued_on")),
    Column("限度額適用認定証有効開始年月日", _NO, "LimitApplicationCertificateValidStartDate", _day("limit_from")),
    Column("限度額適用認定証有効終了年月日", _NO, "LimitApplicationCertificateValidEndDate", _day("limit_to")),
    # Word for word without the closing bracket.
    Column("被保険者氏名(世帯主氏名", _YES, "InsuredName", pl.col("holder_name")),
    Column("未就学区分", _YES, "PreschoolClassification", pl.when("preschool").then(pl.lit("1"))),
    Column("処理実行日時", _YES, "", _moment("at")),
    Column("利用者コード", _YES, "", NEVER),
    Column("医療機関コード", _YES, "", pl.col("institution")),
    Column(
        "限度額適用認定証長期入院該当年月日",
        _YES,
        "LimitApplicationCertificateLongTermDate",
        _day("limit_long_term_on"),
    ),
    Column("特定疾病表示同意フラグ", _YES, "", _flag("disease_consent")),
    *_diseases(),
    Column("照会番号", _YES, "ReferenceNumber", pl.col("reference_number")),
    Column("特健閲覧同意フラグ", _YES, "", NEVER),
    Column("薬剤閲覧同意フラグ", _YES, "", NEVER),
    Column("照会時入力項目", _YES, "", NEVER),
)


def csv_of(parts: Iterable[pl.DataFrame], institution: str) -> Iterator[bytes]:
    """The CSV in pieces (UTF-8, comma, CRLF): the headings, then a line for each check of the parts."""
    yield (",".join(column.heading for column in COLUMNS) + _LINE_END).encode()
    texts = [column.text.alias(column.heading) for column in COLUMNS]
    for part in parts:
        written = BytesIO()
        lines = part.with_columns(institution=pl.lit(institution)).select(texts)
        lines.write_csv(written, include_header=False, line_terminator=_LINE_END)
        yield written.getvalue()


def history_zip(parts: Iterable[pl.DataFrame], institution: str, *, at: Moment) -> tuple[str, Iterator[bytes]]:
    """The download: its name, and its bytes in pieces, made as they are taken. `parts` as `flows.check_history` gives
    them of this institution, named by its code; `at` is now."""
    when = japan_time(at)
    name = f"資格確認履歴_{when:%Y%m%d}"
    return f"{name}.zip", zip_of(f"{name}.csv", csv_of(parts, institution), at=when)
