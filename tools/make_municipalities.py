#!/usr/bin/env python3
"""Rebuilds `places/municipalities.csv` and `places/prefectures.csv` from two public lists.

Usage: make_municipalities.py CODES.json RESIDENTS.csv

CODES.json is the national list of local government codes (総務省 全国地方公共団体コード, 2024-01-01)
as JSON: `items` with `c` code, `n` name, `k` half-width kana, `p` prefecture, `t` type, `u` true for
the six villages of the Northern Territories. RESIDENTS.csv has the columns code6, population and
pop_date (総務省 マイナンバーカード交付状況, residents in the Basic Resident Register).
"""

import csv
import json
import sys
import unicodedata
from pathlib import Path

BASE_DAY = "2021-01-01"
PLACES = Path(__file__).parent.parent / "src" / "onshi" / "places"
# Wards of designated cities are parts of a municipality, not municipalities.
MUNICIPAL = {"designated_city", "city", "special_ward", "town", "village"}


def write(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Writes one file with LF line ends, rows in the order of their codes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))


def main(codes: Path, residents: Path) -> None:
    """Joins the two lists by code; a code that stands in only one of them stops the run."""
    with residents.open(encoding="utf-8", newline="") as file:
        population = {row["code6"]: row["population"] for row in csv.DictReader(file) if row["pop_date"] == BASE_DAY}
    items = json.loads(codes.read_text(encoding="utf-8"))["items"]
    kana = {item["c"]: unicodedata.normalize("NFKC", item["k"]) for item in items}
    chosen = [item for item in items if item["t"] in MUNICIPAL and not item["u"]]
    if {item["c"] for item in chosen} != population.keys():
        sys.exit("the two lists do not hold the same municipalities")
    write(
        PLACES / "municipalities.csv",
        ("code", "prefecture", "name", "kana", "population"),
        [(item["c"], item["p"], item["n"], kana[item["c"]], population[item["c"]]) for item in chosen],
    )
    write(
        PLACES / "prefectures.csv",
        ("code", "name", "kana"),
        [(item["c"][:2], item["n"], kana[item["c"]]) for item in items if item["t"] == "prefecture"],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
