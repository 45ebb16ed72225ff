"""The table of cases that a developer wants to see: whom to look for, and which answer counts as one. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from onshi import law
from onshi.demo.examples import Example
from onshi.demo.sandbox.people import Crowd
from onshi.eligibility import Answer, AnswerKind, Notice, ShownCoverage


@dataclass(frozen=True, slots=True)
class Case:
    """One case by number. `accepts`: whether an answer shows it. `probe`: what is consented to while looking for
    somebody; `consent`: what the request itself says. `absent`: elements that the answer must not have."""

    code: str
    ja: str
    en: str
    rows: Callable[[Crowd], list[Example]]
    accepts: Callable[[Answer], bool]
    consent: bool = False
    probe_limit: bool = False
    probe_disease: bool = False
    absent: tuple[str, ...] = ()
    note_ja: str = ""
    note_en: str = ""


def all_cases() -> list[Case]:
    """Every case, in the order of the list."""
    return [*_answers(), *_doubts(), *_insurers(), *_people(), *_papers(), *_classes()]


_MISSING_WHY: Final = (
    "このデモの国に、この回答になる人がいません。大きな国を作ってください（`onshi demo --scale 1/1000`）。",
    "Nobody in this demo country gives this answer. Build a larger one (`onshi demo --scale 1/1000`).",
)
# What no country of the demo has, and why: nothing is invented for it.
NEVER: Final = (
    (
        "disease-two",
        "特定疾病療養受療証が2つ",
        "Two 特定疾病療養受療証",
        "デモの国には、2つの認定を受けた人はいません。",
        "Nobody in the demo country has two.",
    ),
    (
        "class-short",
        "短期被保険者証（区分03・04）",
        "Short-term cards (classes 03, 04)",
        "2024年12月2日に廃止された区分で、デモの国にはありません。",
        "Abolished on 2024-12-02; the demo country has none.",
    ),
    (
        "double-by-number",
        "資格の重複（適法）を番号で照会",
        "A lawful double, asked by number",
        "番号の照会は、その番号の資格だけを答えます。重複はカードの照会だけで分かります。",
        "A question by number is answered about that number only; a double shows by card.",
    ),
    (
        "validity-6",
        "医療扶助の「有効（未登録）」（資格有効性6）",
        "Medical aid, valid and not registered (validity 6)",
        "本センターは医療券を扱っていないため、この値を返しません。",
        "This centre has no medical tickets, so it never says so.",
    ),
    (
        "face-file",
        "顔認証付きカードリーダーのファイル（face）",
        "A file pushed after a card was read (face)",
        "連携アプリはまだfaceに書きません。カードはREST（`onshi reader check`）で確かめてください。",
        "The agent writes nothing into face yet. Try cards over REST (`onshi reader check`).",
    ),
)


def why_missing() -> tuple[str, str]:
    """What the list says of a case that nobody gives here."""
    return _MISSING_WHY


def _is(kind: AnswerKind, *notices: Notice) -> Callable[[Answer], bool]:
    return lambda answer: answer.kind is kind and set(answer.notices) == set(notices)


def _covered(test: Callable[[ShownCoverage], bool]) -> Callable[[Answer], bool]:
    """In force, with nothing doubtful beside it."""
    return lambda answer: (
        answer.kind is AnswerKind.IN_FORCE
        and answer.coverage is not None
        and not set(answer.notices) - {Notice.SPECIAL_MEDICAL_EXPENSE}
        and test(answer.coverage)
    )


def _answers() -> Iterator[Case]:
    """What most questions bring."""
    none = ("ResultList",)
    yield Case("in-force", "資格あり", "In force", Crowd.one, _is(AnswerKind.IN_FORCE))
    yield Case(
        "lost",
        "喪失（ほかの資格なし）",
        "Lost, no other",
        partial(Crowd.ended, is_insured_since=False),
        _is(AnswerKind.LOST),
    )
    yield Case(
        "lost-other",
        "喪失（新しい資格あり）",
        "Lost, another in force",
        partial(Crowd.ended, is_insured_since=True),
        _is(AnswerKind.LOST_OTHER_IN_FORCE),
    )
    yield Case(
        "not-registered", "該当なし", "Not registered", Crowd.of_nobody, _is(AnswerKind.NOT_REGISTERED), absent=none
    )
    yield Case(
        "birth-wrong",
        "生年月日の誤り",
        "Wrong birth date",
        Crowd.born_another_day,
        _is(AnswerKind.NOT_REGISTERED),
        absent=none,
    )


def _doubts() -> Iterator[Case]:
    """What is no plain yes and no plain no."""
    none = ("ResultList",)
    yield Case(
        "more-than-one",
        "複数該当（双子、枝番なし）",
        "More than one (twins, no branch)",
        Crowd.sharing,
        _is(AnswerKind.MORE_THAN_ONE),
        absent=none,
    )
    yield Case("under-review", "本人確認中", "Under review", Crowd.held, _is(AnswerKind.UNDER_REVIEW), absent=none)
    yield Case(
        "not-yet-loaded",
        "保険者のデータが未登録",
        "The insurer has sent nothing yet",
        Crowd.of_insurers_without_data,
        _is(AnswerKind.NOT_YET_LOADED),
        absent=none,
    )
    yield Case(
        "cannot-tell",
        "回答できない（保険者のデータが古い）",
        "Cannot tell (the insurer's data are old)",
        Crowd.of_insurers_in_doubt,
        lambda answer: answer.kind is AnswerKind.CANNOT_TELL,
        absent=none,
    )
    yield Case(
        "insurer-unknown",
        "存在しない保険者番号",
        "An insurer that does not exist",
        partial(Crowd.of_no_insurer, is_wrong=False),
        _is(AnswerKind.NOT_REGISTERED, Notice.UNKNOWN_INSURER),
        absent=none,
    )
    yield Case(
        "insurer-digit",
        "検証番号の誤った保険者番号",
        "An insurer's number with a wrong check digit",
        partial(Crowd.of_no_insurer, is_wrong=True),
        _is(AnswerKind.NOT_REGISTERED, Notice.UNKNOWN_INSURER, Notice.WRONG_CHECK_DIGIT),
        absent=none,
    )


def _insurers() -> Iterator[Case]:
    """One of every kind of insurer."""
    for kind in law.insurer_kinds():

        def accepts(coverage: ShownCoverage, slug: str = kind.slug) -> bool:
            return coverage.insurer_kind == slug

        rows = partial(Crowd.where, condition=pl.col("insurer_kind") == kind.slug)
        yield Case(f"insurer-{kind.slug.replace('_', '-')}", kind.ja, kind.en, rows, _covered(accepts))


def _people() -> Iterator[Case]:
    def given(column: str) -> Callable[[Crowd], list[Example]]:
        return partial(Crowd.where, condition=pl.col(column).is_not_null())

    family = partial(Crowd.where, condition=pl.col("relation") == "2")
    yield Case("family", "家族（被扶養者）", "A dependant", family, _covered(lambda one: one.relation == "2"))
    yield Case("preschool", "未就学", "Before school", _youngest, _covered(lambda one: one.preschool))
    yield Case(
        "name-other",
        "通称のある人",
        "Somebody with another name (通称)",
        given("name_other"),
        lambda answer: answer.kind is AnswerKind.IN_FORCE and bool(answer.person and answer.person.name_other),
    )
    yield Case(
        "undisclosed",
        "不開示該当（住所を返さない）",
        "Under protection: no address (不開示該当)",
        partial(Crowd.where, condition=(pl.col("undisclosed") == "1") & pl.col("address").is_not_null()),
        lambda answer: answer.kind is AnswerKind.IN_FORCE and bool(answer.person and answer.person.address is None),
        absent=("Address", "PostNumber"),
    )
    yield Case(
        "refused",
        "自己情報提供不可（番号では回答し、カードでは該当なし）",
        "自己情報提供不可: answered by number, unknown by card",
        partial(Crowd.where, condition=pl.col("refused") == "1"),
        _covered(lambda _: True),
    )


def _youngest(crowd: Crowd) -> list[Example]:
    return crowd.where(pl.col("birth_on") >= f"{crowd.today.year - 5}-01-01")


def _papers() -> Iterator[Case]:
    elderly = partial(Crowd.where, condition=pl.col("elderly_share").is_not_null())
    limit = partial(Crowd.where, condition=pl.col("limit_class") == "01")
    reduced = partial(Crowd.where, condition=pl.col("limit_class") == "02")
    yield Case("elderly-paper", "高齢受給者証", "高齢受給者証", elderly, _covered(lambda one: one.elderly is not None))
    yield Case(
        "limit-yes",
        "限度額適用認定証（同意あり）",
        "限度額適用認定証, with consent",
        limit,
        _covered(lambda one: one.limit is not None and one.limit.kind == "01"),
        consent=True,
        probe_limit=True,
    )
    yield Case(
        "limit-no",
        "限度額適用認定証（同意なし）",
        "限度額適用認定証, without consent",
        limit,
        _covered(lambda one: one.limit is not None and one.limit.kind == "01"),
        probe_limit=True,
        absent=("LimitApplicationCertificateRelatedInfo", "LimitApplicationCertificateRelatedConsTime"),
        note_ja="上と同じ人です。同意がないと認定証は返りません。",
        note_en="The same person as above: without consent the certificate stays away.",
    )
    yield Case(
        "limit-reduced",
        "限度額適用・標準負担額減額認定証（同意あり）",
        "限度額適用・標準負担額減額認定証, with consent",
        reduced,
        _covered(lambda one: one.limit is not None and one.limit.kind == "02"),
        consent=True,
        probe_limit=True,
    )
    for category, ja, en in (
        ("1", "特定疾病1（人工透析）", "特定疾病 1 (dialysis)"),
        ("2", "特定疾病2（血液凝固因子障害）", "特定疾病 2 (clotting factor)"),
        ("3", "特定疾病3（血液製剤によるHIV）", "特定疾病 3 (HIV from blood products)"),
    ):

        def accepts(one: ShownCoverage, category: str = category) -> bool:
            return any(disease.category == category for disease in one.diseases)

        yield Case(
            f"disease-{category}",
            ja,
            en,
            partial(Crowd.where, condition=pl.col("disease1_category") == category),
            _covered(accepts),
            probe_disease=True,
            absent=("SpecificDiseasesCertificateList",),
            note_ja="番号の照会には特定疾病の同意の要素がないため、受療証は返りません（カードとRESTでは同意すれば返ります）。",
            note_en="A request by number has no element for this consent, so the certificate stays away; by card"
            " and over REST it is told with consent.",
        )


def _classes() -> Iterator[Case]:
    """被保険者証区分 (OQSCD010) that are not said by the kind of the insurer, and the shares of 後期高齢者."""
    values = law.national_codes()["OQSCD010"].values
    for code in ("02", "05", "06"):
        ja, en = values[code]

        def accepts(one: ShownCoverage, code: str = code) -> bool:
            return one.card_class == code

        rows = partial(Crowd.where, condition=pl.col("card_class") == code)
        yield Case(f"class-{code}", f"被保険者証区分{code} {ja}", f"Class {code}: {en}", rows, _covered(accepts))
    for share, percent in (("010", "1割"), ("020", "2割"), ("030", "3割")):

        def has_share(one: ShownCoverage, percent: int = int(share)) -> bool:
            return one.insurer_kind == "elderly" and one.share is not None and one.share.percent == percent

        condition = (pl.col("insurer_kind") == "elderly") & (pl.col("share") == share)
        rows = partial(Crowd.where, condition=condition)
        yield Case(
            f"elderly-{share}", f"後期高齢者 {percent}", f"後期高齢者, {int(share)} %", rows, _covered(has_share)
        )
