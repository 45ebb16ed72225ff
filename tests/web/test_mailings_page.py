"""Mailing of pre-filled forms on the pages: counts first, names only in the town's own PDF, counts for those above."""

import io
import re

import pytest
from pypdf import PdfReader

from cards import make
from onshi import access, audit, cards
from onshi.access import Party, PartyKind, Role
from onshi.app import App
from onshi.audit import Action
from onshi.cards import HolderId, mailing
from onshi.cards.mailing import Choice, Mailing, MailingId
from onshi.web.municipality.mailings import addressees

from . import country, towns
from .browse import Reader
from .towns import CHILD, GUARDIAN, HANAKO, TARO

PAGE = "/municipality/mailings"
CLERK = "staff:s-demo-municipality"
TWELVE = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
OFFICES = {
    "prefecture": Party(PartyKind.PREFECTURE, "13", "東京都庁"),
    "osaka": Party(PartyKind.PREFECTURE, "27", "大阪府庁"),
    "ministry": Party(PartyKind.MINISTRY, "health", "医療保険省"),
    "office": Party(PartyKind.OFFICE, "programme", "カード普及推進室"),
}
NAMES = ("見本", "花子", "太郎", "梅", "町子", "一丁目")


@pytest.fixture
def app(app: App) -> App:
    towns.open_desks(app)
    with app.db.transaction() as tx:
        access.register_parties(tx, OFFICES.values(), by=country.BY)
        for name, party in OFFICES.items():
            access.register_staff(
                tx,
                party.id,
                login=name,
                roles=[Role.PROGRAMME_OFFICER],
                password=None,
                key=app.staff_key,
                at=country.START,
                by=country.BY,
                staff_id=f"s-demo-{name}",
            )
    return app


def run_of(app: App, number: int = 900, *, there: bool = False) -> Mailing:
    """A run of everybody of the town, or of the neighbour."""
    by = make.OTHER_CLERK if there else make.CLERK
    with app.db.transaction() as tx:
        return mailing.make(tx, Choice(), run_id=MailingId(number), by=by, at=app.now())[0]


def runs(app: App) -> list[Mailing]:
    with app.db.transaction(reading=True) as tx:
        return mailing.runs(tx, make.HERE)


def pages_of(pdf: bytes) -> list[str]:
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_clerk_counts_makes_and_prints(app: App, clerk: Reader) -> None:
    clerk.get(PAGE)
    assert clerk.heading == "申請書の発送"
    clerk.post(f"{PAGE}/count", post_number="100", age_from="", age_to="", not_mailed_since="2026-05-01")
    assert clerk.answer.status_code == 200
    assert "対象は1世帯・4人です。" in clerk.text
    assert [name for name in NAMES if name in clerk.text] == []
    clerk.post(f"{PAGE}/make", post_number="100", not_mailed_since="2026-05-01")
    assert "申請書を作りました" in clerk.text
    (run,) = runs(app)
    assert (run.households, run.people, run.printed_on) == (1, 4, None)
    assert [name for name in NAMES if name in clerk.text] == []
    printed = clerk.post(f"{PAGE}/{run.id}/print")
    assert printed.headers["content-type"] == "application/pdf"
    assert runs(app)[0].printed_on == towns.TODAY
    clerk.get(PAGE)
    clerk.post(f"{PAGE}/count", not_mailed_since="2026-05-01")
    assert clerk.answer.status_code == 422
    assert cards.errors.NobodyToMail.message_ja in clerk.text


def test_the_pdf_is_an_address_page_and_a_form_for_each(app: App, clerk: Reader) -> None:
    run = run_of(app)
    clerk.get(PAGE)
    pages = pages_of(clerk.post(f"{PAGE}/{run.id}/print").content)
    with app.db.transaction(reading=True) as tx:
        people = [(cards.holder_by_id(tx, one), cards.forms_of(tx, one)[-1]) for one in (TARO, HANAKO, GUARDIAN, CHILD)]
    assert len(pages) == 5
    assert "〒100-0001" in pages[0]
    assert [name for one, _ in people if (name := one.name.replace("　", "")) + "様" not in pages[0]] == []
    for page, (holder, form) in zip(pages[1:], people, strict=True):
        assert holder.name.replace("　", "") in page
        assert form.id in page
        assert form.printed_on == towns.TODAY


def test_a_run_of_which_nobody_is_left_says_so_and_nothing_is_noted(app: App, clerk: Reader) -> None:
    run = run_of(app)
    with app.db.transaction() as tx:
        for who in (HANAKO, TARO, GUARDIAN, CHILD):
            cards.note_death(tx, who, towns.TODAY, by=make.CLERK, at=app.now())
    clerk.get(PAGE)
    clerk.post(f"{PAGE}/{run.id}/print")
    assert clerk.answer.status_code == 409
    assert cards.errors.NobodyLeft.message_ja in clerk.text
    assert runs(app)[0].printed_on is None


def test_no_personal_number_is_printed(app: App, clerk: Reader) -> None:
    run = run_of(app)
    clerk.get(PAGE)
    printed = PdfReader(io.BytesIO(clerk.post(f"{PAGE}/{run.id}/print").content))
    text = "\n".join(page.extract_text() for page in printed.pages)
    assert text.count("この欄は空欄のままにしてください") == run.people
    assert TWELVE.findall(text) == []


def test_everybody_whose_name_leaves_is_in_the_log_and_nobody_by_name(app: App, clerk: Reader) -> None:
    run = run_of(app)
    clerk.get(PAGE)
    clerk.post(f"{PAGE}/{run.id}/print")
    with app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=Action.EXPORT, actor=CLERK)]
    assert {(one.subject, one.outcome, one.object) for one in found} == {
        (who, "mailing", f"mailing:{run.id}") for who in (HANAKO, TARO, CHILD, GUARDIAN)
    }


def test_making_a_run_is_in_the_log(app: App, clerk: Reader) -> None:
    clerk.get(PAGE)
    clerk.post(f"{PAGE}/make", age_from="40")
    (run,) = runs(app)
    with app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=Action.CARD_APPLICATION, actor=CLERK)]
    assert {(one.subject, one.object, one.outcome) for one in found} == {
        (TARO, None, "done"),
        (None, f"mailing:{run.id}", "1"),
    }


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("post_number", "123456789012", "郵便番号は数字7桁までで入力してください。"),
        ("age_from", "twelve", "年齢は0から130までの整数で入力してください。"),
        ("not_mailed_since", "2026-13-01", "日付は2020-08-01のように入力してください。"),
    ],
)
@pytest.mark.parametrize("act", ["count", "make"])
def test_what_cannot_be_read_is_said_and_not_repeated(
    app: App, clerk: Reader, act: str, field: str, typed: str, said: str
) -> None:
    clerk.get(PAGE)
    clerk.post(f"{PAGE}/{act}", **{field: typed})
    assert clerk.answer.status_code == 422
    assert said in clerk.text
    assert typed not in clerk.answer.text
    assert runs(app) == []


def test_another_towns_run_is_not_found(app: App, clerk: Reader, neighbour: Reader) -> None:
    run = run_of(app)
    neighbour.get(PAGE)
    assert "まだ発送はありません。" in neighbour.text
    refused = neighbour.post(f"{PAGE}/{run.id}/print")
    assert refused.status_code == 404
    assert cards.errors.UnknownMailing.message_ja in neighbour.text
    assert [name for name in NAMES if name in neighbour.text] == []
    assert runs(app)[0].printed_on is None
    neighbour.get(PAGE)
    neighbour.post(f"{PAGE}/count")
    assert "対象は1世帯・1人です。" in neighbour.text


@pytest.mark.parametrize("reader_of", ["prefecture", "ministry", "office"])
def test_those_above_see_counts_and_no_name(app: App, reader_of: str) -> None:
    with app.db.transaction() as tx:
        more = [make.holder(id=HolderId(number), address=f"見本町{number}") for number in range(8_000, 8_008)]
        make.registered(tx, *more, at=country.START)
    run_of(app)
    run_of(app, 901, there=True)
    officer = towns.staff_session(app, reader_of)
    officer.get("/mailings")
    rows = [" ".join(one.split()) for one in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", officer.answer.text)]
    cells = [re.findall(r">([^<>]+)<", f">{one}<") for one in rows]
    assert [(one[0], one[2:]) for one in cells] == [
        ("東京都千代田区", ["10未満", "12"]),
        ("東京都中央区", ["10未満", "10未満"]),
    ]
    assert [name for name in NAMES if name in officer.text] == []
    assert f"新しい回から{mailing.LISTED_MOST}件まで" in officer.text
    officer.post(f"{PAGE}/900/print")
    assert officer.answer.status_code == 403


def test_another_prefecture_sees_nothing_of_it(app: App) -> None:
    run_of(app)
    osaka = towns.staff_session(app, "osaka")
    osaka.get("/mailings")
    assert osaka.answer.status_code == 200
    assert "まだ発送はありません。" in osaka.text
    assert "千代田区" not in osaka.text


def test_a_town_is_not_shown_what_others_mail(app: App, clerk: Reader) -> None:
    run_of(app, 901, there=True)
    clerk.get("/mailings")
    assert clerk.answer.status_code == 403
    clerk.get(PAGE)
    assert "まだ発送はありません。" in clerk.text


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["ア"], ["ア"]),
        (["ア", "イ", "ウ", "エ"], ["ア", "イ", "ウ", "エ"]),
        (["ア", "イ", "ウ", "エ", "オ"], ["ア", "イ", "ウ", "ほか2名"]),
    ],
)
def test_the_window_holds_four_lines(names: list[str], shown: list[str]) -> None:
    assert addressees(names) == shown
