"""What the rows of a feed change, through the whole load, on both engines."""

from datetime import date
from typing import Any

import pytest

from onshi import registry
from onshi.registry import DiseaseCertificate, ElderlyCertificate, LimitCertificate
from onshi.registry.feeds import COLUMNS as FEED_COLUMNS
from onshi.registry.feeds import Column, Mode

from .world import CITY, OTHER, SOCIETY, World, row


def details(**changes: str) -> dict[str, str]:
    """Hanako's row at 72, so that she may have every certificate."""
    return row(birth_on="1954-04-01", acquired_on="2020-04-01", **changes)


def test_new_people_are_found_by_their_number(world: World) -> None:
    loaded = world.load([row()], "first")
    assert {name: loaded.feed.counts.get(name, 0) for name in ("rows", "taken", "new", "errors", "held")} == {
        "rows": 1,
        "taken": 1,
        "new": 1,
        "errors": 0,
        "held": 0,
    }
    assert loaded.feed.state == "done"
    (person,) = world.people()
    assert world.codes(loaded) == [world.code_of(person)]
    assert [world.kind(day) for day in ("2026-10-19", "2026-10-20", "2030-01-01")] == [
        "not_registered",
        "in_force",
        "in_force",
    ]


COLUMNS: list[tuple[dict[str, str], str, Any]] = [
    ({"branch": "01"}, "branch", "01"),
    ({"relation": "2"}, "relation", "2"),
    ({"card_class": "05"}, "card_class", "05"),
    ({"lost_on": "2026-11-01", "loss_reason": "03"}, "lost_on", date(2026, 11, 1)),
    ({"lost_on": "2026-11-01", "loss_reason": "01"}, "loss_reason", "01"),
    ({"undisclosed": "1"}, "undisclosed", True),
    ({"refused": "1"}, "refused", True),
]


@pytest.mark.parametrize("link", [True, False])
def test_a_change_of_a_column_is_a_new_version(world: World, link: bool) -> None:
    first = world.load([row()], "first")
    (person,) = world.people()
    code = {"link_code": world.codes(first)[0]} if link else {}
    for changes, field, value in COLUMNS:
        (before,) = world.coverages(person)
        then = world.moment
        assert world.load([row(kind="change", **code, **changes)]).feed.counts["changed"] == 1
        (after,) = world.coverages(person)
        assert (getattr(after, field), after.id) == (value, before.id)
        assert world.coverages(person, then) == [before]


def test_every_certificate_is_kept(world: World) -> None:
    world.load([details()], "first")
    world.load(
        [
            details(
                kind="change",
                holder_name='見本"一郎',
                card_issued_on="2026-09-01",
                card_valid_from="2026-09-02",
                card_valid_to="2027-09-01",
                elderly_issued_on="2026-08-01",
                elderly_from="2026-08-01",
                elderly_to="2027-07-31",
                elderly_share="020",
                limit_class="01",
                limit_category="B03",
                limit_issued_on="2026-08-02",
                limit_from="2026-08-03",
                limit_to="2027-07-30",
                limit_long_term_on="2026-08-04",
                disease1_category="1",
                disease1_from="2026-01-01",
                disease1_self_pay="10000",
                disease3_category="3",
                disease3_from="2026-02-01",
                disease3_to="2026-12-31",
                disease3_issued_on="2026-01-31",
                disease3_self_pay="20000",
            )
        ]
    )
    (person,) = world.people()
    (coverage,) = world.coverages(person)
    found = coverage.details
    assert (found.card_issued_on, found.card_valid_from, found.card_valid_to) == (
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2027, 9, 1),
    )
    assert found.elderly == ElderlyCertificate(20, date(2026, 8, 1), date(2027, 7, 31), date(2026, 8, 1))
    assert found.limit == LimitCertificate(
        "01", "B03", date(2026, 8, 3), date(2027, 7, 30), date(2026, 8, 2), date(2026, 8, 4)
    )
    assert found.diseases == (
        DiseaseCertificate("1", date(2026, 1, 1), 10000),
        DiseaseCertificate("3", date(2026, 2, 1), 20000, date(2026, 12, 31), date(2026, 1, 31)),
    )


PERSONAL = [
    ({"post_number": "530-0001"}, "post_number", "530-0001"),
    ({"address": "大阪府大阪市見本１"}, "address", "大阪府大阪市見本１"),
    ({"municipality": "271004"}, "municipality", "271004"),
    ({"name_kana": "ケンポン　ハナコ"}, "kana", "ケンポン　ハナコ"),
    ({"name_other": "ハナコ　Ｍ"}, "name_other", "ハナコ　Ｍ"),
    ({"sex_printed": "1"}, "sex_printed", "1"),
    ({"name": "例　花子", "name_before": "見本　花子"}, "name", "例　花子"),
]


def test_what_a_row_says_of_the_person(world: World) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    for changes, field, value in PERSONAL:
        then = world.moment
        before = world.run(registry.person_of, person)
        world.load([row(kind="change", **changes)])
        assert getattr(world.run(registry.person_of, person), field) == value
        assert world.run(registry.person_of, person, known_at=then) == before
    assert world.held() == []


def test_what_a_row_leaves_out_says_nothing(world: World) -> None:
    world.load([row(name_other="ハナコ　Ｍ")], "first")
    (person,) = world.people()
    before = world.run(registry.person_of, person)
    loaded = world.load([row(kind="change", name_other="", post_number="", address="", municipality="", branch="01")])
    assert (loaded.feed.counts["changed"], world.run(registry.person_of, person)) == (1, before)


def test_a_new_name_without_the_former_one_is_held(world: World) -> None:
    world.load([row()], "first")
    loaded = world.load([row(kind="change", name="例　花子")])
    assert world.findings(loaded) == [(1, "identity-differs")]
    (held,) = world.held()
    assert (held.reason, held.differences, held.blocks) == ("identity-differs", ("name",), True)
    assert len(world.people("例　花子")) == 0


def test_a_new_number_replaces_the_old_one(world: World) -> None:
    first = world.load([row()], "first")
    then = world.moment
    world.load([row(kind="change", link_code=world.codes(first)[0], number="999")])
    assert (world.kind(), world.kind(number="999")) == ("not_registered", "in_force")
    assert (world.kind(known_at=then), world.kind(number="999", known_at=then)) == ("in_force", "not_registered")


def test_loss_corrected_and_reopened(world: World) -> None:
    world.load([row()], "first")
    loss = row(kind="loss", lost_on="2026-10-30", loss_reason="03")
    assert world.load([loss]).feed.counts["lost"] == 1
    assert [world.kind(day) for day in ("2026-10-29", "2026-10-30")] == ["in_force", "lost"]
    then = world.moment
    world.load([loss | {"lost_on": "2026-10-28"}])
    assert [world.kind(day) for day in ("2026-10-27", "2026-10-29")] == ["in_force", "lost"]
    world.load([row(kind="change")])
    assert world.kind("2027-01-01") == "in_force"
    assert [world.kind(day, known_at=then) for day in ("2026-10-29", "2026-10-30")] == ["in_force", "lost"]
    assert world.load([row(kind="change"), row(kind="new")]).feed.counts.get("unchanged") == 2


def test_a_loss_says_nothing_but_the_loss(world: World) -> None:
    world.load([row(undisclosed="1", holder_name="見本　一郎")], "first")
    (person,) = world.people()
    (before,) = world.coverages(person)
    world.load([row(kind="loss", branch="09", relation="2", address="遠町", lost_on="2026-10-30", loss_reason="03")])
    (after,) = world.coverages(person)
    assert (after.branch, after.relation, after.undisclosed, after.details) == (
        before.branch,
        before.relation,
        True,
        before.details,
    )
    assert world.run(registry.person_of, person).address == row()["address"]


def test_a_loss_with_other_days_means_the_number(world: World) -> None:
    world.load([row()], "first")
    world.load([row(kind="loss", acquired_on="2026-10-01", lost_on="2026-10-30", loss_reason="03")])
    assert [world.kind(day) for day in ("2026-10-29", "2026-10-30")] == ["in_force", "lost"]


def test_a_late_loss_is_not_about_the_coverage_that_came_after(world: World) -> None:
    world.load([row(acquired_on="2024-04-01", lost_on="2025-04-01", loss_reason="03")], "first")
    world.load([row()])
    loaded = world.load([row(kind="loss", acquired_on="2023-01-01", lost_on="2025-03-01", loss_reason="03")])
    assert loaded.feed.counts.get("lost") == 1
    assert [world.kind(day) for day in ("2025-02-28", "2025-03-01", "2026-11-02")] == ["in_force", "lost", "in_force"]
    early = world.load([row(kind="loss", acquired_on="2020-01-01", lost_on="2021-01-01", loss_reason="03")])
    assert world.findings(early) == [(1, "nothing-to-lose")]


def test_cancelled_once_and_again(world: World) -> None:
    world.load([row()], "first")
    then = world.moment
    assert world.load([row(kind="cancel")]).feed.counts["cancelled"] == 1
    assert (world.kind(), world.kind(known_at=then)) == ("not_registered", "in_force")
    again = world.load([row(kind="cancel", branch="01")])
    assert world.findings(again) == [(1, "nothing-to-cancel")]
    assert (again.feed.counts.get("errors", 0), again.feed.counts.get("unchanged")) == (0, 1)


def test_a_cancellation_sent_again_takes_nothing_else_away(world: World) -> None:
    first = world.load([row(acquired_on="2024-04-01", lost_on="2025-04-01", loss_reason="03")], "first")
    code = world.codes(first)[0]
    world.load([row(link_code=code)])
    for number in ("345", "999"):
        world.load([row(kind="cancel", link_code=code, number=number, address="")])
    assert [world.kind(day) for day in ("2024-05-01", "2026-11-02")] == ["in_force", "lost"]


def test_a_cancelled_coverage_can_come_back(world: World) -> None:
    world.load([row()], "first")
    world.load([row(kind="cancel")])
    world.load([row(kind="new", branch="01")])
    assert len(world.people()) == 1
    assert world.kind() == "in_force"


@pytest.mark.parametrize("is_known_elsewhere", [True, False])
def test_rows_about_nobody_here_write_nothing(world: World, is_known_elsewhere: bool) -> None:
    if is_known_elsewhere:
        world.load([row()], "first")
    tables = ("people", "coverages", "keys", "links", "held")
    before = world.dump(*tables)
    said = row(insurer_number=OTHER, name_other="ハナコ", post_number="999-9999")
    loss = {"lost_on": "2026-10-30", "loss_reason": "03"}
    for kind, errors, more in (("change", 1, {}), ("loss", 1, loss), ("cancel", 0, {})):
        loaded = world.load([said | {"kind": kind} | more], insurer=OTHER)
        code = f"nothing-to-{'lose' if kind == 'loss' else kind}"
        assert (world.findings(loaded), loaded.feed.counts.get("errors", 0)) == ([(1, code)], errors)
        assert loaded.links.is_empty()
        assert world.dump(*tables) == before


def test_rows_of_one_coverage_are_taken_in_their_order(world: World) -> None:
    loss = row(kind="loss", lost_on="2026-10-30", loss_reason="03")
    loaded = world.load([row(), row(kind="change", branch="05"), loss, row(kind="change", branch="07")])
    assert (loaded.feed.counts["new"], loaded.feed.counts["changed"], loaded.feed.counts["lost"]) == (1, 2, 1)
    (person,) = world.people()
    (coverage,) = world.coverages(person)
    assert (coverage.branch, coverage.lost_on) == ("07", None)


def test_rows_about_one_person_by_code_and_by_number(world: World) -> None:
    code = world.codes(world.load([row()], "first"))[0]
    loaded = world.load(
        [
            row(kind="change", branch="05"),
            row(kind="change", branch="06", link_code=code),
            row(kind="change", branch="07"),
        ]
    )
    assert loaded.feed.counts["changed"] == 3
    (person,) = world.people()
    (coverage,) = world.coverages(person)
    assert coverage.branch == "07"


@pytest.mark.parametrize("part_rows", [1, 2, 100])
@pytest.mark.parametrize("address", ["東京都千代田区見本町１－１", ""])
def test_two_coverages_of_a_newcomer_are_one_person(world: World, part_rows: int, address: str) -> None:
    past = row(number="111", acquired_on="2024-04-01", lost_on="2025-04-01", loss_reason="03", address=address)
    loaded = world.load([past, row(address=address)], "first", part_rows=part_rows)
    (person,) = world.people()
    assert [one.number for one in world.coverages(person)] == ["111", "345"]
    assert world.codes(loaded) == [world.code_of(person)] * 2
    assert world.findings(loaded) == ([] if address else [(2, "joined-without-address")])


@pytest.mark.parametrize("part_rows", [1, 100])
def test_a_newcomer_nearly_like_another_of_the_same_file_is_held(world: World, part_rows: int) -> None:
    loaded = world.load([row(), row(number="999", birth_on="1985-04-11")], "first", part_rows=part_rows)
    assert world.findings(loaded) == [(2, "near-match")]
    assert world.kind(number="999", birth="1985-04-11") == "under_review"


@pytest.mark.parametrize("part_rows", [1, 100])
@pytest.mark.parametrize(("branches", "held"), [(("01", "02"), 0), (("", ""), 1)])
def test_twins_are_told_apart_by_their_branch(
    world: World, part_rows: int, branches: tuple[str, str], held: int
) -> None:
    twins = [
        row(name="見本　月子", name_kana="ミホン　ツキコ", branch=branches[0]),
        row(name="見本　星子", name_kana="ミホン　ホシコ", branch=branches[1]),
    ]
    world.load(twins, "first", part_rows=part_rows)
    assert len(world.held()) == held
    for one in world.held():
        world.decide(one, accept=False)
    assert len(world.people("見本　月子")) == len(world.people("見本　星子")) == 1
    assert world.kind() == "more_than_one"
    if not held:
        assert world.kind(branch="02") == "in_force"
    again = world.load([one | {"kind": "change", "address": "遠町"} for one in twins])
    assert (world.findings(again), again.feed.counts["unchanged"]) == ([], 2)


def test_a_name_changed_on_the_way_to_another_insurer_still_finds_the_person(world: World) -> None:
    world.load([row()], "first")
    married = row(insurer_number=CITY, number="77", name="例　花子", name_kana="レイ　ハナコ", name_before="見本　花子")
    world.load([married], insurer=CITY)
    (person,) = world.people("例　花子")
    assert [one.insurer for one in world.coverages(person)] == [SOCIETY, CITY]


def test_a_suspended_link_cannot_be_gone_round(world: World) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    world.run(registry.suspend_link, SOCIETY, person, at=world.now())
    loaded = world.load([row(kind="change", number="999"), row(kind="change", branch="05")])
    assert world.findings(loaded) == [(1, "link-suspended"), (2, "link-suspended")]
    assert world.kind() == "under_review"


def test_protection_flags_come_and_go_with_the_rows(world: World) -> None:
    world.load([row()], "first")
    on = world.load([row(kind="change", undisclosed="1", refused="1")])
    answer = world.ask()
    assert answer.person is not None
    assert (world.findings(on), answer.person.address) == ([], None)
    off = world.load([row(kind="change", undisclosed="", refused="1")])
    answer = world.ask()
    assert answer.person is not None
    assert world.findings(off) == [(1, "protection-removed")]
    assert answer.person.address == row()["address"]
    assert flags(world) == (False, True)


def flags(world: World) -> tuple[bool, bool]:
    """不開示該当 and 自己情報提供不可 as they stand."""
    (person,) = world.people()
    (coverage,) = world.coverages(person)
    return coverage.undisclosed, coverage.refused


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, (True, True)),
        ({"undisclosed": ""}, (False, True)),
        ({"refused": ""}, (True, False)),
        ({"refused": "0"}, (True, False)),
        ({"undisclosed": "", "refused": ""}, (False, False)),
        ({"undisclosed": "1", "refused": "1"}, (True, True)),
    ],
)
@pytest.mark.parametrize("mode", ["daily", "snapshot"])
def test_a_column_left_out_leaves_the_flags_and_an_empty_cell_takes_them_away(
    world: World, mode: Mode, sent: dict[str, str], kept: tuple[bool, bool]
) -> None:
    world.load([row(undisclosed="1", refused="1")], "first")
    # Something else changes too, so that the row is written either way.
    loaded = world.load([row(kind="change" if mode == "daily" else "new", branch="07", **sent)], mode)
    assert flags(world) == kept
    assert world.findings(loaded) == ([] if kept == (True, True) else [(1, "protection-removed")])


def test_a_column_left_out_sets_no_flag_either(world: World) -> None:
    world.load([row()], "first")
    world.load([row(kind="change", undisclosed="", refused="", branch="07")])
    assert flags(world) == (False, False)


def test_a_held_row_without_the_columns_leaves_the_flags_when_it_is_accepted(world: World) -> None:
    code = world.codes(world.load([row(undisclosed="1", refused="1")], "first"))[0]
    world.load([row(kind="change", link_code=code, name="例　花子")])
    (held,) = world.held()
    world.decide(held, accept=True)
    assert [len(world.people(name)) for name in ("見本　花子", "例　花子")] == [0, 1]
    (person,) = world.people("例　花子")
    (coverage,) = world.coverages(person)
    assert (coverage.undisclosed, coverage.refused) == (True, True)


# A link code is ours, and only ours is known.
@pytest.mark.parametrize(
    "column",
    [one for one in FEED_COLUMNS if one.form == "text" and one.key != "link_code"],
    ids=lambda one: one.key,
)
def test_texts_are_kept_up_to_the_length_their_column_allows(world: World, column: Column) -> None:
    """The database must not be narrower than the check of the file: the whole part would be lost with it."""
    longest = "裏" * column.max_length
    loaded = world.load([row(**{column.key: longest})], "first")
    assert (loaded.feed.counts["taken"], world.findings(loaded)) == (1, [])
