"""How days, moments and numbers look on a page. Pure."""

from datetime import date, datetime

from onshi.kernel import InsurerNumber, Moment, era_date, japan_time, printed_insurer_number

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_DASH = "—"


def day(value: date | None, language: str) -> str:
    """2026年11月1日, or 1 Nov 2026."""
    if value is None:
        return _DASH
    if language == "ja":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def weekday(value: date, language: str) -> str:
    """月, or Mon."""
    return _WEEKDAYS[language][value.weekday()]


def era(value: date | None) -> str:
    """令和8年11月1日: as it stands on a card."""
    return _DASH if value is None else era_date(value)


def moment(value: Moment | str | None, language: str) -> str:
    """The day and the time of the clock in Japan; takes a moment or ISO 8601."""
    if value is None:
        return _DASH
    when = datetime.fromisoformat(value) if isinstance(value, str) else japan_time(value)
    return f"{day(when.date(), language)} {when:%H:%M}"


def clock(value: Moment) -> str:
    """The time of the clock in Japan."""
    return f"{japan_time(value):%H:%M}"


def age(birth_on: date, on: date) -> int:
    """Completed years on a day."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def number(value: int) -> str:
    """1,234,567."""
    return f"{value:,}"


def insurer_number(value: str) -> str:
    """As it stands on a card."""
    return printed_insurer_number(InsurerNumber(value))


def printed_number(symbol: str | None, number: str, branch: str | None) -> str:
    """記号・番号・枝番 in one line, as on a card."""
    shown = f"{symbol}・{number}" if symbol else number
    return f"{shown}（{branch}）" if branch else shown


def share(percent: int, language: str) -> str:
    """３割 as everybody at a desk says it; percent in English, and for shares that are no whole tenth."""
    if language == "ja" and percent % 10 == 0:
        return f"{percent // 10}割"
    return f"{percent}%"
