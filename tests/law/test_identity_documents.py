"""Which documents are enough, case by case."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.law import (
    DocumentDecision,
    agent_grounds,
    decide_documents,
    document_combinations,
    document_reasons,
    issuance_methods,
    known_documents,
)

day = date.fromisoformat
ON = day("2026-04-01")
A, A2, B, B2 = "driving_licence", "passport", "pension_book", "student_id"


def codes(decision: DocumentDecision) -> list[str]:
    return [reason.code for reason in decision.because]


def wanted(decision: DocumentDecision) -> list[list[str]]:
    return [[reason.code for reason in part] for part in decision.missing]


HAND_OVER = ["hand-over-one-a", "hand-over-two-b"]


@pytest.mark.parametrize(
    ("shown", "row", "missing"),
    [
        ([A, "issue_notice"], "hand-over-one-a", []),
        ([B, B2, "issue_notice"], "hand-over-two-b", []),
        ([B, "issue_notice"], None, [HAND_OVER]),
        ([B, B, "issue_notice"], None, [HAND_OVER]),  # the same document twice is one
        (["issue_notice"], None, [HAND_OVER]),
        ([A], "hand-over-one-a", [["issue_notice"]]),
        ([], None, [HAND_OVER, ["issue_notice"]]),
        (["library_card", B, "issue_notice"], None, [HAND_OVER]),
        (["health_insurance_card", B, "issue_notice"], None, [HAND_OVER]),  # transitional use is over
        (["confirmation_document", B, "issue_notice"], "hand-over-two-b", []),
        (["notification_card", B, "issue_notice"], None, [HAND_OVER]),  # tells a number, identifies nobody
    ],
)
@pytest.mark.parametrize("method", ["at_handover", "with_support"])
def test_collecting(method: str, shown: list[str], row: str | None, missing: list[list[str]]) -> None:
    found = decide_documents(method=method, shown=shown, on=ON, is_minor=False)
    assert found.combinations == (() if row is None else (row,))
    assert wanted(found) == missing
    assert found.accepted is (missing == [])


APPLICATION = ["application-two-a", "application-a-and-b", "application-a-and-pin", "application-notice-and-two-b"]


@pytest.mark.parametrize(
    ("shown", "pin", "row"),
    [
        ([A, A2], False, "application-two-a"),
        ([A, B], False, "application-a-and-b"),
        ([A], True, "application-a-and-pin"),
        ([A], False, None),
        (["notification_card", B, B2], False, "application-notice-and-two-b"),
        (["number_notice", B, B2], False, "application-notice-and-two-b"),
        (["number_notice", B], False, None),
        ([B, B2], False, None),
        ([B, B2], True, None),
        ([A, A], False, None),
        ([], True, None),
    ],
)
@pytest.mark.parametrize("method", ["at_application", "visit_posted", "visit_second", "workplace", "express"])
def test_applying_in_person(method: str, shown: list[str], pin: bool, row: str | None) -> None:
    found = decide_documents(method=method, shown=shown, on=ON, is_minor=False, pin_entered=pin)
    assert found.combinations == (() if row is None else (row,))
    assert wanted(found) == ([] if row else [APPLICATION])
    assert codes(found) == ["holder-identified" if row else "holder-not-identified"]


def test_the_decision_says_what_would_be_enough() -> None:
    found = decide_documents(method="at_application", shown=[A], on=ON, is_minor=False)
    assert [(reason.ja, reason.en) for reason in found.missing[0]] == [
        ("本人：A書類あと1点", "holder: class A: 1 more"),
        ("本人：B書類あと1点", "holder: class B: 1 more"),
        ("本人：暗証番号の入力", "holder: entry of the password"),
        (
            "本人：通知カードまたは個人番号通知書あと1点、B書類あと2点",
            "holder: notification card or number notice: 1 more, class B: 2 more",
        ),
    ]
    assert found.because[0].text("ja") == "本人確認書類が足りません。"
    assert found.because[0].text("en") == "The holder's documents are not enough."


@pytest.mark.parametrize(
    ("method", "shown", "guardian", "known", "reasons", "rows"),
    [
        (
            "at_handover",
            [B, B2, "issue_notice"],
            [A],
            True,
            ["holder-identified", "guardian-identified"],
            ("hand-over-two-b", "hand-over-one-a"),
        ),
        (
            "at_handover",
            [B, B2, "issue_notice"],
            [A, "guardianship_proof"],
            False,
            ["holder-identified", "guardian-identified"],
            ("hand-over-two-b", "hand-over-one-a"),
        ),
        (
            "at_handover",
            [B, B2, "issue_notice"],
            [A],
            False,
            ["holder-identified", "guardian-identified", "guardianship_proof-missing"],
            ("hand-over-two-b", "hand-over-one-a"),
        ),
        (
            "at_handover",
            [B, B2, "issue_notice"],
            [],
            True,
            ["holder-identified", "guardian-not-identified"],
            ("hand-over-two-b",),
        ),
        (
            "at_application",
            [A, B],
            [A, B],
            True,
            ["holder-identified", "guardian-identified"],
            ("application-a-and-b", "application-a-and-b"),
        ),
        (
            "at_application",
            [A, B],
            [A],
            True,
            ["holder-identified", "guardian-not-identified"],
            ("application-a-and-b",),
        ),
    ],
)
def test_a_child_comes_with_the_guardian(
    method: str, shown: list[str], guardian: list[str], known: bool, reasons: list[str], rows: tuple[str, ...]
) -> None:
    found = decide_documents(
        method=method, shown=shown, on=ON, is_minor=True, guardian_shown=guardian, guardian_known=known
    )
    assert codes(found) == reasons
    assert found.combinations == rows
    assert found.accepted is (reasons == ["holder-identified", "guardian-identified"])


@pytest.mark.parametrize(
    ("shown", "ground", "row"),
    [
        ([B, B2], "under_one", "application-infant-two-b"),
        (["birth_report", "birth_certificate"], "under_one", "application-with-birth-report"),
        (["birth_report"], "under_one", None),
        ([B, B2], "lost", None),
        ([B, B2], None, None),
        (["birth_report", "birth_certificate"], None, None),
    ],
)
def test_an_infant_has_fewer_documents(shown: list[str], ground: str | None, row: str | None) -> None:
    found = decide_documents(
        method="express",
        shown=shown,
        on=ON,
        is_minor=True,
        guardian_shown=[A, B],
        guardian_known=True,
        express_ground=ground,
    )
    assert found.accepted is (row is not None)
    assert found.combinations == ((row,) if row else ()) + ("application-a-and-b",)


FORMS = ["issue_notice", "power_of_attorney", "excuse_proof"]


@pytest.mark.parametrize(
    ("shown", "agent", "ground", "reasons"),
    [
        ([A, A2], [A, A2, *FORMS], "ill", ["holder-identified", "agent-identified"]),
        ([A, B], [A, B, *FORMS], "disabled", ["holder-identified", "agent-identified"]),
        (["photo_statement", B, B2], [A, B, *FORMS], "in_facility", ["holder-identified", "agent-identified"]),
        ([B, B2], [A, B, *FORMS], "ill", ["holder-not-identified", "agent-identified"]),
        ([A], [A, B, *FORMS], "ill", ["holder-not-identified", "agent-identified"]),
        ([A, B], [A, *FORMS], "ill", ["holder-identified", "agent-not-identified"]),
        # The certified photo is the holder's, never the agent's.
        ([A, B], ["photo_statement", B, B2, *FORMS], "ill", ["holder-identified", "agent-not-identified"]),
        ([A, B], [A, B, *FORMS], "busy", ["holder-identified", "agent-identified", "agent-without-ground"]),
        ([A, B], [A, B, *FORMS], None, ["holder-identified", "agent-identified", "agent-without-ground"]),
        (
            [A, B],
            [A, B, "issue_notice"],
            "ill",
            ["holder-identified", "agent-identified", "power_of_attorney-missing", "excuse_proof-missing"],
        ),
        ([A, B], [A, B, *FORMS[1:]], "ill", ["holder-identified", "agent-identified", "issue_notice-missing"]),
        (
            [A, B],
            [A, B, "issue_notice", "power_of_attorney"],
            "over_75",
            ["holder-identified", "agent-identified"],
        ),
        # A parent shows that, and not a power of attorney.
        (
            [A, B],
            [A, B, "issue_notice", "guardianship_proof"],
            "schoolchild",
            ["holder-identified", "agent-identified"],
        ),
        (
            [A, B],
            [A, B, *FORMS],
            "schoolchild",
            ["holder-identified", "agent-identified", "guardianship_proof-missing"],
        ),
    ],
)
def test_somebody_else_collects(shown: list[str], agent: list[str], ground: str | None, reasons: list[str]) -> None:
    found = decide_documents(
        method="at_handover", shown=shown, on=ON, is_minor=False, agent_ground=ground, agent_shown=agent
    )
    assert codes(found) == reasons
    assert found.accepted is (reasons == ["holder-identified", "agent-identified"])


@pytest.mark.parametrize(
    ("is_minor", "paper", "reasons"),
    [
        (True, "guardianship_proof", ["holder-identified", "agent-identified"]),
        (True, "power_of_attorney", ["holder-identified", "agent-identified", "guardianship_proof-missing"]),
        (False, "power_of_attorney", ["holder-identified", "agent-identified"]),
        (False, "guardianship_proof", ["holder-identified", "agent-identified", "power_of_attorney-missing"]),
    ],
)
def test_only_the_guardian_collects_for_a_child(is_minor: bool, paper: str, reasons: list[str]) -> None:
    found = decide_documents(
        method="at_handover",
        shown=[A, B],
        on=ON,
        is_minor=is_minor,
        agent_ground="ill",
        agent_shown=[A, B, "issue_notice", "excuse_proof", paper],
    )
    assert codes(found) == reasons
    assert found.accepted is (len(reasons) == 2)


def test_nobody_applies_in_person_for_somebody_else() -> None:
    found = decide_documents(
        method="at_application",
        shown=[A, A2],
        on=ON,
        is_minor=False,
        agent_ground="ill",
        agent_shown=[A, A2, *FORMS],
    )
    assert codes(found) == ["agent-not-allowed"]
    assert wanted(found) == [["holder-comes"]]
    assert not found.accepted


@pytest.mark.parametrize(
    ("shown", "to_return", "missing"),
    [
        ([], [], []),
        ([], ["old_card"], [["old_card", "lost_report"]]),
        (["old_card"], ["old_card"], []),
        (["lost_report"], ["old_card"], []),
        (
            ["old_card"],
            ["old_card", "notification_card", "basic_resident_card"],
            [["notification_card", "lost_report"], ["basic_resident_card", "lost_report"]],
        ),
        (["notification_card"], ["notification_card"], []),
    ],
)
def test_what_was_held_before_is_given_back(shown: list[str], to_return: list[str], missing: list[list[str]]) -> None:
    found = decide_documents(
        method="at_handover", shown=[A, "issue_notice", *shown], on=ON, is_minor=False, to_return=to_return
    )
    assert wanted(found) == missing
    assert codes(found) == ["holder-identified", *(f"{part[0]}-missing" for part in missing)]


@pytest.mark.parametrize(
    ("document", "on", "counts"),
    [
        ("health_insurance_card", "2025-12-01", True),
        ("health_insurance_card", "2025-12-02", False),
        ("confirmation_document", "2024-12-01", False),
        ("confirmation_document", "2024-12-02", True),
        ("number_notice", "2020-05-24", False),
        ("number_notice", "2020-05-25", True),
        ("birth_report", "2024-12-01", False),
        ("birth_report", "2024-12-02", True),
        ("driving_licence", "2015-12-31", False),
        ("driving_licence", "2016-01-01", True),
    ],
)
def test_a_document_counts_from_its_day(document: str, on: str, counts: bool) -> None:
    assert known_documents()[document].counts_on(day(on)) is counts
    found = decide_documents(method="at_handover", shown=[document, "issue_notice"], on=day(on), is_minor=False)
    assert ("document-not-counted" in codes(found)) is (not counts or day(on) < day("2016-01-01"))


def test_an_unknown_document_is_named_as_such_and_harms_nobody() -> None:
    found = decide_documents(method="at_handover", shown=["library_card", A, "issue_notice"], on=ON, is_minor=False)
    assert codes(found) == ["document-not-counted", "holder-identified"]
    assert found.accepted


def papers(at: str, who: str, slug: str, on: date) -> list[str]:
    """Documents that make exactly this combination whole."""
    row = next(row for row in document_combinations() if row.slug == slug)
    assert (row.at, who in row.who) == (at, True)
    chosen: list[str] = []
    for name, count in row.needs:
        fitting = [one.slug for one in known_documents().values() if one.document_class == name and one.counts_on(on)]
        chosen += fitting[:count]
    return chosen


@pytest.mark.parametrize("row", document_combinations(), ids=lambda row: row.slug)
def test_every_combination_decides_some_case_and_none_before_its_day(row: object) -> None:
    combination = next(one for one in document_combinations() if one is row)
    method = {"hand_over": "at_handover", "application": "express", "agent": "at_handover"}[combination.at]
    for who in combination.who:
        for on, fits in ((combination.since, True), (combination.since - timedelta(1), False)):
            shown: dict[str, Sequence[str]] = {"holder": [], "guardian": [], "agent": []}
            shown[who] = papers(combination.at, who, combination.slug, combination.since)
            found = decide_documents(
                method=method,
                shown=shown["holder"],
                on=on,
                is_minor=who == "guardian",
                guardian_shown=shown["guardian"],
                agent_ground="ill" if combination.at == "agent" else None,
                agent_shown=shown["agent"],
                pin_entered=combination.with_pin,
                express_ground=combination.express_ground,
            )
            assert found.combinations == ((combination.slug,) if fits else ())


@pytest.mark.parametrize("ground", list(agent_grounds()))
def test_every_ground_of_an_agent_holds_from_its_day(ground: str) -> None:
    row = agent_grounds()[ground]
    forms = ["issue_notice", "guardianship_proof" if row.is_statutory else "power_of_attorney"]
    forms += ["excuse_proof"] if row.needs_proof else []
    for on in (row.since, row.since - timedelta(1)):
        found = decide_documents(
            method="at_handover", shown=[A, B], on=on, is_minor=False, agent_ground=ground, agent_shown=[A, B, *forms]
        )
        assert found.accepted is (on == row.since)
        assert ("agent-without-ground" in codes(found)) is (on < row.since)


@pytest.mark.parametrize("method", [method.slug for method in issuance_methods()])
def test_before_the_table_nothing_is_enough(method: str) -> None:
    everything = list(known_documents())
    for on, accepted in ((day("2015-12-31"), False), (day("2016-01-01"), True)):
        found = decide_documents(method=method, shown=everything, on=on, is_minor=False)
        assert found.accepted is accepted


def test_no_method_of_that_name() -> None:
    with pytest.raises(KeyError):
        decide_documents(method="by_pigeon", shown=[A], on=ON, is_minor=False)


def test_every_reason_can_be_given() -> None:
    everything = list(known_documents())
    agents: list[tuple[str | None, list[str]]] = [(None, []), ("ill", []), ("ill", everything), ("busy", [])]
    given: set[str] = set()
    for method, shown, (ground, agent), is_minor in product(
        [method.slug for method in issuance_methods()], ([], everything, ["library_card"]), agents, (True, False)
    ):
        found = decide_documents(
            method=method,
            shown=shown,
            on=ON,
            is_minor=is_minor,
            guardian_shown=shown,
            agent_ground=ground,
            agent_shown=agent,
            to_return=["old_card", "notification_card", "basic_resident_card"],
        )
        given |= {reason.code for reason in found.because}
        given |= {reason.code for part in found.missing for reason in part} & document_reasons().keys()
    assert given == document_reasons().keys()


SLUGS = st.lists(st.sampled_from(list(known_documents())), max_size=6)


@given(SLUGS, SLUGS, st.sampled_from([method.slug for method in issuance_methods()]), st.booleans())
def test_more_documents_never_harm(shown: list[str], more: list[str], method: str, minor: bool) -> None:
    fewer = decide_documents(method=method, shown=shown, on=ON, is_minor=minor, guardian_shown=shown)
    all_of_them = decide_documents(
        method=method, shown=[*shown, *more], on=ON, is_minor=minor, guardian_shown=[*shown, *more]
    )
    assert all_of_them.accepted or not fewer.accepted
    assert fewer.accepted is (fewer.missing == ())
