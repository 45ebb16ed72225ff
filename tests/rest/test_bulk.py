"""Appointment lists: in order, a wrong row for itself, long ones as jobs that survive their workers."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onshi import audit, eligibility
from onshi.audit import Action
from onshi.interfaces import rest
from onshi.interfaces.rest.problems import RangeNotSatisfiable
from onshi.interfaces.rest.ranges import Span, read_range
from onshi.interfaces.rest.rows import join_rows, split_rows

from .make import BULK_CLIENT, CLIENT, HANAKO, HOUR, NOBODY, OTHER_CLIENT, SECOND, Country, Front

MANY = [HANAKO | {"reference": str(number)} for number in range(1_201)]


def checks_in_log(land: Country) -> int:
    with land.app.db.transaction(reading=True) as tx:
        return len(audit.entries_of(tx, action=Action.CHECK, limit=10_000))


def test_answers_come_in_the_order_of_the_questions_and_a_wrong_row_answers_for_itself(
    front: Front, land: Country
) -> None:
    rows = [
        NOBODY | {"reference": "a"},
        {"number": 5, "reference": "b"},
        HANAKO | {"reference": "c"},
        "not a question",
        HANAKO | {"on": "2026-13-01", "reference": "d"},
        {"card": {"issuer": "CN=onshi demo", "serial": "71"}},
        HANAKO | {"known_at": "2027-01-01"},
    ]
    reply = front.post("/v1/checks/bulk", json={"checks": rows}, headers=land.bearer())
    assert reply.status_code == 200
    results = reply.json()["results"]
    shown = [
        (one.get("reference"), one["answer"]["kind"] if "answer" in one else one["error"]["code"]) for one in results
    ]
    assert shown == [
        ("a", "not_registered"),
        ("b", "bad-request"),
        ("c", "in_force"),
        (None, "bad-request"),
        ("d", "bad-request"),
        (None, "in_force"),
        (None, "known-at-in-future"),
    ]
    assert checks_in_log(land) == 3


def test_each_answer_is_proven(front: Front, land: Country) -> None:
    reply = front.post("/v1/checks/bulk", json={"checks": [HANAKO, NOBODY]}, headers=land.bearer())
    for one in reply.json()["results"]:
        document = msgspec.json.encode({"answer": one["answer"], "proof": one["proof"]})
        assert eligibility.verify(document, land.app.ring.public_jwks()) is eligibility.Verdict.GOOD


def test_no_questions_no_answers(front: Front, land: Country) -> None:
    reply = front.post("/v1/checks/bulk", json={"checks": []}, headers=land.bearer())
    assert (reply.status_code, reply.json(), checks_in_log(land)) == (200, {"results": []}, 0)


@pytest.mark.parametrize(("count", "status"), [(500, 200), (501, 202)])
def test_the_limit_between_at_once_and_a_job(front: Front, land: Country, count: int, status: int) -> None:
    reply = front.post("/v1/checks/bulk", json={"checks": [NOBODY] * count}, headers=land.bearer())
    assert reply.status_code == status


def test_more_than_a_job_takes(front: Front, land: Country) -> None:
    reply = front.post("/v1/checks/bulk", json={"checks": [0] * 100_001}, headers=land.bearer())
    assert (reply.status_code, reply.json()["code"]) == (413, "too-many-queries")


def post_job(front: Front, land: Country, client: str = CLIENT) -> str:
    reply = front.post("/v1/checks/bulk", json={"checks": MANY}, headers=land.bearer(client))
    assert reply.status_code == 202
    assert reply.headers["location"] == f"/v1/jobs/{reply.json()['job']['id']}"
    return reply.headers["location"]


def work(land: Country) -> None:
    while rest.work_once(land.app):
        pass


def test_a_job_from_queue_to_result(front: Front, land: Country) -> None:
    bearer = land.bearer()
    place = post_job(front, land)
    early = front.get(place + "/result", headers=bearer)
    assert (early.status_code, early.json()["code"]) == (409, "not-ready")
    rest.work_once(land.app)
    job = front.get(place, headers=bearer).json()["job"]
    assert (job["state"], job["done"], job["total"], job["progress"]) == ("working", 500, 1_201, 41)
    assert "result" not in job
    work(land)
    job = front.get(place, headers=bearer).json()["job"]
    assert (job["state"], job["progress"], job["result"]) == ("done", 100, place + "/result")
    assert job["expires_at"] == "2026-11-03T09:00:00+09:00"
    result = front.get(job["result"], headers=bearer)
    assert result.headers["content-type"] == "application/x-ndjson"
    assert result.headers["content-length"] == str(len(result.content))
    assert [msgspec.json.decode(line)["reference"] for line in result.content.splitlines()] == [
        str(number) for number in range(1_201)
    ]
    assert checks_in_log(land) == 1_201


def test_a_list_is_answered_for_the_day_it_was_sent_on(front: Front, land: Country) -> None:
    place = post_job(front, land)
    land.clock.moment += 20 * HOUR
    work(land)
    first = front.get(place + "/result", headers=land.bearer()).content.splitlines()[0]
    assert msgspec.json.decode(first)["answer"]["on"] == "2026-11-02"


def test_a_tag_saves_the_second_answer(front: Front, land: Country) -> None:
    bearer = land.bearer()
    place = post_job(front, land)
    queued = front.get(place, headers=bearer)
    known = bearer | {"If-None-Match": queued.headers["etag"]}
    unchanged = front.get(place, headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    work(land)
    changed = front.get(place, headers=known)
    assert (changed.status_code, changed.json()["job"]["state"]) == (200, "done")
    result = front.get(place + "/result", headers=bearer)
    again = front.get(place + "/result", headers=bearer | {"If-None-Match": result.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_broken_download_goes_on_where_it_stopped(front: Front, land: Country) -> None:
    bearer = land.bearer()
    place = post_job(front, land) + "/result"
    work(land)
    whole = front.get(place, headers=bearer)
    cut = len(whole.content) * 2 // 3
    tag = {"If-Range": whole.headers["etag"]}
    rest_of_it = front.get(place, headers=bearer | tag | {"Range": f"bytes={cut}-"})
    assert rest_of_it.status_code == 206
    assert rest_of_it.headers["content-range"] == f"bytes {cut}-{len(whole.content) - 1}/{len(whole.content)}"
    assert whole.content[:cut] + rest_of_it.content == whole.content
    other = front.get(place, headers=bearer | {"If-Range": '"other"', "Range": f"bytes={cut}-"})
    assert (other.status_code, other.content) == (200, whole.content)
    beyond = front.get(place, headers=bearer | {"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range-not-satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"


def test_another_partys_job_is_not_there(front: Front, land: Country) -> None:
    place = post_job(front, land)
    work(land)
    stranger = land.bearer(OTHER_CLIENT)
    nothing = front.get("/v1/jobs/0123456789abcdef", headers=stranger)
    for method, path in (("GET", place), ("GET", place + "/result"), ("DELETE", place)):
        reply = front.ask(method, path, headers=stranger)
        assert (reply.status_code, reply.content) == (404, nothing.content)
    colleague = front.get(place + "/result", headers=land.bearer(BULK_CLIENT))
    assert colleague.status_code == 200, "another client of the same party"


def test_a_deleted_job_is_gone(front: Front, land: Country) -> None:
    bearer = land.bearer()
    place = post_job(front, land)
    rest.work_once(land.app)
    gone = front.ask("DELETE", place, headers=bearer)
    assert (gone.status_code, gone.content) == (204, b"")
    for path in (place, place + "/result"):
        reply = front.get(path, headers=bearer)
        assert (reply.status_code, reply.json()["code"]) == (404, "unknown-job")
    assert rest.work_once(land.app) is False


def test_a_party_has_so_many_jobs(front: Front, land: Country) -> None:
    for _ in range(10):
        post_job(front, land)
    reply = front.post("/v1/checks/bulk", json={"checks": MANY}, headers=land.bearer())
    assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (429, "too-many-jobs", "60")


class WorkerDied(Exception):
    """Stands for a process that is killed."""


class DyingSigner:
    """Kills the worker once, in the middle of its transaction: the answers are decided, nothing is written."""

    def __init__(self, land: Country) -> None:
        self._good = land.app.signer
        self.lives = 0

    @property
    def kid(self) -> str:
        return self._good.kid

    def sign(self, data: bytes) -> bytes:
        self.lives -= 1
        if self.lives == 0:
            raise WorkerDied
        return self._good.sign(data)


def test_a_killed_worker_neither_loses_nor_doubles_a_result(front: Front, land: Country) -> None:
    bearer = land.bearer()
    place = post_job(front, land)
    signer = DyingSigner(land)
    signer.lives = 2
    land.app.signer = signer
    assert rest.work_once(land.app) is True
    with pytest.raises(WorkerDied):
        rest.work_once(land.app)
    assert front.get(place, headers=bearer).json()["job"]["done"] == 500
    assert rest.work_once(land.app) is False, "its lease still runs"
    land.clock.moment += 60 * SECOND
    work(land)
    lines = front.get(place + "/result", headers=bearer).content.splitlines()
    assert [msgspec.json.decode(line)["reference"] for line in lines] == [str(number) for number in range(1_201)]
    assert checks_in_log(land) == 1_201


RANGES = [
    # header, size, span
    ("bytes=0-0", 10, Span(0, 1)),
    ("bytes=3-", 10, Span(3, 10)),
    ("bytes=3-99", 10, Span(3, 10)),
    ("bytes=-4", 10, Span(6, 10)),
    ("bytes=-99", 10, Span(0, 10)),
    ("lines=1-2", 10, None),
    ("", 10, None),
]


@pytest.mark.parametrize(("header", "size", "span"), RANGES)
def test_ranges(header: str, size: int, span: Span | None) -> None:
    assert read_range({"range": header}, size, '"x"') == span


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=0-1,3-4", "bytes=a-b"])
def test_ranges_that_cannot_be_served(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        read_range({"range": header}, 10, '"x"')


@settings(deadline=None)
@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_two_ranges_make_the_whole(size: int, cut: int) -> None:
    cut %= size
    head = read_range({"range": f"bytes=0-{cut}"}, size, "")
    assert head is not None
    if head.end < size:
        assert read_range({"range": f"bytes={head.end}-"}, size, "") == Span(head.end, size)
    assert head == Span(0, cut + 1)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(json_values, max_size=8))
def test_rows_joined_and_split_are_the_same(values: list[object]) -> None:
    rows = [msgspec.json.encode(value) for value in values]
    assert split_rows(join_rows(rows)) == rows
