"""Messages out of the tables: any that they allow, and the example of each that we write down ourselves."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from onshi import law
from onshi.interfaces.oqs import Element, Elements, Form, MessageKind

_DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
# What real names and symbols hold, and what XML and Windows-31J find hard.
_WIDE = "花子　見本ﾐﾎﾝ髙﨑①㈱～－∥￠￡￢ー―‐・ⅣABC&<>\"' 012"
# Signs that Windows-31J has not, or reads as others.
_HARD = "〜−‖—¢£¬𠮷é🍣"


def leaf(row: Element, *, alphabet: str) -> st.SearchStrategy[str]:
    """Any text the form of the row allows."""
    texts = st.text(alphabet, min_size=1, max_size=row.length or 1).filter(lambda text: text.strip() != "")
    forms: dict[Form, st.SearchStrategy[str]] = {
        Form.DAY: _DAYS.map(lambda day: f"{day:%Y%m%d}"),
        Form.MONTH: _DAYS.map(lambda day: f"{day:%Y%m}"),
        Form.MOMENT: st.datetimes()
        .map(lambda at: f"{at.year % 100 + 2000}{at:%m%d%H%M%S}")
        .filter(lambda text: text[4:8] != "0229"),
        Form.TEXT: texts,
        Form.DIGITS: st.text("0123456789", min_size=row.length, max_size=row.length),
        Form.INSURER: st.sampled_from(["06139992", "  138057", "138057", "00138057"]),
        Form.RATIO: st.sampled_from(["010", "020", "030"]),
        Form.YEN: st.integers(0, 10**7).map(str),
        Form.COUNT: st.integers(0, 10**6).map(str),
        Form.POST: st.sampled_from(["100-0001", "980-8570"]),
    }
    if row.form is Form.CODE:
        return st.sampled_from(sorted(law.national_codes()[row.code].values))
    return forms[row.form]


@st.composite
def group(draw: st.DrawFn, row: Element, *, alphabet: str) -> Elements:
    """Any group the table allows."""
    found: Elements = {}
    for name, child in row.children.items():
        least = child.least
        most = min(child.most if child.most is not None else 3, 3)
        count = draw(st.integers(least, most))
        one = group(child, alphabet=alphabet) if child.is_group else leaf(child, alphabet=alphabet)
        if child.is_many and count:
            values: Any = [draw(one) for _ in range(count)]
            found[name] = values
        elif count:
            found[name] = draw(one)
    return found


def messages(kind: MessageKind, *, alphabet: str = _WIDE) -> st.SearchStrategy[Elements]:
    """Any message of a kind; with the default alphabet both encodings can hold it."""
    return group(kind.root, alphabet=alphabet)


WIDE, HARD = _WIDE, _WIDE + _HARD
