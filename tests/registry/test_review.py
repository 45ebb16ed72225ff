"""A reviewer decides: whom a held row means, whether two people are one, whether a link is sound."""

import pytest

from onshi import registry
from onshi.kernel import Moment, PersonId
from onshi.registry import CardKey, UnknownHeldRow, UnknownPerson

from .world import CITY, OTHER, SOCIETY, World, row


def mislinked(world: World) -> dict[str, str]:
    """A row with Hanako's code and somebody else's name, birth date and number."""
    code = world.codes(world.load([row()], "first"))[0]
    return row(kind="change", link_code=code, number="777", name="例　太郎", birth_on="1990-02-02", branch="05")


def test_a_held_row_answers_under_review_until_somebody_decides(world: World) -> None:
    world.load([mislinked(world)])
    (held,) = world.held()
    (person,) = world.people()
    assert (held.reason, held.candidate, held.blocks, held.differences) == (
        "identity-differs",
        person,
        True,
        ("name", "birth_on"),
    )
    then = world.moment
    assert (world.kind(number="777", birth="1990-02-02"), world.kind()) == ("under_review", "in_force")
    world.decide(held, accept=False)
    assert world.kind(number="777", birth="1990-02-02") == "not_registered"
    assert world.kind(number="777", birth="1990-02-02", known_at=then) == "under_review"


def test_the_same_held_row_waits_once(world: World) -> None:
    sent = mislinked(world)
    for _ in range(2):
        loaded = world.load([sent, sent, row(kind="change", holder_name=f"見本　{len(world.held())}")])
        assert world.findings(loaded) == [(1, "identity-differs"), (2, "duplicate-row")]
    assert len(world.held()) == 1
    assert len([one for one in world.dump("keys")["keys"] if one[1] == 0]) == 1


def test_accepted_the_candidates_facts_follow_the_row(world: World) -> None:
    world.load([mislinked(world)])
    (person,) = world.people()
    then = world.moment
    world.decide(world.held()[0], accept=True)
    assert world.held() == []
    found = world.run(registry.person_of, person)
    assert (found.name, found.birth_on.isoformat()) == ("例　太郎", "1990-02-02")
    assert (world.kind(), world.kind(number="777")) == ("not_registered", "not_registered")
    assert world.kind(number="777", birth="1990-02-02") == "in_force"
    assert (world.kind(known_at=then), world.kind(number="777", birth="1990-02-02", known_at=then)) == (
        "in_force",
        "under_review",
    )


def test_rejected_with_a_link_code_the_row_goes_and_the_link_stays(world: World) -> None:
    world.load([mislinked(world)])
    (person,) = world.people()
    before = (world.dump("people", "coverages", "links"), world.code_of(person))
    world.decide(world.held()[0], accept=False)
    assert (world.dump("people", "coverages", "links"), world.code_of(person)) == before


@pytest.mark.parametrize("insurer", [SOCIETY, OTHER])
def test_a_near_match_rejected_is_a_new_person(world: World, insurer: str) -> None:
    world.load([row()], "first")
    near = row(insurer_number=insurer, number="888", name_kana="ケンポン　ハナコ")
    world.load([near], insurer=insurer)
    (held,) = world.held()
    assert (held.reason, held.differences) == ("near-match", ("kana",))
    assert world.kind(number="888", insurer=insurer) == "under_review"
    world.decide(world.held()[0], accept=False)
    assert (len(world.people()), world.kind(number="888", insurer=insurer)) == (2, "in_force")
    again = world.load([near | {"holder_name": ""}], insurer=insurer)
    assert (again.feed.counts["unchanged"], world.held()) == (1, [])


def test_a_near_match_accepted_joins_and_corrects(world: World) -> None:
    world.load([row()], "first")
    near = row(insurer_number=OTHER, number="888", birth_on="1985-04-11")
    world.load([near], insurer=OTHER)
    world.decide(world.held()[0], accept=True)
    (person,) = world.people()
    assert world.run(registry.person_of, person).birth_on.isoformat() == "1985-04-11"
    assert world.kind(number="888", birth="1985-04-11", insurer=OTHER) == "in_force"
    # The other insurer's number is found with the corrected birth date too.
    assert (world.kind(birth="1985-04-11"), world.kind()) == ("in_force", "not_registered")
    assert world.code_of(person, OTHER) is not None


def test_several_matches_need_a_name_only_if_another_is_meant(world: World) -> None:
    world.load([row()], "first")
    world.load([row(number="2", name_kana="ケンポン　ハナコ")])
    world.decide(world.held()[0], accept=False)
    one, two = world.people()
    world.load([row(kind="change", number="2")])  # now both agree in all five items
    world.load([row(insurer_number=CITY, number="3")], insurer=CITY)
    (held,) = world.held()
    assert (held.reason, held.candidate) == ("several-match", min(one, two))
    world.decide(held, accept=True, candidate=max(one, two))
    assert [one.insurer for one in world.coverages(max(one, two))] == [SOCIETY, CITY]


def third_twin(world: World) -> None:
    """Two people of one number, and a row that fits neither."""
    world.load([row(name="見本　月子", name_kana="ミホン　ツキコ", branch="01")], "first")
    world.load([row(name="見本　星子", name_kana="ミホン　ホシコ", branch="02")])
    world.load([row(name="見本　雪子", name_kana="ミホン　ユキコ", branch="")])


def test_a_shared_number_has_no_candidate_so_the_reviewer_names_one(world: World) -> None:
    third_twin(world)
    (held,) = world.held()
    assert (held.reason, held.candidate) == ("number-shared", None)
    (star,) = world.people("見本　星子")
    before = world.dump()
    for candidate in (None, PersonId(1)):
        with pytest.raises(UnknownPerson):
            world.decide(held, accept=True, candidate=candidate)
    assert world.dump() == before
    world.decide(held, accept=True, candidate=star)
    assert (world.people("見本　星子"), world.people("見本　雪子")) == ([], [star])


def test_a_shared_number_rejected_is_one_more_person(world: World) -> None:
    third_twin(world)
    world.decide(world.held()[0], accept=False)
    assert [len(world.people(name)) for name in ("見本　月子", "見本　星子", "見本　雪子")] == [1, 1, 1]
    assert world.kind() == "more_than_one"


def test_nobody_decides_twice(world: World) -> None:
    world.load([mislinked(world)])
    (held,) = world.held()
    world.decide(held, accept=False)
    for accept in (True, False):
        with pytest.raises(UnknownHeldRow):
            world.decide(held, accept=accept)
    with pytest.raises(UnknownHeldRow):
        world.run(registry.held_row, held.id)


def test_what_an_accepted_row_cannot_do_is_told(world: World) -> None:
    world.load([row()], "first")
    sent = world.load([row(kind="change", insurer_number=OTHER, number="888", birth_on="1985-04-11")], insurer=OTHER)
    world.decide(world.held()[0], accept=True)
    assert world.findings(sent) == [(1, "near-match"), (1, "nothing-to-change")]


# ── people who may be one ───────────────────────────────────────────────────────────────────────────────────────────


def moved(world: World) -> tuple[PersonId, PersonId]:
    """Hanako, and Hanako who lives elsewhere and is insured elsewhere."""
    world.load([row()], "first")
    loaded = world.load([row(insurer_number=OTHER, number="888", address="大阪府大阪市遠町９")], insurer=OTHER)
    assert world.findings(loaded) == [(1, "same-but-address"), (1, "joined-without-address")][:1]
    (held,) = world.held()
    assert (held.blocks, held.differences) == (False, ("address",))
    assert held.candidate is not None
    (other,) = [one for one in world.people() if one != held.candidate]
    return held.candidate, other


def test_a_question_does_not_hold_anything_up(world: World) -> None:
    moved(world)
    assert (world.kind(), world.kind(number="888", insurer=OTHER)) == ("in_force", "in_force")


def test_two_people_who_are_two_stay_two(world: World) -> None:
    one, two = moved(world)
    before = world.dump("people", "coverages", "keys", "links")
    world.decide(world.held()[0], accept=False)
    assert world.dump("people", "coverages", "keys", "links") == before
    assert sorted(world.people()) == sorted([one, two])


def test_two_people_who_are_one_become_one(world: World) -> None:
    one, two = moved(world)
    # Meanwhile a third insurer has joined the second of them, whose card is known too.
    world.load([row(insurer_number=CITY, number="5", address="大阪府大阪市遠町９")], insurer=CITY)
    card = CardKey("jp-test-ca", "0A12")
    world.run(registry.put_card, card, two, at=world.now())
    then = world.moment
    code = world.code_of(two, OTHER)
    world.decide(world.held()[0], accept=True)
    assert world.people() == [one]
    assert sorted(each.insurer for each in world.coverages(one)) == sorted([SOCIETY, OTHER, CITY])
    assert (world.coverages(two), world.code_of(two, OTHER), world.code_of(one, OTHER)) == ([], None, code)
    assert world.code_of(one, CITY) is not None
    assert world.run(registry.cards_of, one) == [card]
    assert world.kind(number="888", insurer=OTHER) == "in_force"
    (found,) = world.run(registry.find_by_card, [card])
    (earlier,) = world.run(registry.find_by_card, [card], known_at=then)
    assert (found.sightings[0].person.id, earlier.sightings[0].person.id) == (one, two)
    # Then: two people, each with its own coverages.
    assert [len(world.coverages(who, then)) for who in (one, two)] == [1, 2]
    assert world.ask(number="888", insurer=OTHER, known_at=then).person is not None
    # Their rows keep coming, by the code and without.
    sent = row(kind="change", insurer_number=OTHER, number="888", address="大阪府大阪市遠町９", branch="04")
    for more in ({"link_code": str(code)}, {"branch": "06"}):
        assert world.load([sent | more], insurer=OTHER).feed.counts["changed"] == 1
    assert world.held() == []


def test_other_rows_that_wait_for_one_of_two_wait_for_the_one(world: World) -> None:
    one, two = moved(world)
    code = world.code_of(two, OTHER)
    world.load([row(kind="change", insurer_number=OTHER, number="888", link_code=str(code), sex="1")], insurer=OTHER)
    question = next(held for held in world.held() if not held.blocks)
    world.decide(question, accept=True)
    (left,) = world.held()
    assert left.candidate == one
    world.decide(left, accept=True)
    assert world.run(registry.person_of, one).sex == "1"


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_suspended_link_answers_under_review_until_it_is_resumed(world: World) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    before = world.coverages(person)
    world.run(registry.suspend_link, SOCIETY, person, at=world.now())
    then = world.moment
    assert world.kind() == "under_review"
    assert [link.person for link in world.run(registry.suspended_links, SOCIETY)] == [person]
    assert world.run(registry.suspended_links, OTHER) == []
    world.run(registry.suspend_link, SOCIETY, person, at=world.now())
    world.run(registry.resume_link, SOCIETY, person, at=world.now())
    assert (world.kind(), world.kind(known_at=then)) == ("in_force", "under_review")
    assert (world.coverages(person), world.run(registry.suspended_links)) == (before, [])


def test_a_link_that_is_not_there_cannot_be_suspended(world: World) -> None:
    world.load([row()], "first")
    (person,) = world.people()
    with pytest.raises(UnknownPerson):
        world.run(registry.suspend_link, OTHER, person, at=Moment(1))


@pytest.mark.parametrize("accept", [True, False])
def test_a_row_held_for_a_suspended_link(world: World, accept: bool) -> None:
    code = world.codes(world.load([row()], "first"))[0]
    (person,) = world.people()
    world.run(registry.suspend_link, SOCIETY, person, at=world.now())
    world.load([row(kind="change", link_code=code, branch="05")])
    (held,) = world.held()
    assert (held.reason, held.candidate) == ("link-suspended", person)
    world.decide(held, accept=accept)
    assert world.held() == []
    assert world.kind() == ("in_force" if accept else "under_review")
    assert world.coverages(person)[0].branch == ("05" if accept else "00")
