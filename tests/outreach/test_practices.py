"""Good practice: how well each is known to work, and who could use it and why."""

from datetime import date

import pytest

from onshi import record
from onshi.outreach import KINDS, Evidence, practices
from onshi.outreach.practices import Because, Facts, Figure, Reason, Size

ALL = {one.code: one for one in practices.practices()}
COMPANY, TABLET, TOWN_WIDE = ALL["company-visit"], ALL["tablet-round"], ALL["town-wide-support"]


@pytest.mark.parametrize(
    ("figure", "evidence"),
    [
        (Figure("", "", 20, "人"), Evidence.FIGURE),
        (Figure("", "", 20, "人", before=10), Evidence.FIGURE),  # without days
        (Figure("", "", 20, "人", 10, date(2019, 1, 1), date(2020, 1, 1)), Evidence.COUNTED),
        (Figure("", "", 20, "人", 10, date(2019, 1, 1), date(2020, 1, 1), "全国"), Evidence.COMPARED),
    ],
)
def test_how_much_a_figure_says(figure: Figure, evidence: Evidence) -> None:
    assert figure.evidence is evidence


def test_the_examples_of_the_papers_have_no_figure_and_are_marked_weak() -> None:
    examples = [one for one in ALL.values() if one.source.startswith("2019-09-03 別添5")]
    assert len(examples) == 14
    assert {(one.evidence, one.is_weak) for one in examples} == {(Evidence.TOLD, True)}


def test_every_practice_speaks_of_known_kinds_and_channels() -> None:
    for one in ALL.values():
        assert set(one.kinds) | {one.done_by} <= set(KINDS), one.code
        assert set(one.channels) <= set(practices.channel_words()), one.code
    assert len(ALL) == len(practices.practices()) == 21


def test_the_one_comparison_is_what_the_record_says() -> None:
    """Miyakonojo and the nation, counted anew from the record."""
    figure = TOWN_WIDE.figures[0]
    assert figure.before_on is not None and figure.after_on is not None
    counted = {one.on: one for one in record.counts_of(record.find_area("452025"), figure.after_on)}
    nation = {one.on: one for one in record.counts_of(record.nation(), figure.after_on)}
    assert (figure.before, figure.after) == (counted[figure.before_on].issued, counted[figure.after_on].issued)
    rates = f"{counted[figure.before_on].rate:.1f}%から{counted[figure.after_on].rate:.1f}%"
    assert rates in figure.words("ja")
    assert figure.compared_with == f"全国 {nation[figure.before_on].rate:.1f}% → {nation[figure.after_on].rate:.1f}%"
    assert (TOWN_WIDE.evidence, TOWN_WIDE.is_weak) == (Evidence.COMPARED, False)


@pytest.mark.parametrize(
    ("people", "size"),
    [(0, Size.SMALL), (29_999, Size.SMALL), (30_000, Size.MEDIUM), (199_999, Size.MEDIUM), (200_000, Size.LARGE)],
)
def test_sizes(people: int, size: Size) -> None:
    assert practices.size_of(people) is size


@pytest.mark.parametrize(
    ("facts", "fits", "reasons"),
    [
        (Facts("municipality"), True, [(Because.SAME_KIND, True), (Because.WEAK_EVIDENCE, None)]),
        (Facts("society"), True, [(Because.KIND_COULD, True), (Because.WEAK_EVIDENCE, None)]),
        (Facts("elderly"), False, [(Because.OTHER_KIND, False), (Because.WEAK_EVIDENCE, None)]),
        (
            Facts("municipality", Size.LARGE),
            True,
            [(Because.SAME_KIND, True), (Because.SAME_SIZE, True), (Because.WEAK_EVIDENCE, None)],
        ),
        (
            Facts("municipality", Size.SMALL),
            True,
            [(Because.SAME_KIND, True), (Because.OTHER_SIZE, None), (Because.WEAK_EVIDENCE, None)],
        ),
        (
            Facts("society", None, frozenset({"workplace"})),
            True,
            [(Because.KIND_COULD, True), (Because.HAS_CHANNEL, True), (Because.WEAK_EVIDENCE, None)],
        ),
        (
            Facts("society", None, frozenset({"mail"})),
            False,
            [(Because.KIND_COULD, True), (Because.LACKS_CHANNEL, False), (Because.WEAK_EVIDENCE, None)],
        ),
        (
            Facts("society", None, frozenset(), frozenset({"company-visit"})),
            False,
            [(Because.KIND_COULD, True), (Because.DONE_ALREADY, False), (Because.WEAK_EVIDENCE, None)],
        ),
    ],
)
def test_who_could_use_a_visit_to_a_company(
    facts: Facts, fits: bool, reasons: list[tuple[Because, bool | None]]
) -> None:
    found = practices.who_could_use(COMPANY, facts)
    assert found.fits is fits
    assert [(one.because, one.speaks_for) for one in found.reasons] == reasons


def test_the_channels_a_reason_speaks_of_are_named() -> None:
    has = practices.who_could_use(COMPANY, Facts("society", None, frozenset({"workplace", "mail"})))
    assert Reason(Because.HAS_CHANNEL, True, ("workplace",)) in has.reasons
    lacks = practices.who_could_use(COMPANY, Facts("society", None, frozenset({"mail"})))
    assert Reason(Because.LACKS_CHANNEL, False, ("visit", "workplace")) in lacks.reasons


def test_what_fits_comes_first_and_then_what_is_better_known() -> None:
    found = practices.matches(practices.practices(), Facts("municipality", Size.MEDIUM))
    assert [one.fits for one in found] == sorted((one.fits for one in found), reverse=True)
    assert found[0].practice.code == "town-wide-support"


def test_a_day_knows_nothing_later() -> None:
    assert practices.practices_on(date(2019, 9, 2)) == ()
    assert len(practices.practices_on(date(2019, 9, 3))) == 16
    assert TABLET not in practices.practices_on(date(2019, 9, 3))
