"""`onshi oqs sandbox`: for makers of clinic software: people to try, and how theirs does."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onshi.app import wall_clock
from onshi.cli.codes import NOT_IN_FORCE
from onshi.cli.demo import program_here
from onshi.cli.errors import NoAgentHere
from onshi.cli.opening import opened
from onshi.cli.options import zip_password_of
from onshi.cli.speaking import DEFAULT, AsJson, Lang, Language, clock_text, say, say_json, say_one, say_table, worded
from onshi.demo.sandbox.making import make_sandbox
from onshi.interfaces import oqs
from onshi.interfaces.oqs.sandbox import Report, Seen, Verdict

commands = typer.Typer(help="For makers of clinic software: try it, and see how it does.", no_args_is_help=True)

BROKEN = NOT_IN_FORCE
_TEXTS = {
    "made": (
        "{folder}に、試せる例{triggers}件と見本のファイルを作りました（ない場合{missing}件）。一覧：{page}",
        "Made {triggers} things to try in {folder}, with their files; {missing} cases this country does not have. "
        "List: {page}",
    ),
    "agent": ("連携アプリ（サーバーが動いているときに）：", "The agent (while the server runs):"),
    "counts": (
        "適合{met}、不適合{broken}、対象なし{not_seen}（要求{requests}件、回答{answers}件）",
        "{met} met, {broken} broken, {not_seen} not seen, of {requests} requests and {answers} answers.",
    ),
}
_TITLES = {"ja": ("結果", "規則", "件数", "箇所"), "en": ("verdict", "rule", "seen", "where")}
_SHOWN = 3

FolderOption = Annotated[Path, typer.Option("--folder", metavar="DIR", help="Where req, res and face are, or will be.")]
PageOption = Annotated[Path | None, typer.Option("--page", metavar="FILE", help="Write the report as a page (HTML).")]
PdfOption = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write the report as PDF.")]
PasswordOption = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Looks into ZIP files: a file with the password."),
]


@commands.command()
def make(
    folder: FolderOption,
    institution: Annotated[
        str | None, typer.Option(metavar="CODE", help="The institution's code; that of the demo clinic if absent.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Make folders, request files and a list of people to try, beside a demo country that was built.

    Every case was really asked and gave what the list says; what this country does not have is listed too.
    """
    with opened() as app:
        made = make_sandbox(app, folder, institution=institution, program=program_here())
    document = {
        "folder": str(folder),
        "institution": made.institution,
        "triggers": len(made.triggers),
        "missing": len(made.missing),
        "page": str(folder / "patients.html"),
        "agent": made.commands["agent"],
    }
    told = worded(_TEXTS, "made", lang, **document)
    say_one(document, f"{told}\n{worded(_TEXTS, 'agent', lang)}\n  {document['agent']}", as_json=as_json)


@commands.command()
def watch(
    folder: FolderOption,
    page: PageOption = None,
    pdf: PdfOption = None,
    zip_password: PasswordOption = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Hold what software wrote into an agent's folder against every rule of the interface.

    It looks at what the agent keeps (as long as its --keep-days says), and at files in req that no agent takes. Exit
    code 1: a rule that must be met is broken.
    """
    if not oqs.sandbox.is_agent_folder(folder):
        raise NoAgentHere(folder=str(folder))
    seen = oqs.sandbox.seen_in(folder, password=zip_password_of(zip_password))
    _tell(seen, str(folder), page, pdf, lang, as_json=as_json)


@commands.command()
def judge(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="Request files.")],
    page: PageOption = None,
    pdf: PdfOption = None,
    zip_password: PasswordOption = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Hold request files by themselves against the rules of names and tables. Nothing is sent anywhere.

    Exit code 1: a rule that must be met is broken.
    """
    seen = oqs.sandbox.seen_files(files, password=zip_password_of(zip_password))
    _tell(seen, " ".join(path.name for path in files), page, pdf, lang, as_json=as_json)


def _tell(seen: Seen, subject: str, page: Path | None, pdf: Path | None, lang: Lang, *, as_json: bool) -> None:
    report = oqs.sandbox.judge(seen, subject=subject, at=clock_text(wall_clock()))
    if page is not None:
        page.write_text(oqs.sandbox.report_page(report), encoding="utf-8")
    if pdf is not None:
        pdf.write_bytes(oqs.sandbox.report_pdf(report))
    if as_json:
        say_json({"broken": report.is_broken, **msgspec.to_builtins(report)})
    else:
        _say(report, lang)
    raise typer.Exit(BROKEN if report.is_broken else 0)


def _say(report: Report, lang: Lang) -> None:
    say_table(_TITLES[lang], [_cells(row, lang) for row in report.rules])
    counts = {verdict.value: report.count(verdict) for verdict in Verdict}
    say(worded(_TEXTS, "counts", lang, **counts, requests=report.requests, answers=report.answers))


def _cells(row: oqs.sandbox.Judged, lang: Lang) -> tuple[object, ...]:
    words = oqs.sandbox.WORDS
    place = 0 if lang == "ja" else 1
    verdict = words[row.verdict][place]
    if row.weight is oqs.sandbox.Weight.ADVICE and row.verdict is Verdict.BROKEN:
        verdict = f"{verdict} ({words[row.weight][place]})"
    places = [f"{one.file} {one.where}".strip() for one in row.broken]
    more = ["…"] if len(places) > _SHOWN else []
    return verdict, f"{row.code}: {row.ja if lang == 'ja' else row.en}", row.seen, ", ".join([*places[:_SHOWN], *more])
