"""What was typed or scanned at the desk, read into one question. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from onshi.eligibility import ByCard, ByNumber, Query
from onshi.kernel import narrow, parse_day, parse_insurer_number
from onshi.web.problems import Problem

NUMBER_FIELDS = ("insurer", "symbol", "number", "branch", "birth")
FIELDS = ("scan", *NUMBER_FIELDS, "card", "day")
TICKS = ("limit_consent", "disease_consent")
_SYMBOL_MAX = 40
_NUMBER_MAX = 40
_BRANCH_MAX = 2
_CARD_MAX = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """The question, or everything that is wrong with the form (never both)."""

    query: Query | None
    problems: tuple[Problem, ...] = ()


def read_form(fields: Mapping[str, str], today: date) -> Reading:
    """The one question a form asks: by scan, by card or by number, whichever was filled in."""
    ways = [way for way in (_way("scan", fields), _way("card", fields), _number_way(fields)) if way]
    problems: list[Problem] = []
    on = _day(fields.get("day", ""), "day", problems, default=today)
    if len(ways) != 1:
        problem = (
            Problem("scan", "reception.problem.two_ways") if ways else Problem("scan", "reception.problem.nothing")
        )
        return Reading(None, (problem, *problems))
    asked: ByCard | ByNumber | None
    if ways[0] == "number":
        asked = _number(fields, today, problems)
    elif ways[0] == "card":
        asked = _card(fields["card"], "card", problems)
    else:
        asked = _scan(fields["scan"], today, problems)
    if asked is None or on is None or problems:
        return Reading(None, tuple(problems))
    return Reading(
        Query(
            asked,
            on,
            limit_consent=bool(fields.get("limit_consent")),
            disease_consent=bool(fields.get("disease_consent")),
            # Nobody proved by key or face to be the holder: a member of staff read the card.
            presence="number" if isinstance(asked, ByNumber) else "staff",
        )
    )


def _way(name: str, fields: Mapping[str, str]) -> str:
    return name if fields.get(name, "").strip() else ""


def _number_way(fields: Mapping[str, str]) -> str:
    return "number" if any(fields.get(name, "").strip() for name in NUMBER_FIELDS) else ""


def _number(fields: Mapping[str, str], today: date, problems: list[Problem]) -> ByNumber | None:
    given = {name: fields.get(name, "").strip() for name in NUMBER_FIELDS}
    insurer = None
    try:
        insurer = parse_insurer_number(given["insurer"])
    except ValueError:
        problems.append(Problem("insurer", "reception.problem.insurer"))
    if not given["number"] or len(given["number"]) > _NUMBER_MAX:
        problems.append(Problem("number", "reception.problem.number"))
    if len(given["symbol"]) > _SYMBOL_MAX:
        problems.append(Problem("symbol", "reception.problem.symbol"))
    branch = narrow(given["branch"])
    if branch and not (branch.isascii() and branch.isdigit() and len(branch) <= _BRANCH_MAX):
        problems.append(Problem("branch", "reception.problem.branch"))
    birth_on = _day(given["birth"], "birth", problems)
    if birth_on is not None and birth_on > today:
        problems.append(Problem("birth", "reception.problem.birth_future"))
    if insurer is None or birth_on is None or problems:
        return None
    return ByNumber(insurer, given["number"], birth_on, given["symbol"] or None, branch or None)


def _card(text: str, field: str, problems: list[Problem]) -> ByCard | None:
    # An issuer's name may hold colons itself; a serial number never does.
    issuer, _, serial = narrow(text).rpartition(":")
    if not issuer.strip() or not serial.strip() or len(text) > _CARD_MAX:
        problems.append(Problem(field, "reception.problem.card"))
        return None
    return ByCard(issuer.strip(), serial.strip())


def _scan(text: str, today: date, problems: list[Problem]) -> ByCard | ByNumber | None:
    """`insurer,symbol,number,branch,birth` (commas or tabs), or `issuer:serial`, as a scanner types them."""
    parts = [part.strip() for part in narrow(text).replace("\t", ",").replace("、", ",").split(",")]
    if len(parts) == len(NUMBER_FIELDS) and narrow(parts[0]).isdigit():
        found: list[Problem] = []
        asked = _number(dict(zip(NUMBER_FIELDS, parts, strict=True)), today, found)
        # The parts of a code cannot be corrected one by one, so each problem is shown at the code.
        problems.extend(Problem("scan", problem.text) for problem in found)
        return asked
    if ":" in text or "：" in text:
        return _card(text, "scan", problems)
    problems.append(Problem("scan", "reception.problem.scan"))
    return None


def _day(text: str, field: str, problems: list[Problem], *, default: date | None = None) -> date | None:
    if not text.strip() and default is not None:
        return default
    try:
        return parse_day(text)
    except ValueError:
        problems.append(Problem(field, f"reception.problem.{field}"))
        return None
