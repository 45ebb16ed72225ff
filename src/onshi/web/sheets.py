"""Lists to take away as CSV, as spreadsheets open them."""

import csv
import io
from collections.abc import Iterable, Sequence

from onshi.sheets import formula_safe

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, so that Excel reads it; a name that begins like a formula does not become one."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([formula_safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
