"""`onshi oqs`: the national interface at a clinic: folders on this machine, the server over the network."""

import signal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import msgspec
import typer

from onshi.app import wall_clock
from onshi.cli import oqs_sandbox, oqs_terminals
from onshi.cli.access_clients import token_form
from onshi.cli.errors import NoAgentHere
from onshi.cli.options import institution_of, zip_password_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, say, say_one, worded
from onshi.interfaces import oqs
from onshi.kernel import Moment
from onshi.outside import Desk, ExchangeFolder, FileSigner

commands = typer.Typer(
    help="The national interface: files in folders, as clinic software has them, and terminals.", no_args_is_help=True
)
commands.add_typer(oqs_terminals.authority, name="terminal-ca")
commands.command()(oqs_terminals.certify)
commands.add_typer(oqs_sandbox.commands, name="sandbox")

_TEXTS = {
    "begins": (
        "連携アプリを開始しました：{folder}（終了はCtrl+C）",
        "The agent works on {folder}. End it with Ctrl+C.",
    ),
    "ended": (
        "終了しました。回答{answered}件、差し戻し{returned}件。",
        "Ended. Answered {answered}, returned {returned}.",
    ),
    "status": (
        "回線：{line}（{since}から）。待ち{waiting}件、回答{answered}件、差し戻し{returned}件。問題：{error}",
        "Line {line} since {since}. Waiting {waiting}, answered {answered}, returned {returned}. Trouble: {error}",
    ),
    "kept": ("{file}に保存しました（{size}バイト）。", "Kept in {file} ({size} bytes)."),
    "done": ("回答{answered}件、差し戻し{returned}件。", "Answered {answered}, returned {returned}."),
}

FolderOption = Annotated[Path, typer.Option("--folder", metavar="DIR", help="Where req, res and face are, or will be.")]
InstitutionOption = Annotated[str, typer.Option(metavar="CODE", help="The institution's code, ten digits.")]
ServerOption = Annotated[str, typer.Option(metavar="URL", help="The server to ask.")]
ClientOption = Annotated[str, typer.Option(metavar="CLIENT", help="The software that asks.")]
KeyOption = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Its private key (PEM).")]
EncodingOption = Annotated[oqs.Encoding, typer.Option(help="How answers are written.", case_sensitive=False)]
PasswordOption = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Switches ZIP on: a file with the password."),
]
HERE = "http://localhost:8200"


@commands.command()
def agent(
    folder: FolderOption,
    institution: InstitutionOption,
    client: ClientOption,
    key: KeyOption,
    server: ServerOption = HERE,
    encoding: EncodingOption = oqs.Encoding.UTF_8,
    zip_password: PasswordOption = None,
    once: Annotated[bool, typer.Option("--once", help="Answer what is there, and end.")] = False,
    keep_days: Annotated[int, typer.Option(min=0, help="How long our own copies are kept.")] = 7,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Answer the requests of clinic software that exchanges files: the linking agent (連携アプリ).

    Takes requests out of req, asks the server, and puts answers into res. While the server cannot be reached requests
    wait; `onshi oqs status` tells. Nothing is lost when it is killed.
    """
    terms = oqs.agent.Terms(institution_of(institution), encoding, zip_password_of(zip_password))
    signer = FileSigner(key)

    def centre() -> Desk:
        return Desk(server, lambda address: token_form(client, signer, audience=address, at=wall_clock(), scope=None))

    clocks = oqs.agent.Clocks(wall_clock)
    working = oqs.agent.Agent(ExchangeFolder(folder), terms, centre, clocks, keep_days=keep_days)
    if once:
        working.once()
        say_one(_counts(working.status), worded(_TEXTS, "done", lang, **_counts(working.status)), as_json=as_json)
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: working.stop())
    if not as_json:
        say(worded(_TEXTS, "begins", lang, folder=folder))
    working.run()
    say_one(_counts(working.status), worded(_TEXTS, "ended", lang, **_counts(working.status)), as_json=as_json)


@commands.command()
def status(folder: FolderOption, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Tell how an agent stands: whether it reaches the server, and how many requests wait."""
    path = folder / "agent" / "status.json"
    if not path.exists():
        raise NoAgentHere(folder=str(folder))
    found = msgspec.json.decode(path.read_bytes(), type=oqs.agent.Status)
    since = clock_text(Moment(found.since))
    told = worded(
        _TEXTS,
        "status",
        lang,
        line=found.line,
        since=since,
        waiting=found.waiting,
        error=found.error or "—",
        **_counts(found),
    )
    say_one(msgspec.to_builtins(found), told, as_json=as_json)


@commands.command()
def history(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day; at most 366 days.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the ZIP is written.")],
    client: ClientOption,
    key: KeyOption,
    server: ServerOption = HERE,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Fetch the history of your own checks (資格確認履歴) as the ZIP that the national system gives."""
    signer = FileSigner(key)

    def form(address: str) -> dict[str, str]:
        return token_form(client, signer, audience=address, at=wall_clock(), scope=None)

    with Desk(server, form) as desk:
        found = desk.get("/v1/history?" + urlencode({"from": first, "to": last}))
    out.write_bytes(found)
    say_one(
        {"file": str(out), "bytes": len(found)},
        worded(_TEXTS, "kept", lang, file=out, size=f"{len(found):,}"),
        as_json=as_json,
    )


def _counts(status: oqs.agent.Status) -> dict[str, int]:
    return {"answered": status.answered, "returned": status.returned}
