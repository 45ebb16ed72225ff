"""An insurer's papers on the pages: the month's list, a batch issued and printed, one on request, returns."""

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest

from onshi import access, audit, papers, registry
from onshi.access import Role
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import PersonId, shown_person_id
from onshi.papers import Handed, Paper, PaperKind, PaperState, Sorting
from onshi.web.insurer.papers_files import values_of
from onshi.web.texts import text

from . import country
from .browse import Reader

NOVEMBER = "/insurer/papers?month=2026-11"
HIDDEN = "東京都千代田区秘密町八丁目８－８"
NEW = [
    country.row(
        number="901",
        name="新井　明",
        name_kana="アライ　アキラ",
        birth_on="2001-01-01",
        address="東京都千代田区新町一丁目１",
        post_number="1000009",
        acquired_on="2026-11-01",
        symbol="20",
    ),
    country.row(
        number="902",
        name="隠岐　光",
        name_kana="オキ　ヒカル",
        birth_on="2002-02-02",
        address=HIDDEN,
        post_number="1000001",
        acquired_on="2026-11-02",
        symbol="10",
        undisclosed="1",
    ),
]
NUMBER = {"symbol": "12", "number": "346", "birth": "S60.12.24"}


@pytest.fixture
def newcomers(app: App, tmp_path: Path) -> None:
    """Two joined in November and registered no card; the address of one is not to be disclosed."""
    country.load(app, NEW, tmp_path)


@pytest.fixture
def clerk(app: App, newcomers: None) -> Reader:
    """Who issues papers at the society."""
    return Reader(app).enter("insurer")


def person_of(app: App, name: str) -> PersonId:
    with app.db.transaction(reading=True) as tx:
        return country.person_named(tx, name)


def papers_of(app: App, name: str) -> list[Paper]:
    with app.db.transaction(reading=True) as tx:
        return papers.papers_of(tx, country.person_named(tx, name))


def noted(app: App, action: Action, name: str) -> list[str | None]:
    """The outcomes in the log, of acts of the clerk on the member."""
    person = person_of(app, name)
    with app.db.transaction(reading=True) as tx:
        found = audit.entries_of(tx, actor="staff:s-demo-insurer", subject=person, action=action)
    return [one.entry.outcome for one in found]


def issue(clerk: Reader, **fields: str) -> Reader:
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/issue", **({"month": "2026-11", "confirmed": "1", "handed": "post"} | fields))
    return clerk


def test_the_list_names_who_joined_without_a_card_and_no_address(clerk: Reader) -> None:
    clerk.get(NOVEMBER)
    assert clerk.heading == "資格確認書・資格情報のお知らせ"
    assert "該当する人 2 未交付 2 健康保険証の利用登録をしていない 2" in clerk.text
    assert [name for name in ("新井　明", "隠岐　光", "見本　花子") if name in clerk.answer.text] == [
        "新井　明",
        "隠岐　光",
    ]
    assert "千代田区" not in clerk.text
    clerk.get("/insurer/papers?month=2026-10")
    assert "この月に該当する加入者はいません。" in clerk.text


def test_issued_to_everybody_on_the_list_once(clerk: Reader, app: App) -> None:
    issue(clerk, handed="employer", valid_to="R9.3.31")
    assert "2枚を交付しました。" in clerk.text
    assert "未交付 0" in clerk.text
    (paper,) = papers_of(app, "新井　明")
    told = (paper.ground, paper.valid_to, paper.handed, paper.state)
    assert told == ("never-registered", date(2027, 3, 31), Handed.EMPLOYER, PaperState.ISSUED)
    assert noted(app, Action.PAPER_ISSUED, "新井　明") == ["issued"]
    assert "0枚を交付しました。" in issue(clerk).text
    assert papers_of(app, "新井　明") == [paper]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"confirmed": ""}, "一覧を確かめ、確認の欄に印を付けてください。"),
        ({"valid_to": "someday"}, "日付を読み取れません。"),
        ({"valid_to": "2026-11-01"}, "2026-11-02に交付する証の有効期限を2026-11-01にはできません。"),
    ],
)
def test_nothing_is_issued_by_half_a_form(clerk: Reader, app: App, fields: dict[str, str], said: str) -> None:
    issue(clerk, **fields)
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert papers_of(app, "新井　明") == []
    issue(clerk)
    assert len(papers_of(app, "新井　明")) == 1


def batch_address(clerk: Reader, form: str, sorting: str) -> str:
    clerk.get(NOVEMBER)
    found = re.search(rf'href="(/insurer/papers/batches/[0-9a-f]{{16}}\.{form}\?sort={sorting})"', clerk.answer.text)
    assert found, "no such file is offered"
    return found[1]


def test_the_printers_file_is_sorted_and_holds_every_address(clerk: Reader, app: App) -> None:
    issue(clerk)
    got = clerk.get(batch_address(clerk, "csv", "place"))
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert [(row["氏名"], row["郵便番号"]) for row in rows] == [("隠岐　光", "100-0001"), ("新井　明", "100-0009")]
    assert rows[0]["住所"] == HIDDEN
    told = [
        rows[1][name]
        for name in ("保険者番号", "記号", "番号", "生年月日", "性別", "資格取得年月日", "交付日", "有効期限")
    ]
    assert told == ["06139992", "20", "901", "2001-01-01", "女", "2026-11-01", "2026-11-02", "2031-11-01"]
    by_employer = clerk.get(batch_address(clerk, "csv", "employer")).content.decode("utf-8-sig")
    assert [row["記号"] for row in csv.DictReader(io.StringIO(by_employer))] == ["10", "20"]
    assert noted(app, Action.EXPORT, "隠岐　光") == ["papers-csv", "papers-csv"]


def test_the_papers_are_one_pdf(clerk: Reader, app: App) -> None:
    issue(clerk)
    got = clerk.get(batch_address(clerk, "pdf", "place"))
    assert (got.headers["Content-Type"], got.content[:5]) == ("application/pdf", b"%PDF-")
    assert pages_of(got.content) == 2
    assert noted(app, Action.EXPORT, "新井　明") == ["papers-pdf"]
    (paper,) = papers_of(app, "新井　明")
    person, number = shown_person_id(paper.person), papers.shown_paper_id(paper.id)
    one = clerk.get(f"/insurer/papers/member/{person}/{number}.pdf")
    assert pages_of(one.content) == 1


def pages_of(pdf: bytes) -> int:
    found = re.search(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)|/Count\s+(\d+)", pdf)
    assert found, "no page tree"
    return int(found[1] or found[2])


def test_what_is_printed_on_a_paper(clerk: Reader, app: App) -> None:
    issue(clerk)
    (paper,) = papers_of(app, "新井　明")
    with app.db.transaction(reading=True) as tx:
        lines = papers.print_one(tx, country.SOCIETY, paper.person, paper.id)
        values = values_of(registry.insurer_book(tx)[country.SOCIETY], lines)
    assert values == {
        "insurer_number": "06139992",
        "insurer_name": "見本健康保険組合",
        "papers": [
            [
                "qualification",
                "100-0009",
                "東京都千代田区新町一丁目１",
                "新井　明",
                "アライ　アキラ",
                "平成13年1月1日",
                "女",
                "本人",
                "",
                "20・901（00）",
                "令和8年11月1日",
                "令和8年11月1日",
                "令和8年11月2日",
                "令和13年11月1日",
                "",
                papers.shown_paper_id(paper.id),
            ]
        ],
    }


def test_a_paper_on_request_and_a_second_one_refused(clerk: Reader, app: App) -> None:
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/request", ground="card-lost", kind="qualification", handed="desk", **NUMBER)
    assert (clerk.heading, "交付しました。" in clerk.text) == ("加入者の証", True)
    (paper,) = papers_of(app, "見本　太郎")
    assert (paper.ground, paper.handed, paper.batch) == ("card-lost", Handed.DESK, None)
    assert noted(app, Action.PAPER_ISSUED, "見本　太郎") == ["issued"]
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/request", ground="needs-help", **NUMBER)
    assert (clerk.answer.status_code, "同じ種類の有効な証を持っています。" in clerk.text) == (422, True)
    clerk.post("/insurer/papers/request", kind="notice", **NUMBER)
    assert [one.kind for one in papers_of(app, "見本　太郎")].count(PaperKind.NOTICE) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ground": "card-lost", "number": "999"}, "一人に決まりません。"),
        ({"ground": "card-lost", "birth": "x"}, "日付を読み取れません。"),
        ({"ground": "because"}, "次のいずれかの理由が必要です"),
        ({"ground": "card-lost", "number": "349", "birth": "1960-01-15"}, "2026-11-02にその人の資格を持っていません。"),
    ],
)
def test_what_is_refused_on_request(clerk: Reader, app: App, fields: dict[str, str], said: str) -> None:
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/request", **(NUMBER | fields))
    assert (clerk.answer.status_code, said in clerk.text) == (422, True)
    assert papers_of(app, "見本　太郎") == papers_of(app, "喪失　一郎") == []


def test_given_back_and_replaced_on_the_members_page(clerk: Reader, app: App) -> None:
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/request", ground="card-lost", **NUMBER)
    (first,) = papers_of(app, "見本　太郎")
    known = {"person": shown_person_id(first.person), "paper": papers.shown_paper_id(first.id)}
    clerk.post("/insurer/papers/replace", handed="desk", **known)
    assert "再交付しました。" in clerk.text
    new = next(one for one in papers_of(app, "見本　太郎") if one.id != first.id)
    clerk.post("/insurer/papers/return", **known)
    assert (clerk.answer.status_code, "すでに状態がreplacedのため" in clerk.text) == (422, True)
    clerk.post("/insurer/papers/return", **(known | {"paper": papers.shown_paper_id(new.id)}))
    assert "返却を受け付けました。" in clerk.text
    states = {one.id: one.state for one in papers_of(app, "見本　太郎")}
    assert states == {first.id: PaperState.REPLACED, new.id: PaperState.RETURNED}
    assert sorted(noted(app, Action.PAPER_RETURNED, "見本　太郎"), key=str) == ["replaced", "returned"]
    assert noted(app, Action.PAPER_ISSUED, "見本　太郎") == ["issued", "issued"]


def test_found_by_number_in_a_form_and_not_in_an_address(clerk: Reader) -> None:
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/find", **NUMBER)
    assert (clerk.heading, "この加入者に交付した証はありません。" in clerk.text) == ("加入者の証", True)
    assert "346" not in str(clerk.answer.url)
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/find", **(NUMBER | {"number": "999"}))
    assert clerk.answer.status_code == 422


def test_a_paper_waits_to_come_back_when_the_coverage_was_lost(clerk: Reader, app: App, tmp_path: Path) -> None:
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/request", ground="card-lost", **NUMBER)
    gone = country.MEMBERS[1] | {"kind": "loss", "lost_on": "2026-11-02", "loss_reason": "03"}
    country.load(app, [gone], tmp_path)
    clerk.get(NOVEMBER)
    assert "返却を待つ証はありません。" in clerk.text
    clerk.post("/insurer/papers/lapse", month="2026-11")
    assert "1枚を、返却待ちにしました。" in clerk.text
    assert "見本　太郎" in clerk.answer.text
    assert noted(app, Action.PAPER_RETURNED, "見本　太郎") == ["lapsed"]


def test_other_insurers_papers_look_like_none(clerk: Reader, app: App, tmp_path: Path) -> None:
    stranger = country.row(
        insurer_number=country.CITY,
        symbol="",
        number="7",
        name="他市　民",
        name_kana="タシ　ミン",
        birth_on="1977-07-07",
    )
    country.load(app, [stranger], tmp_path, mode="first", insurer=country.CITY)
    person = person_of(app, "他市　民")
    with app.db.transaction() as tx:
        paper = papers.issue_on_request(
            tx, country.CITY, person, ground="card-lost", paper_id=papers.PaperId(5), at=app.now()
        )
    known = {"person": shown_person_id(person), "paper": papers.shown_paper_id(paper.id)}
    assert clerk.get(f"/insurer/papers/member/{known['person']}").status_code == 404
    assert clerk.get(f"/insurer/papers/member/{known['person']}/{known['paper']}.pdf").status_code == 404
    assert clerk.get("/insurer/papers/batches/0000000000000005.csv").status_code == 404
    assert clerk.get("/insurer/papers/member/nobody").status_code == 404
    clerk.get(NOVEMBER)
    clerk.post("/insurer/papers/return", **known)
    assert clerk.answer.status_code == 404
    assert papers_of(app, "他市　民") == [paper]


def test_a_reviewer_reads_but_neither_issues_nor_takes_addresses_away(clerk: Reader, app: App) -> None:
    issue(clerk)
    files = [batch_address(clerk, form, "place") for form in ("csv", "pdf")]
    assert [clerk.get(path).status_code for path in files] == [200, 200]
    with app.db.transaction() as tx:
        access.set_roles(tx, "s-demo-reviewer", [Role.REVIEWER], by=country.BY)
    onlooker = Reader(app).enter("reviewer")
    onlooker.get(NOVEMBER)
    assert (onlooker.heading, "/insurer/papers/issue" in onlooker.answer.text) == (
        "資格確認書・資格情報のお知らせ",
        False,
    )
    assert [onlooker.get(path).status_code for path in files] == [403, 403]
    for act in ("issue", "everybody", "request", "lapse", "return", "replace"):
        onlooker.get(NOVEMBER)
        onlooker.post(f"/insurer/papers/{act}", month="2026-11", confirmed="1", ground="card-lost", **NUMBER)
        assert onlooker.answer.status_code == 403
    assert papers_of(app, "見本　太郎") == []
    desk = Reader(app).enter("reception")
    assert [desk.get(path).status_code for path in (NOVEMBER, *files)] == [403, 403, 403]


def test_a_hidden_address_leaves_by_the_print_run_only(clerk: Reader, app: App) -> None:
    issue(clerk)
    person = shown_person_id(person_of(app, "隠岐　光"))
    assert HIDDEN in clerk.get(batch_address(clerk, "csv", "place")).content.decode()
    for path in (NOVEMBER, f"/insurer/papers/member/{person}", "/insurer/overlaps?month=2026-11"):
        assert clerk.get(path).status_code == 200
        assert "秘密町" not in clerk.answer.text
    desk = Reader(app).enter("reception")
    desk.post("/reception/check", insurer="06139992", symbol="10", number="902", birth="2002-02-02")
    assert (desk.heading != "", "秘密町" in desk.answer.text) == (True, False)


def test_the_page_speaks_english(app: App, newcomers: None) -> None:
    clerk = Reader(app, language="en").enter("insurer")
    clerk.get(NOVEMBER)
    assert clerk.heading == "Papers beside the card"
    assert "Never registered the card as insurance card" in clerk.text


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("insurer.papers.kind_", list(PaperKind)),
        ("insurer.papers.state_", list(PaperState)),
        ("insurer.papers.handed_", list(Handed)),
        ("insurer.papers.sort_", list(Sorting)),
    ],
)
def test_closed_lists_have_a_word_each(prefix: str, names: list[str]) -> None:
    for name in names:
        assert text(prefix + name, "ja") != text(prefix + name, "en")
