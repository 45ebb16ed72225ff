"""`onshi registry papers`: who is owed a 資格確認書, issuing them, and taking them back."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from onshi import audit, papers
from onshi.app import App
from onshi.cli.errors import MonthUnreadable, PaperForWhom
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import InsurerArgument, insurer_of, optional_day, person_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, say_list
from onshi.db import Tx
from onshi.kernel import InsurerNumber, shown_person_id
from onshi.papers import Handed, Paper, PaperId, PaperKind, Unable

_TITLES = {
    "ja": ("人", "理由", "使えない日", "有効な証", "この一覧で交付済み"),
    "en": ("person", "ground", "unable from", "valid paper", "issued by this list"),
}
_PAPER_TITLES = {
    "ja": ("番号", "人", "種類", "理由", "交付日", "有効期限", "渡し方", "状態", "まとまり"),
    "en": ("paper", "person", "kind", "ground", "issued on", "last day", "handed", "state", "batch"),
}
_MonthOption = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="The month; this one if absent.")]
_HandedOption = Annotated[Handed, typer.Option(help="How the papers come to the members.")]

commands = typer.Typer(help="Papers beside the card (資格確認書・資格情報のお知らせ).", no_args_is_help=True)


@commands.command("list")
def listed(
    insurer: InsurerArgument, month: _MonthOption = None, as_json: AsJson = False, lang: Language = DEFAULT
) -> None:
    """List members who can no longer use a card since a day of the month, and why.

    Without names: those are a disclosure.
    """
    number = insurer_of(insurer)
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = papers.newly_unable(tx, number, _month(month, app.today()))
    say_list(found, _unable_document, _TITLES[lang], _unable_cells, as_json=as_json)


@commands.command("of")
def of(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="As `onshi registry people` prints it.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List the papers of one person, the oldest first."""
    who = person_of(person)
    with reading() as tx:
        found = papers.papers_of(tx, who)
    say_list(found, _document, _PAPER_TITLES[lang], _cells, as_json=as_json)


@commands.command("issue")
def issue(
    insurer: InsurerArgument,
    month: _MonthOption = None,
    person: Annotated[str | None, typer.Option(metavar="PERSON", help="Only for this member, who asks.")] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="For every member of the elderly scheme, to 2026-07-31.")
    ] = False,
    kind: Annotated[PaperKind, typer.Option(help="Which paper the member asks for.")] = PaperKind.QUALIFICATION,
    ground: Annotated[str | None, typer.Option(help="On which ground the member asks.")] = None,
    handed: _HandedOption = Handed.POST,
    valid_to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day; the longest the law allows if absent.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Issue a 資格確認書 to everybody on the month's list, or a paper to one member who asks.

    Nobody gets a second one by the same list. This is logged.
    """
    if person is not None and everybody:
        raise PaperForWhom
    number, last = insurer_of(insurer), optional_day(valid_to)
    who = None if person is None else person_of(person)
    with opened() as app:
        wanted_month = _month(month, app.today())

        def work(tx: Tx) -> Sequence[Paper]:
            at = app.now()
            if who is not None:
                new = PaperId(app.draw())
                return [
                    papers.issue_on_request(
                        tx, number, who, ground=ground, paper_id=new, at=at, kind=kind, handed=handed, wanted_to=last
                    )
                ]
            if everybody:
                return papers.everybody_elderly(tx, number, at=at, draw=app.draw_many, handed=handed)
            return papers.issue_ex_officio(
                tx, number, wanted_month, at=at, draw=app.draw_many, handed=handed, wanted_to=last
            )

        made = app.run(lambda tx: _logged(tx, app, work(tx)))
    say_list(made, _document, _PAPER_TITLES[lang], _cells, as_json=as_json)


@commands.command("return")
def give_back(
    insurer: InsurerArgument,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="As `onshi registry papers list` prints it.")],
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="As `onshi registry papers issue` printed it.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Note that a paper came back. This is logged."""
    number, who, which = insurer_of(insurer), person_of(person), _paper(paper)
    with opened() as app:
        changed = app.run(lambda tx: _logged(tx, app, [papers.give_back(tx, number, who, which, at=app.now())]))
    say_list(changed, _document, _PAPER_TITLES[lang], _cells, as_json=as_json)


@commands.command("lapse")
def lapse(insurer: InsurerArgument, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Find papers whose coverage was lost: they are to be returned. This is logged."""
    number: InsurerNumber = insurer_of(insurer)
    with opened() as app:
        gone = app.run(lambda tx: _logged(tx, app, papers.lapse(tx, number, at=app.now())))
    say_list(gone, _document, _PAPER_TITLES[lang], _cells, as_json=as_json)


def _logged(tx: Tx, app: App, changed: Sequence[Paper]) -> Sequence[Paper]:
    if changed:
        audit.append(tx, app.draw(), [papers.entry_of(one, actor=LOCAL) for one in changed], at=app.now())
    return changed


def _month(text: str | None, today: date) -> date:
    try:
        return today.replace(day=1) if text is None else date.fromisoformat(f"{text}-01")
    except ValueError:
        raise MonthUnreadable from None


def _paper(text: str) -> PaperId:
    try:
        return PaperId(papers.parse_paper_id(text))
    except ValueError:
        raise papers.errors.UnknownPaper from None


def _unable_cells(one: Unable) -> tuple[object, ...]:
    paper = None if one.paper is None else papers.shown_paper_id(one.paper)
    return shown_person_id(one.person), one.ground, one.since, paper, "+" if one.was_issued else ""


def _unable_document(one: Unable) -> dict[str, object]:
    return {
        "person": shown_person_id(one.person),
        "ground": one.ground,
        "since": one.since,
        "paper": None if one.paper is None else papers.shown_paper_id(one.paper),
        "was_issued": one.was_issued,
        "is_owed": one.is_owed,
    }


def _cells(one: Paper) -> tuple[object, ...]:
    batch = None if one.batch is None else papers.shown_paper_id(one.batch)
    told = (one.kind.value, one.ground, one.issued_on, one.valid_to, one.handed.value, one.state.value, batch)
    return papers.shown_paper_id(one.id), shown_person_id(one.person), *told


def _document(one: Paper) -> dict[str, object]:
    return {
        "paper": papers.shown_paper_id(one.id),
        "insurer": one.insurer,
        "person": shown_person_id(one.person),
        "kind": one.kind,
        "ground": one.ground,
        "month": f"{one.month:%Y-%m}",
        "issued_on": one.issued_on,
        "valid_to": one.valid_to,
        "handed": one.handed,
        "state": one.state,
        "ended_on": one.ended_on,
        "batch": None if one.batch is None else papers.shown_paper_id(one.batch),
    }
