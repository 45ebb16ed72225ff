"""What of a person and a coverage is shown, and what only with consent, by card, or never."""

from datetime import date
from typing import Any

import msgspec
import pytest

from onshi.eligibility.rules import decide
from onshi.registry import (
    Details,
    DiseaseCertificate,
    ElderlyCertificate,
    Found,
    LimitCertificate,
)

from . import make
from .make import (
    AID,
    ELDERLY,
    MUNICIPAL,
    NOW,
    SOCIETY,
    TODAY,
    by_card,
    by_number,
    coverage,
    day,
    found,
    person,
)
from .situations import ALL, Case, K

# 不開示該当: no address by number, in any answer that shows the person; by card as usual.

SHOWING = {name: case for name, case in ALL.items() if case.shown is not None}


@pytest.mark.parametrize("case", SHOWING.values(), ids=SHOWING)
@pytest.mark.parametrize("which", ["all", "first", "last"])
def test_an_undisclosed_address(case: Case, which: str) -> None:
    chosen = {"all": slice(None), "first": slice(0, 1), "last": slice(-1, None)}[which]
    hidden = Found(tuple(undisclosed(one, chosen) for one in case.found.sightings))
    answer = decide(case.query, hidden, make.BOOK, at=NOW)
    assert answer.kind is case.kind
    text = msgspec.json.encode(answer).decode()
    is_card = case.query.presence == "card"
    assert ("見本町" in text, "100-0000" in text) == (is_card, is_card)
    assert "花子" in text


def undisclosed(one: Any, chosen: slice) -> Any:
    ids = {c.id for c in one.coverages[chosen]}
    flagged = tuple(msgspec.structs.replace(c, undisclosed=c.id in ids) for c in one.coverages)
    return msgspec.structs.replace(one, coverages=flagged)


def test_the_showing_kinds_are_all_there() -> None:
    assert {case.kind for case in SHOWING.values()} == {K.IN_FORCE, K.LAWFUL_DOUBLE, K.LOST, K.LOST_OTHER_IN_FORCE}


# Certificates.

LIMIT = LimitCertificate("01", "A03", day("2025-08-01"), day("2026-07-31"))
DISEASES = (DiseaseCertificate("1", day("2020-01-01"), 10_000),)
ELDERLY_CERTIFICATE = ElderlyCertificate(20, day("2025-08-01"), day("2026-07-31"))
CERTIFIED = found(coverage(details=Details(limit=LIMIT, diseases=DISEASES, elderly=ELDERLY_CERTIFICATE)))


@pytest.mark.parametrize("limit", [False, True])
@pytest.mark.parametrize("disease", [False, True])
@pytest.mark.parametrize("ask", [by_number, by_card])
def test_certificates_only_with_consent(limit: bool, disease: bool, ask: Any) -> None:
    answer = decide(ask(limit_consent=limit, disease_consent=disease), CERTIFIED, make.BOOK, at=NOW)
    assert answer.coverage is not None
    assert answer.coverage.limit == (LIMIT if limit else None)
    assert answer.coverage.diseases == (DISEASES if disease else ())
    assert answer.coverage.elderly == ELDERLY_CERTIFICATE  # needs none


def test_everything_the_national_answer_carries_is_shown() -> None:
    details = Details("見本　太郎", day("2021-04-01"), day("2021-04-02"), day("2027-03-31"), 10)
    full = coverage(lost_on=day("2026-03-31"), loss_reason="03", acquired_on=day("2019-04-01"), details=details)
    who = person(name_other="ミホン", kana_other="ミホン", sex_printed="1")
    answer = decide(by_number(), found(full, who=who), make.BOOK, at=NOW)
    assert msgspec.to_builtins(answer) == {
        "kind": "lost",
        "on": "2026-04-01",
        "validity": "2",
        "person": {
            "name": "見本　花子1",
            "kana": "ミホン　ハナコ",
            "birth_on": "1984-02-29",
            "sex": "2",
            "name_other": "ミホン",
            "kana_other": "ミホン",
            "sex_printed": "1",
            "post_number": "100-0000",
            "address": "東京都千代田区見本町１－２－1",
        },
        "coverage": {
            "insurer_number": "06139992",
            "insurer_name": "見本健康保険組合",
            "insurer_kind": "society",
            "number": "4410",
            "acquired_on": "2019-04-01",
            "starts_on": "2020-04-01",
            "card_class": "01",
            "symbol": "７２１",
            "branch": "01",
            "relation": "1",
            "holder_name": "見本　太郎",
            "lost_on": "2026-03-31",
            "loss_reason": "03",
            "card_issued_on": "2021-04-01",
            "card_valid_from": "2021-04-02",
            "card_valid_to": "2027-03-31",
            "share": {"percent": 10, "source": "insurer"},
        },
        "freshness": {
            "insurer_number": "06139992",
            "insurer_name": "見本健康保険組合",
            "last_loaded_at": "2026-04-01T08:00:00+09:00",
            "delay_days": 4,
        },
    }


# Shares.


@pytest.mark.parametrize(
    ("born", "by", "details", "share"),
    [
        ("1984-02-29", SOCIETY, Details(), (30, "derived")),
        ("2022-05-05", SOCIETY, Details(), (20, "derived")),  # preschool
        ("2022-05-05", MUNICIPAL, Details(), (20, "derived")),
        ("1956-04-02", SOCIETY, Details(), (30, "derived")),  # seventy in the course of the month
        ("1956-04-01", SOCIETY, Details(), None),  # seventy: income decides, and nobody said
        ("1956-04-01", SOCIETY, Details(elderly=ElderlyCertificate(20, day("2026-04-01"))), (20, "insurer")),
        ("1956-04-01", SOCIETY, Details(elderly=ElderlyCertificate(30, day("2025-08-01"), TODAY)), (30, "insurer")),
        # The certificate has run out, or has not begun.
        ("1956-04-01", SOCIETY, Details(elderly=ElderlyCertificate(20, day("2025-08-01"), day("2026-03-31"))), None),
        ("1956-04-01", SOCIETY, Details(elderly=ElderlyCertificate(20, day("2026-04-02"))), None),
        ("1956-04-02", SOCIETY, Details(elderly=ElderlyCertificate(20, day("2026-05-01"))), (30, "derived")),
        ("1945-01-01", ELDERLY, Details(share=10), (10, "insurer")),
        ("1945-01-01", ELDERLY, Details(), None),  # 75 and more: never derived
        ("1961-01-01", ELDERLY, Details(), None),  # 後期 from 65 with a handicap
        ("1961-01-01", ELDERLY, Details(share=20), (20, "insurer")),
        ("1945-01-01", SOCIETY, Details(), None),
        ("1984-02-29", AID, Details(), None),  # medical aid has no share
        ("2022-05-05", AID, Details(), None),
    ],
)
def test_share(born: str, by: str, details: Details, share: tuple[int, str] | None) -> None:
    held = found(coverage(by=make.InsurerNumber(by), details=details), who=person(birth_on=day(born)))
    answer = decide(by_card(), held, make.BOOK, at=NOW)
    assert answer.coverage is not None
    shown = answer.coverage.share
    assert (None if shown is None else (shown.percent, shown.source)) == share


@pytest.mark.parametrize(("on", "preschool"), [("2026-03-31", True), ("2026-04-01", False)])
def test_preschool_is_told_by_day(on: str, preschool: bool) -> None:
    child = found(coverage(), who=person(birth_on=day("2019-04-02")))
    answer = decide(by_card(on=date.fromisoformat(on)), child, make.BOOK, at=NOW)
    assert answer.coverage is not None
    assert answer.coverage.preschool is preschool
