"""The way of an application, case by case, and what no sequence of steps can do."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import law
from onshi.cards import Doer, Stage, State, errors
from onshi.cards.steps import (
    CLOSED,
    LANES,
    NEW,
    STATE_TEXTS,
    Step,
    lane_of,
    main_way,
    next_step,
    open_steps,
    plain_step,
    steps,
)
from onshi.kernel import OnshiError

C, T, M, H = Doer.CITIZEN, Doer.MUNICIPALITY, Doer.MAKER, Doer.HELPER

# lane, state, step, who → state. Every row of steps.toml decides one of these.
CASES = [
    # 交付時来庁: apply anywhere, be identified and get the card at the window.
    ("collected", "new", "apply", C, "received"),
    ("collected", "received", "order", M, "making"),
    ("collected", "making", "ship", M, "shipped"),
    ("collected", "shipped", "arrive", T, "in_custody"),
    ("collected", "in_custody", "preset", T, "preset"),
    ("collected", "preset", "notify", T, "notified"),
    ("collected", "notified", "identify", T, "at_window"),
    ("collected", "at_window", "hand_over", T, "issued"),
    # With help: the helper sends the application in and is gone.
    ("collected", "new", "apply", H, "received"),
    # From another desk of the town hall.
    ("posted", "new", "refer", T, "referred"),
    ("posted", "referred", "receive", T, "received"),
    # 申請時来庁, 出張申請受付, 勤務先一括: identified first, the card comes by post.
    ("posted", "received", "identify", T, "identified"),
    ("posted", "identified", "order", T, "making"),
    ("posted", "preset", "post", T, "posted"),
    ("posted", "posted", "deliver", T, "issued"),
    # 出張申請受付 with a second visit: identified first, the card is brought.
    ("brought", "preset", "notify", T, "notified"),
    ("brought", "notified", "hand_over", T, "issued"),
    # 特急発行: the maker posts the card, no pre-setting.
    ("express", "identified", "order", T, "making"),
    ("express", "making", "post_express", M, "posted"),
    ("express", "posted", "deliver", M, "issued"),
    # No identity paper, or no posting.
    ("posted", "received", "switch_to_support", T, "received"),
    ("posted", "received", "switch_to_handover", T, "received"),
    # What can be wrong.
    ("collected", "received", "find_defect", T, "defective"),
    ("collected", "making", "find_defect", M, "defective"),
    ("collected", "defective", "correct", H, "received"),
    ("collected", "in_custody", "return_faulty", T, "making"),
    ("collected", "at_window", "turn_away", T, "notified"),
    # Notices and post that come back or are not answered.
    ("collected", "notified", "remind", T, "notified"),
    ("collected", "notified", "note_returned_notice", T, "notice_returned"),
    ("collected", "notice_returned", "remind", T, "notified"),
    ("collected", "notified", "expire_notice", T, "notice_expired"),
    ("collected", "notice_expired", "identify", T, "at_window"),
    ("collected", "notice_expired", "dispose", T, "uncollected"),
    ("express", "posted", "note_returned_mail", T, "mail_returned"),
    ("posted", "mail_returned", "post_again", T, "posted"),
    ("posted", "mail_returned", "call_in", T, "notified"),
    ("posted", "notified", "hand_over", T, "issued"),
    # The side exits.
    ("collected", "received", "cancel", C, "cancelled"),
    ("collected", "at_window", "cancel", T, "cancelled"),
    ("brought", "in_custody", "void_move", T, "void_moved"),
    ("express", "posted", "note_death", T, "deceased"),
]


@pytest.mark.parametrize(("lane", "state", "step", "doer", "then"), CASES)
def test_the_next_state(lane: str, state: str, step: str, doer: Doer, then: str) -> None:
    assert next_step(state, lane, step, doer).target.value == then


def test_every_row_decides_a_case() -> None:
    decided = {next_step(state, lane, step, doer) for lane, state, step, doer, _ in CASES}
    assert set(steps()) - decided == set()


# The main way of every lane, as a clerk would tell it.
WAYS = {
    "collected": "apply order ship arrive preset notify identify hand_over",
    "posted": "apply identify order ship arrive preset post deliver",
    "brought": "apply identify order ship arrive preset notify hand_over",
    "express": "apply identify order post_express deliver",
}
COUNTED = {
    "collected": "received preset notified issued",
    "posted": "received preset issued",
    "brought": "received preset notified issued",
    "express": "received issued",
}


@pytest.mark.parametrize("lane", LANES)
def test_the_main_way_of_every_lane(lane: str) -> None:
    way = main_way(NEW, lane)
    assert " ".join(step.name for step in way) == WAYS[lane]
    assert " ".join(step.counts for step in way if step.counts) == COUNTED[lane]


@pytest.mark.parametrize(
    ("state", "lane", "names"),
    [
        ("defective", "collected", "correct order ship arrive preset notify identify hand_over"),
        ("notice_expired", "collected", "identify hand_over"),
        ("mail_returned", "posted", "post_again deliver"),
        ("making", "express", "post_express deliver"),
        ("issued", "collected", ""),
        ("uncollected", "collected", ""),
    ],
)
def test_what_lies_ahead_from_the_middle_of_the_way(state: str, lane: str, names: str) -> None:
    assert " ".join(step.name for step in main_way(state, lane)) == names


LAWFUL = [(method.slug, delivery) for method in law.issuance_methods() for delivery in method.deliveries]


@pytest.mark.parametrize(("method", "delivery"), LAWFUL)
def test_the_table_does_as_the_law_says(method: str, delivery: str) -> None:
    """law/issuance_methods.toml says where identity is checked, how the card goes out and who pre-sets it."""
    told, is_by_post = law.issuance_method(method), law.card_deliveries()[delivery].by_post
    names = [step.name for step in main_way(NEW, lane_of(method, delivery))]
    assert (names.index("identify") < names.index("order")) == (told.identity_at == "application")
    assert ("preset" in names) == told.presets
    assert ("deliver" in names, "hand_over" in names) == (is_by_post, not is_by_post)
    assert ("post_express" in names) == (delivery == "maker_post")


def test_every_lane_is_of_some_method() -> None:
    assert {lane_of(method, delivery) for method, delivery in LAWFUL} == set(LANES)


def test_a_switch_leads_to_a_lawful_method() -> None:
    switched = {step.becomes for step in steps() if step.becomes}
    assert {lane_of(method, "window") for method in switched} == {"collected"}
    assert law.issuance_method("with_support").has_helper


@pytest.mark.parametrize(
    ("lane", "state", "step", "doer", "refusal"),
    [
        ("collected", "received", "dance", C, errors.UnknownStep),
        ("collected", "issued", "cancel", C, errors.ApplicationClosed),
        ("collected", "cancelled", "order", T, errors.ApplicationClosed),
        ("collected", "received", "post", T, errors.StepNotForLane),
        ("express", "in_custody", "ship", M, errors.StepNotForLane),
        ("collected", "received", "hand_over", T, errors.StepOutOfOrder),
        ("posted", "received", "order", T, errors.StepOutOfOrder),  # nobody has looked at a paper yet
        ("collected", "notified", "hand_over", T, errors.StepOutOfOrder),
        ("collected", "received", "order", C, errors.StepNotYours),
        ("collected", "notified", "cancel", H, errors.StepNotYours),
        ("collected", "preset", "notify", M, errors.StepNotYours),
    ],
)
def test_an_illegal_step_is_refused_by_name(
    lane: str, state: str, step: str, doer: Doer, refusal: type[OnshiError]
) -> None:
    with pytest.raises(OnshiError) as refused:
        next_step(state, lane, step, doer)
    assert type(refused.value) is refusal


def test_a_step_that_needs_more_is_not_taken_by_its_name() -> None:
    with pytest.raises(errors.StepNeedsMore):
        plain_step("at_window", "collected", "hand_over", T)
    assert plain_step("in_custody", "collected", "preset", T).target is State.PRESET


def test_every_state_has_texts_and_is_reached() -> None:
    assert set(STATE_TEXTS) == set(State)
    assert {step.target for step in steps()} == set(State)


# -- What no sequence can do -------------------------------------------------------------------------------------------


def after(step: Step, lane: str) -> str:
    """The lane on which an application goes on."""
    return lane_of(step.becomes, "window") if step.becomes else lane


def reached(state: str, lane: str) -> set[tuple[str, str]]:
    """Every state and lane that can come after."""
    found: set[tuple[str, str]] = set()
    waiting = [(state, lane)]
    while waiting:
        here, how = waiting.pop()
        if here in CLOSED:
            continue
        for step in steps():
            if here in step.sources and how in step.lanes:
                then = (step.target.value, after(step, how))
                if then not in found:
                    found.add(then)
                    waiting.append(then)
    return found


@pytest.mark.parametrize("step", [step for step in steps() if step.counts])
def test_nothing_can_count_twice(step: Step) -> None:
    """After a counted step no step that counts for the same stage can be reached, by any way round."""
    for lane in step.lanes:
        again = [
            other
            for other in steps()
            if other.counts is step.counts
            for state, how in reached(step.target.value, after(step, lane))
            if state in other.sources and how in other.lanes
        ]
        assert again == []


def walks() -> st.SearchStrategy[list[tuple[str, Doer]]]:
    names = sorted({step.name for step in steps()})
    return st.lists(st.tuples(st.sampled_from(names), st.sampled_from(Doer)), max_size=60)


@given(st.sampled_from(sorted(LANES)), walks(), st.lists(st.integers(0, 99), max_size=40))
def test_random_steps_never_leave_the_table(lane: str, tried: list[tuple[str, Doer]], chosen: list[int]) -> None:
    """Anybody may try anything: allowed steps are mixed in, so that walks get far."""
    state, counted, closed_at = NEW, [], None
    for name, doer in mixed(lane, tried, chosen):
        before = state
        try:
            step = next_step(state, lane, name, doer)
        except errors.StepRefused:
            assert state == before
            continue
        assert closed_at is None, "a closed state stays closed"
        assert before in step.sources and lane in step.lanes and doer in step.by
        state, lane = step.target.value, after(step, lane)
        counted += [step.counts] if step.counts else []
        closed_at = state if state in CLOSED else None
    assert len(counted) == len(set(counted)), "a stage is counted once"
    assert (Stage.ISSUED in counted) == (state == State.ISSUED)
    assert (Stage.RECEIVED in counted) == (state not in (NEW, State.REFERRED) and not left_early(counted, state))


def left_early(counted: list[Stage], state: str) -> bool:
    """Whether somebody was referred and never came."""
    return not counted and state in CLOSED


def mixed(lane: str, tried: list[tuple[str, Doer]], chosen: list[int]) -> Iterator[tuple[str, Doer]]:
    """The tries, and between them steps that the table allows at that point."""
    state = NEW
    steps_tried = list(tried)
    for number in chosen:
        allowed = [(step, doer) for doer in Doer for step in open_steps(state, lane, doer)]
        if state in CLOSED or not allowed:
            break
        step, doer = allowed[number % len(allowed)]
        yield step.name, doer
        state, lane = step.target.value, after(step, lane)
        # A try that is refused changes nothing, so what follows is still allowed.
        if steps_tried and not is_allowed(state, lane, steps_tried[0]):
            yield steps_tried.pop(0)
    yield from steps_tried


def is_allowed(state: str, lane: str, tried: tuple[str, Doer]) -> bool:
    try:
        next_step(state, lane, *tried)
    except errors.StepRefused:
        return False
    return True
