"""The history over HTTP: whose it is, which days it takes, and that it is streamed."""

import csv
import io
import zipfile
from urllib.parse import unquote

import httpx
import pytest

from onshi import audit
from onshi.audit import Action

from .make import BULK_CLIENT, CLIENT, CLINIC, HANAKO, NOBODY, OTHER_CLIENT, Country, Front

PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}


def rows_in(answer: httpx.Response) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        (only,) = file.infolist()
        return list(csv.DictReader(io.StringIO(file.read(only).decode("utf-8"), newline="")))


def test_the_history_of_the_own_checks(front: Front, land: Country) -> None:
    for question, client in ((HANAKO, {}), (NOBODY, {}), (HANAKO, {"client": OTHER_CLIENT})):
        assert front.post("/v1/checks", json=question, headers=land.bearer(**client)).status_code == 200
    answer = front.get("/v1/history", params=PERIOD, headers=land.bearer())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert "content-length" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    name = answer.headers["content-disposition"].partition("filename*=UTF-8''")[2]
    assert unquote(name) == "資格確認履歴_20261102.zip"
    seen = [(row["医療機関コード"], row["資格有効性"], row["氏名"]) for row in rows_in(answer)]
    assert sorted(seen) == [("1312345678", "1", "見本花子"), ("1312345678", "4", "")]
    other = front.get("/v1/history", params=PERIOD, headers=land.bearer(OTHER_CLIENT))
    assert [(row["医療機関コード"], row["氏名"]) for row in rows_in(other)] == [("1312345686", "見本花子")]


def test_the_own_patient_number_is_in_it(front: Front, land: Country) -> None:
    for client, number in ((CLIENT, "000417"), (OTHER_CLIENT, "B-2")):
        info = {"reference_number": number, **{key: HANAKO[key] for key in ("insurer_number", "symbol", "number")}}
        front.post("/v1/reference-numbers", json={"registrations": [info]}, headers=land.bearer(client))
    for question in (HANAKO, NOBODY):
        front.post("/v1/checks", json=question, headers=land.bearer())
    answer = front.get("/v1/history", params=PERIOD, headers=land.bearer())
    assert sorted(row["照会番号"] for row in rows_in(answer)) == ["", "000417"]


def test_that_it_was_taken_is_in_the_log(front: Front, land: Country) -> None:
    front.get("/v1/history", params=PERIOD, headers=land.bearer())
    with land.app.db.transaction(reading=True) as tx:
        (one,) = audit.entries_of(tx, actor=CLINIC, action=Action.EXPORT)
    assert (one.entry.outcome, one.entry.object) == ("history", f"{CLINIC}.2026-11-01.2026-11-30")


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ({"from": "2026-11-02", "to": "2026-11-02"}, 200),
        ({"from": "2026-01-01", "to": "2027-01-01"}, 200),  # 366 days
        ({"from": "2026-01-01", "to": "2027-01-02"}, 422),
        ({"from": "2026-11-02", "to": "2026-11-01"}, 422),
        ({"from": "2026-11-02"}, 400),
        ({"from": "20261102", "to": "2026-11-02"}, 400),
        ({"from": "2026-W45-1", "to": "2026-11-02"}, 400),
        ({"from": "2026-11-31", "to": "2026-11-02"}, 400),
        ({"from": "9999-12-31", "to": "9999-12-31"}, 200),
        ({"from": "0001-01-01", "to": "0001-01-01"}, 200),
    ],
)
def test_which_days_it_takes(front: Front, land: Country, period: dict[str, str], status: int) -> None:
    answer = front.get("/v1/history", params=period, headers=land.bearer())
    assert answer.status_code == status
    with land.app.db.transaction(reading=True) as tx:
        assert len(audit.entries_of(tx, action=Action.EXPORT)) == (status == 200)


def test_it_takes_the_scope_of_the_check(front: Front, land: Country) -> None:
    assert front.get("/v1/history", params=PERIOD).status_code == 401
    assert front.get("/v1/history", params=PERIOD, headers=land.bearer(BULK_CLIENT)).status_code == 403
    assert front.get("/v1/history", params=PERIOD, headers=land.bearer()).status_code == 200


def test_over_a_real_connection(served: Country) -> None:
    headers = served.bearer()
    assert httpx.post(served.base + "/v1/checks", json=HANAKO, headers=headers).status_code == 200
    answer = httpx.get(served.base + "/v1/history", params=PERIOD, headers=headers)
    assert answer.headers["transfer-encoding"] == "chunked"
    assert [row["氏名"] for row in rows_in(answer)] == ["見本花子"]
