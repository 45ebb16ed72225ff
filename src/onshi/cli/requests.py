"""`onshi requests`: requests down a tree of bodies, how far they came, trees brought in, devices lent."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from onshi import access, audit, requests
from onshi.app import App
from onshi.cli.codes import NOT_IN_FORCE
from onshi.cli.errors import FileRefused
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import optional_day
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_list, say_table, worded
from onshi.db import Tx
from onshi.kernel import Finding
from onshi.requests import Loan, NodeState, Relation, Request, RequestKind, errors, loans, passing, sending
from onshi.requests.model import LevelReach, Report, RequestId

_TITLES = {
    "ja": ("番号", "文書番号", "発信元", "種別", "件名", "発出日", "回答期限", "後の依頼"),
    "en": ("request", "number", "sender", "kind", "subject", "issued on", "due on", "over by"),
}
_REACH = {
    "ja": ("段階", "全体", "届いた", "受領済み", "受領待ち", "期限超過", "不明"),
    "en": ("level", "all", "reached", "acknowledged", "waiting", "late", "unknown"),
}
_LATE = {
    "ja": ("段階", "団体", "名称", "期限超過", "届いた日", "督促"),
    "en": ("level", "body", "name", "late", "reached on", "reminded"),
}
_REPORTS = {"ja": ("団体", "内容", "日付", "数"), "en": ("body", "what", "on", "number")}
_LOANS = {
    "ja": ("管理番号", "貸出先", "貸出日", "返却予定日", "返却日", "状態"),
    "en": ("asset", "borrower", "lent on", "due back", "returned on", "condition"),
}
_FINDINGS = {"ja": ("行", "列", "コード", "内容", "対処"), "en": ("row", "column", "code", "what", "what to do")}
_TEXTS = {"brought": ("{tree}（{count}団体）を登録しました。", "{tree} is brought in: {count} bodies.")}
_RequestArgument = Annotated[str, typer.Argument(metavar="REQUEST", help="As `onshi requests list` prints it.")]
_ByOption = Annotated[str, typer.Option("--by", metavar="PARTY", help="Who says so, for example prefecture:13.")]
_OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today if absent.")]

commands = typer.Typer(help="Requests down a tree of bodies, and devices lent.", no_args_is_help=True)


@commands.command("list")
def listed(
    sender: Annotated[str | None, typer.Option(metavar="PARTY", help="Only those of this sender.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List the requests that were sent, the newest first."""
    with reading() as tx:
        found = sending.all_sent(tx) if sender is None else sending.sent_by(tx, sender)
    say_list(found, _document, _TITLES[lang], lambda one: _cells(one, lang), as_json=as_json)


@commands.command("send")
def send(
    sender: Annotated[str, typer.Option(metavar="PARTY", help="Who sends, for example ministry:health.")],
    number: Annotated[str, typer.Option(help="The number of the paper, once in a fiscal year.")],
    subject: Annotated[str, typer.Option(help="In Japanese.")],
    tree: Annotated[str, typer.Option(metavar="CODE", help="Down which tree, for example local-government.")],
    depth: Annotated[int, typer.Option(help="How many levels down.")] = 1,
    kind: Annotated[RequestKind, typer.Option(help="How they are asked.")] = RequestKind.NOTICE,
    subject_en: Annotated[str, typer.Option(help="In English.")] = "",
    issued_on: Annotated[str | None, typer.Option("--issued", metavar="DATE", help="Today if absent.")] = None,
    due_on: Annotated[
        str | None, typer.Option("--due", metavar="DATE", help="An answer is wanted by this day.")
    ] = None,
    earlier: Annotated[str | None, typer.Option(metavar="REQUEST", help="An earlier one that this is about.")] = None,
    relation: Annotated[Relation, typer.Option(help="What it does to the earlier one.")] = Relation.CORRECTS,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Send a request down a tree: whoever is directly below has it. This is logged."""
    issued, due = optional_day(issued_on), optional_day(due_on)
    about = None if earlier is None else _id(earlier)
    with opened() as app:

        def work(tx: Tx) -> Request:
            today = app.today()
            party = access.party_by_id(tx, sender).id
            new = Request(
                id=RequestId(app.draw()),
                sender=party,
                number=number,
                kind=kind,
                subject_ja=subject,
                subject_en=subject_en,
                issued_on=issued or today,
                due_on=due,
                tree=tree,
                tree_since=_since(tx, party, tree, issued or today),
                depth=depth,
                earlier=about,
                relation=None if about is None else relation,
            )
            _log(tx, app, [sending.send(tx, new, at=app.now())])
            return new

        sent = app.run(work)
    say_list([sent], _document, _TITLES[lang], lambda one: _cells(one, lang), as_json=as_json)


@commands.command("acknowledge")
def acknowledge(
    request: _RequestArgument,
    by: _ByOption,
    node: Annotated[str | None, typer.Option(metavar="BODY", help="Whom it is about, if another or a group.")] = None,
    number: Annotated[int, typer.Option(help="Of a group: how many so far.")] = 1,
    on: _OnOption = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Note that a body has the request: it says so itself, or the nearest known one above it. This is logged."""
    which, day = _id(request), optional_day(on)
    with opened() as app:

        def work(tx: Tx) -> list[Report]:
            when = day or app.today()
            told = passing.acknowledge(tx, which, by, on=when, at=app.now(), node=node, number=number)
            return _logged(tx, app, [told])

        told = app.run(work)
    say_list(told, _report, _REPORTS[lang], _report_cells, as_json=as_json)


@commands.command("pass-on")
def pass_on(
    request: _RequestArgument,
    by: _ByOption,
    to: Annotated[list[str], typer.Option("--to", metavar="BODY[=NUMBER]", help="To whom; of a group, to how many.")],
    parent: Annotated[str | None, typer.Option(metavar="GROUP", help="The group they are below, if one.")] = None,
    on: _OnOption = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Note that a body passed the request on to some of those below it. This is logged."""
    which, day = _id(request), optional_day(on)
    given = dict(map(_share, to))
    with opened() as app:

        def work(tx: Tx) -> list[Report]:
            when = day or app.today()
            told = passing.pass_on(tx, which, by, given, on=when, at=app.now(), parent=parent)
            return _logged(tx, app, told)

        told = app.run(work)
    say_list(told, _report, _REPORTS[lang], _report_cells, as_json=as_json)


@commands.command("reach")
def reach(request: _RequestArgument, on: _OnOption = None, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Say how far a request has come, level by level, as known on a day."""
    seen = _seen(request, on)
    say_list(seen.levels, _level, _REACH[lang], _level_cells, as_json=as_json)


@commands.command("late")
def late(request: _RequestArgument, on: _OnOption = None, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List who has a request and is past the day, level by level."""
    seen = _seen(request, on)
    say_list(seen.late, _state, _LATE[lang], lambda one: _state_cells(one, lang), as_json=as_json)


@commands.command("import-tree")
def import_tree(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV: node, parent, name, name_en, count.")],
    owner: Annotated[str, typer.Option(metavar="PARTY", help="Whose tree it is: its first row.")],
    code: Annotated[str, typer.Option(help="A short name.")],
    since: Annotated[str, typer.Option(metavar="DATE", help="From when the list counts.")],
    name: Annotated[str, typer.Option(help="What it is called, in Japanese.")],
    name_en: Annotated[str, typer.Option(help="In English.")] = "",
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Bring in a list of bodies as a tree, or say everything that is wrong with it (exit code 1). This is logged."""
    day = optional_day(since)
    assert day is not None, "an option that has to be given"
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FileRefused(file=file, why="UTF-8") from None
    with opened() as app:

        def work(tx: Tx) -> tuple[int, list[Finding]]:
            party = access.party_by_id(tx, owner).id
            tree, found = sending.import_tree(
                tx, text, owner=party, code=code, since=day, name_ja=name, name_en=name_en, at=app.now()
            )
            if tree is not None:
                _log(tx, app, [tree])
            return (0 if tree is None else len(tree.nodes)), found

        count, findings = app.run(work)
    if as_json:
        say_json({"tree": code, "since": day, "bodies": count, "findings": [_finding(one) for one in findings]})
    elif findings:
        say_table(_FINDINGS[lang], (_finding_cells(one, lang) for one in findings))
    else:
        say(worded(_TEXTS, "brought", lang, tree=code, count=count))
    if findings:
        raise typer.Exit(NOT_IN_FORCE)


@commands.command("loans")
def lent(
    owner: Annotated[str, typer.Argument(metavar="PARTY", help="Whose devices, for example insurer:06139992.")],
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that should be back.")] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List the devices an organisation lent, the oldest first."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = loans.overdue(tx, owner, app.today()) if overdue else loans.loans_of(tx, owner)
    say_list(found, _loan, _LOANS[lang], _loan_cells, as_json=as_json)


# -- Reading and writing -----------------------------------------------------------------------------------------------


def _seen(request: str, on: str | None) -> requests.Seen:
    which, day = _id(request), optional_day(on)
    with opened() as app, app.db.transaction(reading=True) as tx:
        sender = sending.request_by_id(tx, which).sender
        return passing.see(tx, which, sender, on=day or app.today())


def _since(tx: Tx, sender: str, tree: str, on: date) -> date:
    found = [one.since for one in sending.trees_of(tx, sender, on) if one.code == tree]
    if not found:
        raise errors.UnknownTree(tree=tree)
    return max(found)


def _log(tx: Tx, app: App, things: Iterable[requests.Thing]) -> None:
    audit.append(tx, app.draw(), [requests.entry_of(one, actor=LOCAL) for one in things], at=app.now())


def _logged(tx: Tx, app: App, told: list[Report]) -> list[Report]:
    _log(tx, app, told)
    return told


def _id(text: str) -> RequestId:
    try:
        return RequestId(requests.parse_id(text))
    except ValueError:
        raise errors.UnknownRequest from None


def _share(text: str) -> tuple[str, int]:
    key, _, number = text.partition("=")
    if not number:
        return key, 1
    return key, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1


def _document(one: Request) -> dict[str, object]:
    return {
        "request": requests.shown_id(one.id),
        "sender": one.sender,
        "number": one.number,
        "kind": one.kind,
        "subject": {"ja": one.subject_ja, "en": one.subject_en or None},
        "issued_on": one.issued_on,
        "due_on": one.due_on,
        "tree": one.tree,
        "tree_since": one.tree_since,
        "depth": one.depth,
        "earlier": None if one.earlier is None else requests.shown_id(one.earlier),
        "relation": one.relation,
        "over_by": None if one.over_by is None else requests.shown_id(one.over_by),
    }


def _cells(one: Request, lang: str) -> tuple[object, ...]:
    over = None if one.over_by is None else requests.shown_id(one.over_by)
    told = (one.number, one.sender, one.kind.value, one.subject(lang), one.issued_on, one.due_on, over)
    return requests.shown_id(one.id), *told


def _report(one: Report) -> dict[str, object]:
    return {"body": one.node, "what": one.what, "on": one.on, "number": one.number, "by": one.by}


def _report_cells(one: Report) -> tuple[object, ...]:
    return one.node, one.what.value, one.on, one.number


def _level(one: LevelReach) -> dict[str, object]:
    return {
        "level": one.level,
        "bodies": one.bodies,
        "reached": one.reached,
        "acknowledged": one.acknowledged,
        "waiting": one.waiting,
        "late": one.late,
        "unknown": one.unknown,
    }


def _level_cells(one: LevelReach) -> tuple[object, ...]:
    return tuple(_level(one).values())


def _state(one: NodeState) -> dict[str, object]:
    return {
        "level": one.level,
        "body": one.node.key,
        "name": one.node.name,
        "late": one.late,
        "reached_on": one.reached_on,
        "reminded": one.reminded,
        "reminded_on": one.reminded_on,
    }


def _state_cells(one: NodeState, lang: str) -> tuple[object, ...]:
    return one.level, one.node.key, one.node.called(lang), one.late, one.reached_on, one.reminded_on


def _finding(one: Finding) -> dict[str, object]:
    return {"row": one.row, "column": one.column, "code": one.code, "severity": one.severity}


def _finding_cells(one: Finding, lang: str) -> tuple[object, ...]:
    words = requests.FINDINGS[one.code]
    return one.row, one.column, one.code, words[lang], words[f"remedy_{lang}"]


def _loan(one: Loan) -> dict[str, object]:
    return {
        "loan": requests.shown_id(one.id),
        "asset": one.asset,
        "borrower": one.borrower or None,
        "window": one.window or None,
        "lent_on": one.lent_on,
        "due_back": one.due_back,
        "returned_on": one.returned_on,
        "condition": one.condition,
    }


def _loan_cells(one: Loan) -> tuple[object, ...]:
    return one.asset, one.borrower or one.window, one.lent_on, one.due_back, one.returned_on, one.condition
