"""A survey from making to results, on both engines; and who is refused."""

from datetime import date, timedelta

import pytest

from onshi.access import Party
from onshi.db import Tx
from onshi.kernel import OnshiError
from onshi.surveys import Sort, State, SurveyId, errors, service, store
from onshi.surveys.rules import Fault

from . import make


@pytest.fixture(autouse=True)
def parties(tx: Tx) -> None:
    make.register(tx)


def test_from_the_draft_to_the_results(tx: Tx) -> None:
    survey, links = make.sent(tx)
    answer = make.Answering(tx)
    answer(links[make.WORKS.id], 14, make.given("yes", days="3"))
    answer(links[make.WORKS.id], 12, make.given("applied"))
    answer(links[make.WORKS.id], 3, make.given("no", "time"))
    answer(links[make.FISHERY.id], 20, make.given("yes"))
    _, late = service.remind(tx, make.MINISTRY, survey.id, at=make.DURING)
    assert [(one.target.party, one.answers, one.missing) for one in late] == [(make.WORKS.id, 29, 1)]
    assert [one.reminded_on for one in service.addressees_of(tx, survey)] == [None, date(2026, 9, 10)]
    closed = service.close(tx, make.MINISTRY, survey.id, at=make.AFTER)
    assert (closed.state(date(2026, 10, 1)), closed.closed_on) == (State.CLOSED, date(2026, 10, 1))
    found = service.results_of(tx, closed)
    has = found.tables[0]
    assert (has.told["00"].groups, has.told["00"].counts) == ((("yes",), ("applied", "no")), (34, 15))
    # The fishery is told nothing: all of it said the same. With it the works' figure would tell as much.
    assert set(has.told) == {"00", "body"}
    assert {code: (found.answered[code], found.expected[code]) for code in found.answered} == {
        "00": (49, 50),
        "body": (49, 50),
        "body/13": (29, 30),
        "body/27": (20, 20),
        make.WORKS.id: (29, 30),
        make.FISHERY.id: (20, 20),
    }


def test_an_answer_keeps_its_day_and_what_it_says(tx: Tx) -> None:
    _, links = make.sent(tx)
    make.Answering(tx)(links[make.WORKS.id], 1, make.given("no", "worry", since="2026-09-01"))
    (row,) = tx.execute(store.answers.select()).mappings()
    assert dict(row) == {
        "survey_id": 7,
        "party": make.WORKS.id,
        "answer_id": 1_001,
        "answered_on": date(2026, 9, 10),
        "content": '{"has":"no","since":"2026-09-01","why":["worry"]}',
    }
    # Nothing beside it could be joined to it: what marks a form as sent has neither day nor organisation.
    assert [column.name for column in store.marks.columns] == ["survey_id", "mark"]


def test_the_link_is_in_no_table(tx: Tx) -> None:
    _, links = make.sent(tx)
    rows = [str(row).encode() for table in (store.addressees, store.surveys) for row in tx.execute(table.select())]
    assert len(rows) == 3
    assert [token for token in links.values() if any(token.encode() in row for row in rows)] == []
    assert {len(token) for token in links.values()} == {22}


def test_a_form_sent_twice_counts_once(tx: Tx) -> None:
    survey, links = make.sent(tx)
    for number in (1, 2):
        service.answer(tx, links[make.WORKS.id], make.given(), form="one", answer_id=number, at=make.DURING)
    assert [one.answers for one in service.addressees_of(tx, survey)] == [0, 1]
    service.answer(tx, links[make.WORKS.id], make.given(), form="another", answer_id=3, at=make.DURING)
    assert [one.answers for one in service.addressees_of(tx, survey)] == [0, 2]
    service.close(tx, make.MINISTRY, survey.id, at=make.AFTER)
    assert list(tx.execute(store.marks.select())) == []


def test_what_is_wrong_is_told_and_nothing_is_kept(tx: Tx) -> None:
    survey, links = make.sent(tx)
    wrong = service.answer(
        tx,
        links[make.WORKS.id],
        make.given("no", since="someday", days="many"),
        form="one",
        answer_id=1,
        at=make.DURING,
    )
    assert wrong == {"since": Fault.DAY, "days": Fault.NUMBER}
    assert [one.answers for one in service.addressees_of(tx, survey)] == [0, 0]
    # The same form put right is taken.
    assert service.answer(tx, links[make.WORKS.id], make.given("yes"), form="one", answer_id=1, at=make.DURING) == {}
    assert [one.answers for one in service.addressees_of(tx, survey)] == [0, 1]


def test_an_organisation_answers_once_and_may_correct_itself(tx: Tx) -> None:
    survey, links = make.sent(tx, (make.WORKS.id, 9), sort=Sort.ORGANISATIONS, questions=(make.DAYS,))
    answer = make.Answering(tx)
    answer(links[make.WORKS.id], 1, {"days": ["3"]})
    answer(links[make.WORKS.id], 1, {"days": ["5"]}, at=make.LAST)
    (found,) = service.reports_of(tx, survey)
    assert (found.party, found.answered_on, found.content) == (make.WORKS.id, date(2026, 9, 30), {"days": 5})
    (addressee,) = service.addressees_of(tx, survey)
    assert (addressee.target.expected, addressee.answers, addressee.missing) == (1, 1, 0)
    with pytest.raises(errors.NotOfThisSort):
        service.results_of(tx, survey)


def test_a_new_link_ends_the_old_one(tx: Tx) -> None:
    survey, links = make.sent(tx)
    _, new = service.renew_link(tx, make.MINISTRY, survey.id, make.WORKS.id, at=make.DURING)
    assert service.opened(tx, new.token)[1].party == make.WORKS.id
    for token in (links[make.WORKS.id], "", "x" * 22, new.token[:-1]):
        with pytest.raises(errors.UnknownLink):
            service.opened(tx, token)


def test_each_sees_what_is_theirs(tx: Tx) -> None:
    survey, _ = make.sent(tx)
    other, _ = make.sent(tx, (make.FISHERY.id, 5), sender=make.SOCIETY, survey_id=8)
    assert [one.id for one in service.surveys_of(tx, make.MINISTRY)] == [7]
    assert [one.id for one in service.surveys_of(tx, make.SOCIETY)] == [8]
    assert sorted(one.id for one in service.surveys_of(tx, make.OFFICE)) == [7, 8]
    assert service.surveys_of(tx, make.OTHER_MINISTRY) == []
    assert service.survey_of(tx, make.OFFICE, survey.id) == survey
    for reader in (make.OTHER_MINISTRY, make.SOCIETY, make.WORKS):
        with pytest.raises(errors.UnknownSurvey):
            service.survey_of(tx, reader, survey.id)
    assert [one.id for one, _ in service.received(tx, make.WORKS)] == [7]
    assert sorted(one.id for one, _ in service.received(tx, make.FISHERY)) == [7, 8]
    with pytest.raises(errors.UnknownSurvey):
        service.received_one(tx, make.WORKS, other.id)


@pytest.mark.parametrize("reader", [make.OFFICE, make.OTHER_MINISTRY, make.WORKS])
def test_only_the_sender_changes_a_survey(tx: Tx, reader: Party) -> None:
    survey, _ = make.sent(tx)
    for work in (service.remind, service.close):
        with pytest.raises(errors.UnknownSurvey):
            work(tx, reader, survey.id, at=make.DURING)
    with pytest.raises(errors.UnknownSurvey):
        service.send(tx, reader, survey.id, [(make.WORKS.id, 1)], at=make.DURING)
    with pytest.raises(errors.UnknownSurvey):
        service.renew_link(tx, reader, survey.id, make.WORKS.id, at=make.DURING)
    with pytest.raises(errors.UnknownSurvey):
        service.import_answers(tx, reader, survey.id, b"", only=None, draw_many=range, at=make.DURING)


@pytest.mark.parametrize(
    ("sender", "to", "line"),
    [
        (make.TOKYO, [(make.WORKS.id, 1), (make.FISHERY.id, 1)], 2),
        (make.SOCIETY, [(make.CHIYODA.id, 1)], 1),
        (make.MINISTRY, [("body:nobody", 1)], 1),
        (make.MINISTRY, [(make.SHUT.id, 1)], 1),
    ],
)
def test_a_survey_goes_only_where_its_sender_may_ask(
    tx: Tx, sender: Party, to: list[tuple[str, int]], line: int
) -> None:
    with pytest.raises(errors.NotAddressable) as refused:
        make.sent(tx, *to, sender=sender)
    assert refused.value.facts == {"line": line}
    assert list(tx.execute(store.addressees.select())) == []


def test_who_asks_nobody_makes_no_survey(tx: Tx) -> None:
    with pytest.raises(errors.NotAddressable):
        service.make(tx, make.WORKS, make.draft(), survey_id=SurveyId(7), at=make.BEFORE)


def test_nothing_is_done_out_of_its_time(tx: Tx) -> None:
    draft = service.make(tx, make.MINISTRY, make.draft(), survey_id=SurveyId(9), at=make.BEFORE)
    survey, links = make.sent(tx)
    token, day = links[make.WORKS.id], timedelta(days=1) // timedelta(microseconds=1)
    cases: list[tuple[type[OnshiError], object]] = [
        (errors.NotSent, lambda: service.remind(tx, make.MINISTRY, draft.id, at=make.DURING)),
        (errors.NotSent, lambda: service.close(tx, make.MINISTRY, draft.id, at=make.AFTER)),
        (errors.NotOpen, lambda: service.send(tx, make.MINISTRY, draft.id, [(make.WORKS.id, 1)], at=make.AFTER)),
        (errors.AlreadySent, lambda: service.send(tx, make.MINISTRY, survey.id, [(make.WORKS.id, 1)], at=make.DURING)),
        (errors.NotOpen, lambda: service.answer(tx, token, {}, form="", answer_id=1, at=make.BEFORE)),
        (errors.NotOpen, lambda: service.answer(tx, token, {}, form="", answer_id=1, at=make.AFTER)),
        (errors.NotOpen, lambda: service.remind(tx, make.MINISTRY, survey.id, at=make.AFTER)),
        (errors.StillOpen, lambda: service.close(tx, make.MINISTRY, survey.id, at=make.LAST)),
        (errors.StillOpen, lambda: service.results_of(tx, survey)),
        (errors.NotOfThisSort, lambda: service.reports_of(tx, survey)),
        (
            errors.UnknownAddressee,
            lambda: service.renew_link(tx, make.MINISTRY, survey.id, make.CHIYODA.id, at=make.DURING),
        ),
    ]
    for refusal, work in cases:
        with pytest.raises(refusal):
            work()  # type: ignore[operator]
    closed = service.close(tx, make.MINISTRY, survey.id, at=make.Moment(make.LAST + day))
    for again in (service.close, service.remind):
        with pytest.raises(errors.NotSent):
            again(tx, make.MINISTRY, closed.id, at=make.AFTER)


def test_where_an_organisation_is_comes_from_what_is_known_of_it(tx: Tx) -> None:
    survey, _ = make.sent(tx, (make.WORKS.id, 1), (make.SOCIETY.id, 1), (make.OSAKA.id, 1), (make.OTHER_MINISTRY.id, 1))
    found = {one.target.party: one.target.prefecture for one in service.addressees_of(tx, survey)}
    assert found == {
        make.WORKS.id: "13",
        make.SOCIETY.id: "13",
        make.OSAKA.id: "27",
        make.OTHER_MINISTRY.id: None,
    }
