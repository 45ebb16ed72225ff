"""What a shell offers when a value is being typed: numbers that the database knows. Never anything about people."""

from collections.abc import Callable, Iterable

from onshi import registry
from onshi.cli.opening import glancing
from onshi.db import Tx

_MOST = 1_000
_HARMLESS = " ._-・　"
Offer = tuple[str, str]
"""A value and what stands beside it where the shell shows that (zsh, fish)."""


def insurer_numbers(incomplete: str) -> list[Offer]:
    """Insurers by number, with their names."""
    return _begun(incomplete, lambda tx: [(one.number, one.name) for one in registry.insurer_book(tx).values()])


def feed_numbers(incomplete: str) -> list[Offer]:
    """Feeds, the newest first, with insurer and file."""
    return _begun(
        incomplete,
        lambda tx: [
            (str(one.id), f"{one.insurer} {one.file_name}") for one in registry.feeds_of(tx, None, limit=_MOST)
        ],
    )


def held_numbers(incomplete: str) -> list[Offer]:
    """Rows in review, the most doubtful first, with insurer and reason."""
    return _begun(
        incomplete,
        lambda tx: [(str(one.id), f"{one.insurer} {one.reason}") for one in registry.held_rows(tx, None, limit=_MOST)],
    )


def _begun(incomplete: str, find: Callable[[Tx], Iterable[Offer]]) -> list[Offer]:
    try:
        with glancing() as tx:
            return [(value, _plain(beside)) for value, beside in find(tx) if value.startswith(incomplete)]
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the shell offers nothing and says nothing
        return []


def _plain(text: str) -> str:
    """Letters, digits and a little more. zsh evaluates what stands beside a value: the name of a file that somebody
    sent must not become a command."""
    return "".join(sign if sign.isalnum() or sign in _HARMLESS else " " for sign in text)
