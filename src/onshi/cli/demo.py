"""`onshi demo`: a country that does not exist, built once, then served."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from onshi.cli.errors import DemoIsEmbedded, ScaleMalformed
from onshi.cli.serve import require_free, run
from onshi.cli.speaking import DEFAULT, AsJson, Language, say_one, screen, worded
from onshi.demo.accounts import CLINIC_CLIENT, KEYS
from onshi.demo.examples import Example
from onshi.demo.model import Scale
from onshi.demo.standing import Standing, set_up, standing
from onshi.eligibility import AnswerKind
from onshi.settings import PREFIX, Settings, read_settings

_TEXTS = {
    "people": ("住民を作成", "Making people"),
    "loading": ("登録ファイルを反映", "Loading feeds"),
    "built": (
        "デモの国：{people:,}人（{today}現在、縮尺{scale}）",
        "Demo country: {people:,} people as of {today}, scale {scale}",
    ),
    "accounts": ("ワンクリックで入れるアカウント", "Accounts, one click each on the front page"),
    "try": ("照会の例", "Ask about somebody"),
    "card": ("カード", "card"),
    "curl": ("システムから（別の端末で）", "From software (in a second terminal)"),
    "folders": (
        "フォルダーで受け渡すソフトから（別の端末で）",
        "From software that exchanges files (in a second terminal)",
    ),
    "cli": ("コマンドで（別の端末で）", "From the command line (in a second terminal)"),
    "open": ("ブラウザーで開く", "Open in a browser"),
    "stop": ("終了はCtrl-C", "Stop with Ctrl-C"),
}
_KINDS = {
    AnswerKind.IN_FORCE.value: ("資格あり", "in force"),
    AnswerKind.LOST_OTHER_IN_FORCE.value: ("喪失・別の資格あり", "lost, another in force"),
    AnswerKind.UNDER_REVIEW.value: ("本人確認中", "under review"),
}
_DESK = "demo-reception"
_NUMBER = ("insurer_number", "symbol", "number", "branch", "birth_on")
_OPTIONS = {"insurer_number": "insurer", "birth_on": "birth"}


def demo(
    scale: Annotated[str, typer.Option(metavar="1/N", help="People per person of the nation.")] = "1/1000",
    fresh: Annotated[bool, typer.Option("--fresh", help="Build anew even if the country stands.")] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build and print, but do not serve.")] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Build a synthetic country (once), print how to ask it, and serve it."""
    settings = read_settings()
    if settings.database != f"sqlite:///{settings.data / 'onshi.sqlite'}":
        raise DemoIsEmbedded
    if not no_serve:
        require_free(settings)
    wanted = _scale(scale)
    stands = None if fresh else standing(settings.data, wanted)
    if stands is None:
        stands = _built(settings, wanted, lang)
    document = {**msgspec.structs.asdict(stands), "base_url": settings.base_url}
    say_one(document, "\n".join(guide(stands, settings, lang)), as_json=as_json)
    if not no_serve:
        run(read_settings())


def _scale(text: str) -> Scale:
    part, _, whole = text.partition("/")
    if not (part.isascii() and part.isdigit() and whole.isascii() and whole.isdigit()):
        raise ScaleMalformed
    return Scale(int(part), int(whole))


def _built(settings: Settings, scale: Scale, language: str) -> Standing:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen(is_error=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(worded(_TEXTS, what, language), total=of)
            progress.update(tasks[what], completed=done, total=of)

        return set_up(settings.data, scale, tell=tell)


def guide(stands: Standing, settings: Settings, language: str) -> Iterator[str]:
    """What to do with the country: addresses, accounts, people, and lines that can be pasted as they are."""
    scale = f"{stands.part}/{stands.whole}"
    yield worded(_TEXTS, "built", language, people=stands.people, today=stands.today.isoformat(), scale=scale)
    yield ""
    yield f"{worded(_TEXTS, 'accounts', language)}:"
    for account in stands.accounts:
        yield f"  {account['login']}  {account['party']}  {account['role']}"
    by_number = [example for example in stands.examples if "number" in example]
    cards = [example for example in stands.examples if "serial" in example]
    yield ""
    yield f"{worded(_TEXTS, 'try', language)}:"
    for example in by_number:
        asked = " ・ ".join(example[name] for name in _NUMBER if example[name])
        yield f"  {asked}  → {worded(_KINDS, example['kind'], language)}"
    for example in cards:
        card = f"{worded(_TEXTS, 'card', language)} {example['issuer']}:{example['serial']}"
        yield f"  {card}  → {worded(_KINDS, example['kind'], language)}"
    (clinic,) = (account["code"] for account in stands.accounts if account["login"] == _DESK)
    yield from _commands(by_number, cards, clinic, settings, language)
    yield ""
    yield f"{worded(_TEXTS, 'open', language)}: {settings.base_url}   ({worded(_TEXTS, 'stop', language)})"


def _commands(
    by_number: list[Example], cards: list[Example], clinic: str, settings: Settings, language: str
) -> Iterator[str]:
    program = program_here()
    yield ""
    yield f"{worded(_TEXTS, 'cli', language)}:"
    for example in by_number:
        options = [f"--{_OPTIONS.get(name, name)} {shlex.quote(example[name])}" for name in _NUMBER if example[name]]
        yield f"  {program} check {' '.join(options)}"
    for example in cards:
        card = shlex.quote(f"{example['issuer']}:{example['serial']}")
        yield f"  {program} check --card {card}"
    yield ""
    yield f"{worded(_TEXTS, 'curl', language)}:"
    for example in by_number[:1]:
        members = ",".join(f'"{name}":"{example[name]}"' for name in _NUMBER if example[name])
        yield f"  TOKEN=$({program} access token --client {CLINIC_CLIENT})"
        yield (
            f'  curl -s -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json"'
            f" -d {shlex.quote('{' + members + '}')} {settings.base_url}/v1/checks"
        )
    yield ""
    yield f"{worded(_TEXTS, 'folders', language)}:"
    key = shlex.quote(str(settings.data / KEYS / f"{CLINIC_CLIENT}.pem"))
    folder = shlex.quote(str(settings.data / "oqs"))
    yield (
        f"  {program} oqs agent --folder {folder} --institution {clinic}"
        f" --client {CLINIC_CLIENT} --key {key} --server {settings.base_url}"
    )


def program_here() -> str:
    """How to call us from this folder, with the settings we were given."""
    program = Path(sys.prefix) / "bin" / "onshi"
    here = Path.cwd()
    shown = program.relative_to(here) if program.is_relative_to(here) else program
    defaults = {f"{PREFIX}PORT": "8200"}
    given = {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith(PREFIX) and defaults.get(name) != value
    }
    return " ".join([*(f"{name}={shlex.quote(value)}" for name, value in given.items()), shlex.quote(str(shown))])
