"""Options and arguments that several commands share, and how their values are read."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from onshi.cli.completion import feed_numbers, held_numbers, insurer_numbers
from onshi.cli.errors import (
    DayUnreadable,
    InstitutionUnreadable,
    InsurerUnreadable,
    PasswordFileEmpty,
    PersonUnreadable,
)
from onshi.kernel import (
    InsurerNumber,
    PersonId,
    ProviderCode,
    parse_day,
    parse_insurer_number,
    parse_person_id,
    parse_provider_code,
)

_INSURER_HELP = "Insurer number (保険者番号), 6 or 8 digits."
OnlyInsurer = Annotated[
    str | None,
    typer.Option("--insurer", metavar="NUMBER", autocompletion=insurer_numbers, help="Only of this insurer."),
]
InsurerArgument = Annotated[str, typer.Argument(metavar="NUMBER", autocompletion=insurer_numbers, help=_INSURER_HELP)]
# Ids have 63 bits; more would be no id, and too much for a database.
_MOST = 2**63 - 1
FeedId = Annotated[
    int,
    typer.Argument(metavar="FEED", max=_MOST, autocompletion=feed_numbers, help="As `onshi registry load` printed it."),
]
HeldId = Annotated[
    int,
    typer.Argument(
        metavar="ID", max=_MOST, autocompletion=held_numbers, help="As `onshi registry review list` prints it."
    ),
]


def insurer_of(text: str) -> InsurerNumber:
    """An insurer number as typed. InsurerUnreadable."""
    try:
        return parse_insurer_number(text)
    except ValueError:
        raise InsurerUnreadable from None


def institution_of(text: str) -> ProviderCode:
    """A medical institution code as typed. InstitutionUnreadable."""
    try:
        return parse_provider_code(text)
    except ValueError:
        raise InstitutionUnreadable from None


def day_of(text: str) -> date:
    """A day as typed: 2020-08-01 or 令和2年8月1日. DayUnreadable."""
    try:
        return parse_day(text)
    except ValueError:
        raise DayUnreadable from None


def optional_day(text: str | None) -> date | None:
    """The same, where one was given."""
    return None if text is None else day_of(text)


def person_of(text: str) -> PersonId:
    """A person id as typed. PersonUnreadable."""
    try:
        return parse_person_id(text)
    except ValueError:
        raise PersonUnreadable from None


def zip_password_of(path: Path | None) -> bytes | None:
    """The password of ZIP files that a file holds; None without one. PasswordFileEmpty."""
    if path is None:
        return None
    found = path.read_bytes().strip()
    if not found:
        raise PasswordFileEmpty
    return found
