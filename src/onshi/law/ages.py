"""Ages as the law counts them: reached at the end of the day before the birthday."""

from datetime import date

from onshi.kernel import ONE_DAY


def birthday(born: date, age: int) -> date:
    """The birthday on which somebody is `age`; 29 February falls on 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _reached(born: date, age: int) -> date:
    return birthday(born, age) - ONE_DAY


def is_preschool(born: date, on: date) -> bool:
    """未就学: up to the first 31 March on or after the day six is reached (健康保険法74条・110条)."""
    six = _reached(born, 6)
    last = date(six.year if six <= date(six.year, 3, 31) else six.year + 1, 3, 31)
    return born <= on <= last


def elderly_certificate_from(born: date) -> date:
    """First day of the 高齢受給者証: the 1st of the month after the one in which seventy is reached."""
    seventy = _reached(born, 70)
    return date(seventy.year + seventy.month // 12, seventy.month % 12 + 1, 1)


def turned_75_on(born: date) -> date:
    """The 75th birthday, first day of 後期高齢者医療."""
    return birthday(born, 75)


def is_elderly_certificate_age(born: date, on: date) -> bool:
    """Whether 70–74 in the sense of the 高齢受給者証."""
    return elderly_certificate_from(born) <= on < turned_75_on(born)
