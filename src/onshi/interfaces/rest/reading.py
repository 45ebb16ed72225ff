"""One plain page that lists the operations, for people; machines read `/openapi.json`."""

from collections.abc import Iterable
from html import escape

from onshi.interfaces.rest.openapi import refusals_of
from onshi.interfaces.rest.operations import Operation
from onshi.interfaces.rest.problems import status_of

_HEAD = (
    '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>onshi API</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>onshi API</h1>'
    '<p>機械で読むには <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1)。'
    ' Codes and texts: <a href="/v1/codes">/v1/codes</a>.</p>'
)


def page(operations: Iterable[Operation]) -> bytes:
    """The page as UTF-8, without style or script."""
    return "".join([_HEAD, *map(_section, operations), "</main></body></html>\n"]).encode()


def _section(row: Operation) -> str:
    scopes = " / ".join(row.scopes) or "なし (none)"
    parameters = "".join(
        f"<li><code>{escape(one.name)}</code> ({one.place}): {escape(one.meaning)}</li>" for one in row.parameters
    )
    gives = "".join(f"<li>{status}: {escape(one.meaning)}</li>" for status, one in sorted(row.gives.items()))
    refusals = sorted((status_of(error.__new__(error)), error.code) for error in refusals_of(row))
    refuses = "".join(f"<li>{status}: <code>{escape(code)}</code></li>" for status, code in refusals)
    return (
        f'<section id="{row.name}"><h2>{row.method} <code>{escape(row.path)}</code></h2>'
        f'<p>{escape(row.summary_ja)}</p><p lang="en">{escape(row.summary)}</p>'
        f"<p>スコープ (scope): {escape(scopes)}</p><ul>{parameters}</ul><ul>{gives}</ul>"
        f"<details><summary>拒否 (refusals)</summary><ul>{refuses}</ul></details></section>"
    )
