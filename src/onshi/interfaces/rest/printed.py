"""What is printed on a card, as messages without a check name somebody by it."""

from onshi.interfaces.rest.problems import BadRequest
from onshi.interfaces.rest.shapes import day_of, text_of
from onshi.kernel import parse_insurer_number
from onshi.registry import PrintedNumber


def as_printed(
    insurer_number: str, number: str, symbol: str | None, branch: str | None, birth_on: str | None = None
) -> PrintedNumber:
    """The number that was sent. BadRequest names the member at fault."""
    try:
        insurer = parse_insurer_number(insurer_number)
    except ValueError:
        raise BadRequest(why="`insurer_number` has 6 or 8 digits") from None
    return PrintedNumber(
        insurer,
        text_of(number, "number"),
        text_of(symbol, "symbol") if symbol else None,
        text_of(branch, "branch") if branch else None,
        None if birth_on is None else day_of(birth_on, "birth_on"),
    )
