"""How every command talks: its language, text or JSON, one place that prints."""

import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from onshi.interfaces.rest.problems import problem
from onshi.kernel import Moment, OnshiError, japan_time

Found = TypeVar("Found")


class Lang(StrEnum):
    """The languages that are spoken."""

    JA = "ja"
    EN = "en"


def language_of(environment: Mapping[str, str]) -> Lang:
    """What LC_ALL, LC_MESSAGES or LANG ask for, the first that is set; English for anything but Japanese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return Lang.JA if environment[name].startswith("ja") else Lang.EN
    return Lang.EN


DEFAULT = language_of(os.environ)


@dataclass
class Conversation:
    """What is known of the caller while a command runs: so that a refusal comes in their language and form."""

    language: Lang = DEFAULT
    is_json: bool = False


def _noted(context: typer.Context, value: Lang) -> Lang:
    if isinstance(context.obj, Conversation):
        context.obj.language = value
    return value


def _noted_form(context: typer.Context, value: bool) -> bool:  # noqa: FBT001 - as the framework calls it
    if isinstance(context.obj, Conversation):
        context.obj.is_json = value
    return value


Language = Annotated[
    Lang, typer.Option("--lang", callback=_noted, is_eager=True, help="Language of texts; taken from LANG if absent.")
]
AsJson = Annotated[bool, typer.Option("--json", callback=_noted_form, is_eager=True, help="Print JSON.")]


def worded(texts: Mapping[str, tuple[str, str]], name: str, language: str, **facts: object) -> str:
    """A text of a table of pairs, Japanese and English, with its facts filled in."""
    japanese, english = texts[name]
    return (japanese if language == "ja" else english).format(**facts)


def screen(*, is_error: bool = False) -> Console:
    """Where people read. Markup is off: a name in brackets is a name."""
    return Console(stderr=is_error, markup=False, highlight=False, emoji=False, soft_wrap=True)


def say(text: str = "") -> None:
    """One line for people."""
    screen().print(shown(text))


def complain(text: str) -> None:
    """One line for people on the error stream."""
    screen(is_error=True).print(shown(text))


def refuse(error: OnshiError, conversation: Conversation) -> None:
    """A refusal on the error stream: one sentence, or to a program the problem that REST would send."""
    complain(problem(error).decode() if conversation.is_json else error.text(conversation.language))


def shown(text: str) -> str:
    """The text without anything that could steer a terminal."""
    return "".join("�" if unicodedata.category(sign)[0] == "C" and sign != "\n" else sign for sign in text)


def say_json(value: Any) -> None:
    """One JSON value as one line."""
    say_bytes(msgspec.json.encode(value))


def say_bytes(line: bytes) -> None:
    """Bytes and a line end, as they are."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def say_one(document: Any, text: str, *, as_json: bool) -> None:
    """What was done or found: to a program the document, to people the text."""
    if as_json:
        say_json(document)
    else:
        say(text)


def say_list(
    found: Sequence[Found],
    document: Callable[[Found], object],
    titles: Sequence[str],
    cells: Callable[[Found], Sequence[object]],
    *,
    as_json: bool,
) -> None:
    """Many of a kind: to a program an array of documents, to people a table."""
    if as_json:
        say_json([document(one) for one in found])
    else:
        say_table(titles, map(cells, found))


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their titles; numbers to the right."""
    listed = [list(row) for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, title in enumerate(columns):
        is_number = bool(listed) and all(isinstance(row[place], int) for row in listed)
        table.add_column(title, justify="right" if is_number else "left", no_wrap=True)
    for row in listed:
        table.add_row(*("" if cell is None else shown(str(cell)) for cell in row))
    console = screen()
    # A table for a file or a pipe is not cut at the width of a screen that is not there.
    console.width = max(console.width, 500) if not console.is_terminal else console.width
    console.print(table)


def clock_text(moment: Moment | None) -> str:
    """A moment as a wall clock in Japan shows it, to the second; empty for none."""
    return "" if moment is None else japan_time(moment).strftime("%Y-%m-%d %H:%M:%S")


def iso_text(moment: Moment | None) -> str | None:
    """A moment for JSON as REST writes it: ISO 8601 with Japan's offset, to the second."""
    return None if moment is None else japan_time(moment).isoformat(timespec="seconds")
