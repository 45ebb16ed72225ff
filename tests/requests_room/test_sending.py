"""Requests on their way, on both engines: sent, acknowledged, passed on, corrected; who sees what; what is refused."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event

from onshi import requests
from onshi.audit import Action
from onshi.db import Database, Tx
from onshi.kernel import OnshiError, PersonalNumberTyped
from onshi.requests import Material, Relation, Request, passing, sending
from onshi.requests import errors as refused
from onshi.requests.model import MaterialId, RequestId, What

from .make import (
    AT,
    BODY,
    CHIYODA,
    CHUO,
    DUE,
    FUND,
    ISSUED,
    LOCAL,
    MINISTRY,
    OSAKA,
    OTHER_MINISTRY,
    SINCE,
    TODAY,
    TOKYO,
    csv,
    day,
    register,
    request,
)

SCHOOLS = {"tree": "schools", "depth": 2}


def send(tx: Tx, **changes: Any) -> Request:
    return sending.send(tx, request(**changes), at=AT)


def acknowledge(tx: Tx, sent: Request, party: str, on: str = "01-10", **more: Any) -> None:
    passing.acknowledge(tx, sent.id, party, on=day(on), at=AT, **more)


def pass_on(tx: Tx, sent: Request, party: str, given: dict[str, int], on: str = "01-15", **more: Any) -> None:
    passing.pass_on(tx, sent.id, party, given, on=day(on), at=AT, **more)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the database until left."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


def levels(tx: Tx, sent: Request, party: str = MINISTRY, on: date = TODAY) -> list[tuple[int, int, int]]:
    found = passing.see(tx, sent.id, party, on=on).levels
    return [(one.reached, one.acknowledged, one.late) for one in found]


def test_a_request_runs_down_to_a_town(room: Tx) -> None:
    sent = send(room)
    assert levels(room, sent) == [(47, 0, 47), (0, 0, 0)]
    assert levels(room, sent, on=DUE) == [(47, 0, 0), (0, 0, 0)]
    acknowledge(room, sent, TOKYO)
    pass_on(room, sent, TOKYO, {CHIYODA: 1, CHUO: 1})
    acknowledge(room, sent, CHIYODA, "01-16")
    assert levels(room, sent) == [(47, 1, 46), (2, 1, 1)]
    assert levels(room, sent, TOKYO) == [(2, 1, 1)]
    assert levels(room, sent, CHIYODA) == []
    assert [one.request for one in passing.inbox(room, CHIYODA, on=TODAY)] == [sent]
    assert passing.inbox(room, "municipality:131032", on=TODAY) == []


def test_a_whole_country_is_reached_by_every_prefecture(room: Tx) -> None:
    sent = send(room)
    tree = sending.tree_at(room, LOCAL, SINCE)
    for prefecture in requests.trees.children(tree, ""):
        acknowledge(room, sent, prefecture.key)
        towns = {one.key: 1 for one in requests.trees.children(tree, prefecture.key)}
        pass_on(room, sent, prefecture.key, towns)
    assert levels(room, sent) == [(47, 47, 0), (1741, 0, 1741)]


def test_a_board_that_is_only_counted_is_reported_on_from_above(room: Tx) -> None:
    sent = send(room, **SCHOOLS)
    assert levels(room, sent) == [(1700, 0, 1700), (0, 0, 0)]
    acknowledge(room, sent, MINISTRY, node="group:boards", number=1650)
    pass_on(room, sent, MINISTRY, {"group:schools": 30_000}, parent="group:boards")
    pass_on(room, sent, MINISTRY, {"group:schools": 37_500}, "01-20", parent="group:boards")
    acknowledge(room, sent, MINISTRY, "01-25", node="group:schools", number=36_000)
    assert levels(room, sent) == [(1700, 1650, 50), (37_500, 36_000, 1_500)]
    assert [one.unknown for one in passing.see(room, sent.id, MINISTRY, on=TODAY).levels] == [0, 500]


def test_the_ministry_notes_what_a_prefecture_said_on_paper_and_the_prefecture_for_its_town(room: Tx) -> None:
    sent = send(room)
    acknowledge(room, sent, MINISTRY, node=TOKYO)
    pass_on(room, sent, TOKYO, {CHIYODA: 1})
    acknowledge(room, sent, TOKYO, "01-20", node=CHIYODA)
    reports = [one for one in requests.passing.see(room, sent.id, MINISTRY, on=TODAY).below if one.acknowledged]
    assert [one.node.key for one in reports] == [TOKYO, CHIYODA]


def test_a_prefecture_sends_to_its_own_towns(room: Tx) -> None:
    sent = send(room, sender=TOKYO, depth=1)
    assert [one.reached for one in passing.see(room, sent.id, TOKYO, on=TODAY).levels] == [62]
    with pytest.raises(refused.DepthRefused):
        send(room, sender=TOKYO, depth=2)


def test_the_late_are_reminded_and_it_is_kept(room: Tx) -> None:
    sent = send(room)
    acknowledge(room, sent, TOKYO)
    pass_on(room, sent, TOKYO, {CHIYODA: 1})
    late = [one.node.key for one in passing.see(room, sent.id, MINISTRY, on=TODAY).late]
    assert (len(late), TOKYO in late, CHIYODA in late) == (47, False, True)
    assert len(passing.remind(room, sent.id, MINISTRY, late, at=AT)) == 47
    passing.remind(room, sent.id, TOKYO, [CHIYODA], at=AT)
    (own,) = [one.own for one in passing.inbox(room, CHIYODA, on=TODAY)]
    assert own == passing.see(room, sent.id, CHIYODA, on=TODAY).own
    assert (own.reminded, own.reminded_on) == (2, TODAY)


def test_an_inbox_asks_the_database_no_more_often_for_more_requests(room: Tx) -> None:
    asked = []
    for _ in range(3):
        sent = send(room)
        acknowledge(room, sent, TOKYO)
        pass_on(room, sent, TOKYO, {CHIYODA: 1})
        with counted() as statements:
            found = passing.inbox(room, CHIYODA, on=TODAY)
        asked.append((len(found), len(statements)))
    assert asked == [(1, 3), (2, 3), (3, 3)]
    assert passing.inbox(room, CHIYODA, on=day("01-14")) == []


def test_a_correction_stands_beside_the_earlier_request(room: Tx) -> None:
    first = send(room, number="府番第１号")
    second = send(room, number="府番第2号", earlier=first.id, relation=Relation.CORRECTS)
    third = send(room, number="府番第3号", earlier=second.id, relation=Relation.WITHDRAWS)
    found = {one.id: one.over_by for one in sending.sent_by(room, MINISTRY)}
    assert found == {first.id: second.id, second.id: third.id, third.id: None}
    with pytest.raises(refused.RequestOver):
        acknowledge(room, first, TOKYO)
    with pytest.raises(refused.RequestOver):
        send(room, earlier=first.id, relation=Relation.WITHDRAWS)
    assert levels(room, first) == [(47, 0, 47), (0, 0, 0)]


def test_a_correction_cannot_be_about_somebody_elses_request(room: Tx) -> None:
    first = send(room)
    with pytest.raises(refused.UnknownRequest):
        send(room, sender=OTHER_MINISTRY, earlier=first.id, relation=Relation.WITHDRAWS)
    with pytest.raises(refused.UnknownRequest):
        send(room, earlier=RequestId(9), relation=Relation.WITHDRAWS)


@pytest.mark.parametrize(
    ("sender", "number", "issued", "is_taken"),
    [
        (MINISTRY, "府番第１２号", "2020-02-01", True),  # width does not count
        (MINISTRY, "府番第12号", "2019-04-01", True),  # the first day of the same fiscal year
        (MINISTRY, "府番第12号", "2019-03-31", False),
        (MINISTRY, "府番第13号", "2020-02-01", False),
        (OTHER_MINISTRY, "府番第12号", "2020-02-01", False),
    ],
)
def test_a_number_is_given_once_by_a_sender_in_a_fiscal_year(
    room: Tx, sender: str, number: str, issued: str, is_taken: bool
) -> None:
    send(room, number="府番第12号")
    again = {"sender": sender, "number": number, "issued_on": date.fromisoformat(issued), "due_on": None}
    if not is_taken:
        assert send(room, **again).number == number
        return
    with pytest.raises(refused.NumberTaken) as found:
        send(room, **again)
    assert found.value.facts == {"year": 2019}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"tree": "no-such"}, refused.UnknownTree),
        ({"tree_since": date(2019, 9, 4)}, refused.UnknownTree),
        ({"sender": FUND}, refused.UnknownTree),
        ({"depth": 3}, refused.DepthRefused),
        ({"number": " "}, refused.RequestMalformed),
        ({"number": "号" * 41}, refused.RequestMalformed),
        ({"subject_ja": ""}, refused.RequestMalformed),
        ({"subject_ja": "見本さん（1234 5678 9012）の件"}, PersonalNumberTyped),
        ({"number": "府番第123456789012号"}, PersonalNumberTyped),
        ({"subject_en": "x" * 201}, refused.RequestMalformed),
        ({"relation": Relation.CORRECTS}, refused.RequestMalformed),
        ({"attachments": tuple(MaterialId(one) for one in range(21))}, refused.RequestMalformed),
        ({"attachments": (MaterialId(4711),)}, refused.UnknownMaterial),
        ({"issued_on": day("02-11")}, refused.TooEarly),
        ({"due_on": day("01-05")}, refused.DueBeforeIssue),
    ],
)
def test_what_is_not_sent(room: Tx, changes: dict[str, Any], error: type[OnshiError]) -> None:
    with pytest.raises(error):
        send(room, **changes)
    assert sending.sent_by(room, MINISTRY) == []


Act = Callable[[Tx, Request], None]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda tx, sent: acknowledge(tx, sent, OTHER_MINISTRY), refused.UnknownRequest),
        (lambda tx, sent: acknowledge(tx, sent, BODY), refused.UnknownRequest),
        (lambda tx, sent: acknowledge(tx, sent, CHIYODA), refused.UnknownRequest),  # not passed on to it yet
        (lambda tx, sent: acknowledge(tx, sent, MINISTRY, node=CHIYODA), refused.NotItsVoice),
        (lambda tx, sent: acknowledge(tx, sent, TOKYO, node=CHIYODA), refused.NotReached),
        (lambda tx, sent: acknowledge(tx, sent, TOKYO, node=OSAKA), refused.NotItsVoice),
        (lambda tx, sent: acknowledge(tx, sent, TOKYO, node="body:nobody"), refused.NotItsChild),
        (lambda tx, sent: acknowledge(tx, sent, MINISTRY), refused.NotItsChild),  # a sender has nothing to acknowledge
        (lambda tx, sent: acknowledge(tx, sent, OSAKA, "01-05"), refused.TooEarly),  # the day before it was issued
        (lambda tx, sent: acknowledge(tx, sent, OSAKA, "02-11"), refused.TooEarly),  # tomorrow
        (lambda tx, sent: acknowledge(tx, sent, OSAKA, number=2), refused.CountRefused),
        (lambda tx, sent: acknowledge(tx, sent, TOKYO), refused.AlreadyAcknowledged),
        (lambda tx, sent: pass_on(tx, sent, OSAKA, {"municipality:271004": 1}), refused.NotAcknowledged),
        (lambda tx, sent: pass_on(tx, sent, TOKYO, {"municipality:271004": 1}), refused.NotItsChild),
        (lambda tx, sent: pass_on(tx, sent, TOKYO, {OSAKA: 1}), refused.NotItsChild),
        (lambda tx, sent: pass_on(tx, sent, TOKYO, {}), refused.NotItsChild),
        (lambda tx, sent: pass_on(tx, sent, TOKYO, {CHIYODA: 2}), refused.CountRefused),
        (lambda tx, sent: pass_on(tx, sent, TOKYO, {CHIYODA: 1}, "01-09"), refused.TooEarly),
        (lambda tx, sent: pass_on(tx, sent, TOKYO, {CHUO: 1}, parent=OSAKA), refused.NotItsVoice),
        (lambda tx, sent: pass_on(tx, sent, TOKYO, {OSAKA: 1}, parent=""), refused.UnknownRequest),
        (lambda tx, sent: pass_on(tx, sent, MINISTRY, {OSAKA: 1}), refused.AlreadyReached),
        (lambda tx, sent: passing.remind(tx, sent.id, MINISTRY, [TOKYO], at=AT), refused.NotLate),
        (lambda tx, sent: passing.remind(tx, sent.id, MINISTRY, [], at=AT), refused.NotLate),
        (lambda tx, sent: passing.remind(tx, sent.id, TOKYO, [OSAKA], at=AT), refused.NotItsVoice),
        (lambda tx, sent: passing.remind(tx, sent.id, OTHER_MINISTRY, [OSAKA], at=AT), refused.UnknownRequest),
    ],
)
def test_illegal_steps_have_a_name_and_change_nothing(room: Tx, act: Act, error: type[OnshiError]) -> None:
    sent = send(room)
    acknowledge(room, sent, TOKYO)
    before = levels(room, sent)
    with pytest.raises(error):
        act(room, sent)
    assert levels(room, sent) == before == [(47, 1, 46), (0, 0, 0)]


def test_a_request_that_goes_one_level_is_not_passed_further(room: Tx) -> None:
    sent = send(room, depth=1)
    acknowledge(room, sent, TOKYO)
    with pytest.raises(refused.NotItsChild):
        pass_on(room, sent, TOKYO, {CHIYODA: 1})


def test_a_group_cannot_be_more_than_there_are_nor_fewer_than_answered(room: Tx) -> None:
    sent = send(room, **SCHOOLS)
    acknowledge(room, sent, MINISTRY, node="group:boards", number=1_000)
    for number in (1_701, 999):
        with pytest.raises(refused.CountRefused) as found:
            pass_on(room, sent, MINISTRY, {"group:boards": number})
        assert found.value.facts == {"least": 1_000, "most": 1_700}
    with pytest.raises(refused.CountRefused):
        acknowledge(room, sent, MINISTRY, node="group:boards", number=1_701)


def test_who_sees_a_request(room: Tx) -> None:
    sent = send(room)
    acknowledge(room, sent, TOKYO)
    for party in (OTHER_MINISTRY, CHIYODA, BODY, "office:programme"):
        with pytest.raises(refused.UnknownRequest):
            passing.see(room, sent.id, party, on=TODAY)
    everything = passing.see(room, sent.id, "office:programme", on=TODAY, sees_all=True)
    assert (everything.own, everything.is_sender, len(everything.below)) == (None, False, 47 + 1741)
    own = passing.see(room, sent.id, TOKYO, on=TODAY)
    assert {one.node.parent for one in own.below} == {TOKYO}
    assert len(own.children) == 62
    assert len(sending.all_sent(room)) == 1


def test_a_list_of_ones_own_is_sent_down_and_a_later_one_does_not_touch_it(room: Tx) -> None:
    first = csv([(MINISTRY, "", "省", ""), (BODY, MINISTRY, "見本製作所", ""), ("group:works", BODY, "工場", "12")])
    later = csv([(MINISTRY, "", "省", ""), ("group:all", MINISTRY, "全部", "5")])

    def bring(text: str, since: date, owner: str = MINISTRY, code: str = "works") -> object:
        names = {"name_ja": "見本", "name_en": "Sample"}
        return sending.import_tree(room, text, owner=owner, code=code, since=since, at=AT, **names)

    bring(first, date(2020, 1, 1))
    sent = send(room, tree="works", tree_since=date(2020, 1, 1))
    bring(later, date(2020, 2, 1))
    acknowledge(room, sent, BODY)
    pass_on(room, sent, BODY, {"group:works": 7})
    assert levels(room, sent) == [(1, 1, 0), (7, 0, 7)]

    def newest(party: str, on: date) -> list[tuple[str, date]]:
        return [(one.code, one.since) for one in sending.trees_of(room, party, on) if one.owner]

    assert newest(MINISTRY, TODAY) == [("works", date(2020, 2, 1))]
    assert newest(MINISTRY, day("01-15")) == [("works", date(2020, 1, 1))]
    assert newest(BODY, day("01-15")) == [("works", date(2020, 1, 1))]
    assert newest(BODY, TODAY) == []
    assert newest(OTHER_MINISTRY, TODAY) == []
    for text, since, owner, code in (
        (first, date(2020, 1, 1), MINISTRY, "works"),  # that day is there
        (first, date(2020, 3, 1), MINISTRY, LOCAL),  # stands in the files
        (first, date(2020, 3, 1), OTHER_MINISTRY, "mine"),  # its top is another
        (first.replace(MINISTRY, OTHER_MINISTRY), date(2020, 3, 1), OTHER_MINISTRY, "works"),  # somebody else's name
    ):
        with pytest.raises(refused.TreeTaken):
            bring(text, since, owner, code)
    for code in ("", "Works", "a/b", "a" * 41):
        with pytest.raises(refused.RequestMalformed):
            bring(first, date(2020, 3, 1), code=code)


def test_materials_go_with_a_request(room: Tx) -> None:
    leaflet = Material(MaterialId(5), MINISTRY, "ちらし", "Leaflet", "ja", "", "a.pdf", 10, "0" * 64, ISSUED)
    requests.materials.add(room, leaflet)
    sent = send(room, attachments=(leaflet.id,))
    assert passing.see(room, sent.id, TOKYO, on=TODAY).request.attachments == (leaflet.id,)
    assert requests.materials.materials_of(room, sent.attachments) == [leaflet]


def test_of_two_who_acknowledge_at_once_one_does(db: Database) -> None:
    with db.transaction() as tx:
        register(tx)
        sent = send(tx)
    ready = threading.Barrier(2, timeout=20)
    outcomes: list[str] = []

    def say(party: str) -> None:
        ready.wait()
        try:
            db.run(lambda tx: passing.acknowledge(tx, sent.id, party, node=TOKYO, on=day("01-10"), at=AT))
            outcomes.append("done")
        except refused.AlreadyAcknowledged:
            outcomes.append("refused")

    threads = [threading.Thread(target=say, args=(one,)) for one in (MINISTRY, TOKYO)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["done", "refused"]


def test_the_log_names_no_subject(room: Tx) -> None:
    sent = send(room, subject_ja="秘密の件名")
    report = passing.acknowledge(room, sent.id, TOKYO, on=day("01-10"), at=AT)
    entries = [requests.entry_of(one, actor="staff:s-1") for one in (sent, report)]
    name = f"request:{requests.shown_id(sent.id)}"
    assert [(one.action, one.outcome, one.object) for one in entries] == [
        (Action.REQUEST, "sent", name),
        (Action.REQUEST, What.ACKNOWLEDGED, f"{name}/{TOKYO}"),
    ]
    assert entries[0].leaf != requests.entry_of(replace(sent, subject_ja="別の件名"), actor="staff:s-1").leaf
