"""Organisations tell what worked, on pages: the office publishes it or sends it back, and then everybody sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onshi import audit
from onshi.app import App
from onshi.kernel import parse_moment

from . import bodies, country, towns
from .browse import Reader

OWN, OFFICE = "/practices/own", "/office/practices"
TOLD = {
    "title_ja": "図書館で申請を手伝う", "title_en": "Help at the library", "what_ja": "窓口で写真を撮って手伝った。",
    "kind-municipality": "1", "kind-body": "1", "channel-app": "1", "counted_ja": "申請した人", "unit": "人",
    "before": "40", "before_on": "2026-08-01", "after": "1,200", "after_on": "2026-09-01", "cost": "80,000",
    "contact_ja": "市民課",
}  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The country with two towns and those who run the programme."""
    built = bodies.open_programme(country.build(tmp_path))
    towns.open_desks(built)
    country.move_clock(built, parse_moment("2026-10-05T09:00:00"))
    yield built
    built.db.close()


@pytest.fixture
def office(app: App) -> Reader:
    """An officer of the programme's office."""
    return Reader(app).enter("office")


def tell(reader: Reader, **changes: str) -> None:
    reader.get(OWN)
    reader.post(f"{OWN}/send", **(TOLD | changes))


def number_of(reader: Reader) -> str:
    """The id of the only practice on the page."""
    return reader.answer.text.partition('name="practice" value="')[2].partition('"')[0]


def decide(office: Reader, decision: str, comment: str = "") -> None:
    office.get(OFFICE)
    office.post(f"{OFFICE}/decide", practice=number_of(office), decision=decision, comment=comment)


def test_from_a_town_to_everybody_and_back(app: App, clerk: Reader, office: Reader, reader: Reader) -> None:
    clerk.get("/practices")
    assert OWN in clerk.answer.text
    tell(clerk)
    assert "推進室に送りました。" in clerk.text
    reader.get("/practices")
    assert "図書館で申請を手伝う" not in reader.text, "not before the office has looked at it"
    decide(office, "send_back")
    assert (office.answer.status_code, "理由を短く書いてください。" in office.text) == (422, True)
    decide(office, "send_back", "英語の説明も")
    assert "差し戻しました。" in office.text
    clerk.get(OWN)
    assert "推進室から：英語の説明も" in clerk.text
    clerk.get(f"{OWN}?of={number_of(clerk)}")
    assert 'value="1200"' in clerk.answer.text, "the form has what was told"
    clerk.post(f"{OWN}/send", **TOLD, of=number_of(clerk), reason="加えた", what_en="Photo and help at the counter.")
    decide(office, "publish")
    assert "公開しました。" in office.text
    reader.get("/practices?kind=body&channel=app&lang=en")
    shown = reader.text.partition("Done by")[0] + reader.text.partition("Done by")[2].partition("Done by")[0]
    assert "Help at the library Could be used" in shown, "it fits best, so it comes first"
    assert "40 → 1,200 1 Aug 2026 → 1 Sep 2026" in shown
    assert "told by 東京都千代田区" in shown
    decide(office, "take_down", "日付を確かめています")
    reader.get("/practices")
    assert "図書館で申請を手伝う" not in reader.text
    with app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=audit.Action.OUTREACH, limit=100)]
    assert [(one.actor, one.outcome, (one.object or "").split(":")[2]) for one in reversed(found)] == [
        ("staff:s-demo-municipality", "practice-waiting", "1"),
        ("staff:s-demo-office", "practice-returned", "1"),
        ("staff:s-demo-municipality", "practice-waiting", "2"),
        ("staff:s-demo-office", "practice-published", "2"),
        ("staff:s-demo-office", "practice-withdrawn", "2"),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_ja": ""}, "足りない項目があります。"),
        ({"kind-municipality": "", "kind-body": ""}, "選択欄からは一つ以上選んでください。"),
        ({"after": ""}, "何の数かと後の数が必要です。"),
        ({"after": "many"}, "数は0から"),
        ({"contact_ja": "見本太郎 1234-5678-9012"}, "個人番号と思われる数字が入力されました。"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(clerk: Reader, changes: dict[str, str], said: str) -> None:
    tell(clerk, **changes)
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert "1234-5678-9012" not in clerk.answer.text, "what may be a personal number is not shown again"
    assert "窓口で写真を撮って手伝った。" in clerk.answer.text
    assert ('id="channel-app" name="channel-app" value="1" checked' in clerk.answer.text) is True
    tell(clerk)
    assert "推進室に送りました。" in clerk.text


def test_who_may_tell_and_who_decides(app: App, clerk: Reader, office: Reader, reader: Reader) -> None:
    tell(clerk)
    for name in ("insurer", "ministry", "prefecture"):
        other = Reader(app).enter(name)
        other.get(OWN)
        assert (other.answer.status_code, "図書館で申請を手伝う" in other.text) == (200, False)
        clerk.get(OWN)
        other.post(f"{OWN}/take-back", practice=number_of(clerk))
        assert (other.answer.status_code, "outreach-practice-unknown" in other.text) == (404, True)
        other.get(OFFICE)
        assert other.answer.status_code == 403
    for name in ("reception", "operator"):
        other = Reader(app).enter(name)
        other.get(OWN)
        assert (other.answer.status_code, "page-not-allowed" in other.text) == (403, True)
        other.get("/practices")
        assert OWN not in other.answer.text
    office.get(OWN)
    assert (office.answer.status_code, "outreach-not-in-programme" in office.text) == (403, True)
    clerk.get(OWN)
    clerk.post(f"{OWN}/take-back", practice=number_of(clerk))
    assert "取り下げました。" in clerk.text
    reader.get(OWN)
    assert "/sign-in" in str(reader.answer.url)


@pytest.mark.parametrize("practice", ["", "x", "9" * 30, "12"])
def test_a_practice_that_is_none_is_not_found(clerk: Reader, office: Reader, practice: str) -> None:
    clerk.get(OWN)
    clerk.post(f"{OWN}/take-back", practice=practice)
    assert (clerk.answer.status_code, "outreach-practice-unknown" in clerk.text) == (404, True)
    office.get(OFFICE)
    office.post(f"{OFFICE}/decide", practice=practice, decision="publish")
    assert (office.answer.status_code, "outreach-practice-unknown" in office.text) == (404, True)
