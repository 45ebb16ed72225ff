#!/usr/bin/env python3
"""Makes the files of `record/data/` that come out of public lists: cards issued, residents, dates and places.

Usage: make_record.py FOLDER [OUT]

FOLDER holds `rollout/municipal_issued.csv` (date, code6, population, pop_date, issued_cum: 総務省
マイナンバーカード交付状況) and `geo/N03-21_210101_designated_city.json` (TopoJSON of 国土数値情報 行政区域 N03, 2021,
cities with their wards merged). OUT is the folder to write into; the project's own if absent. What is not exactly one
figure for each municipality and date stops the run.
"""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path

RECORD = Path(__file__).parent.parent / "src" / "onshi" / "record" / "data"
# Months after this one are kept back: forecasts are judged on them.
LAST = "2022-03-01"
COUNTS = (
    "# Source: 総務省「マイナンバーカード交付状況」 (PDL1.0),"
    " as collected by codeforjapan/mynumbercard_statistics, 3c7a1dad."
)
ISSUED = (
    "# Cards issued since the start, void ones included: one row a municipality, one column a date.",
    COUNTS,
)
RESIDENTS = (
    "# Residents in the Basic Resident Register: one row a municipality, one column a base date.",
    COUNTS,
)
DATES = (
    "# On which residents the rates of a date are based. The base changes once a year, on another day each year.",
    COUNTS,
)
# The simplified map has no area for these eight small ones; to about ten kilometres, from general knowledge.
WITHOUT_AREA = {
    "133621": ("139.3", "34.5"),
    "134023": ("139.8", "32.5"),
    "304221": ("135.9", "33.6"),
    "383562": ("133.2", "34.3"),
    "443221": ("131.6", "33.7"),
    "473545": ("127.3", "26.2"),
    "473553": ("127.2", "26.6"),
    "473561": ("127.1", "26.4"),
}
PLACES = (
    "# Where a municipality lies: the centre of its largest area, in degrees, to three places.",
    "# Eight small ones have no area in the simplified map: to one place, from general knowledge (mark M).",
    "# Source: worked out from 国土交通省 国土数値情報「行政区域」(N03, 2021-01-01),"
    " simplified by smartnews-smri/japan-topography.",
)


def write(path: Path, notes: tuple[str, ...], header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Writes one file with its source at the top, LF line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("".join(note + "\n" for note in notes))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def make_counts(source: Path, out: Path) -> list[str]:
    """Cards, residents and dates; gives the codes."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["date"] <= LAST]
    dates = sorted({row["date"] for row in rows})
    codes = sorted({row["code6"] for row in rows})
    issued = {(row["code6"], row["date"]): row["issued_cum"] for row in rows}
    base_of = {row["date"]: row["pop_date"] for row in rows}
    bases = sorted(set(base_of.values()))
    residents = {(row["code6"], row["pop_date"]): row["population"] for row in rows}
    one_figure_each = len(rows) == len(issued) == len(dates) * len(codes)
    if not one_figure_each or any(base_of[row["date"]] != row["pop_date"] for row in rows):
        sys.exit("not one figure for each municipality and date, or two bases on one date")
    if any(residents[row["code6"], row["pop_date"]] != row["population"] for row in rows):
        sys.exit("two counts of residents for one municipality and base")
    write(
        out / "issued.csv", ISSUED, ("code", *dates), ([code, *(issued[code, day] for day in dates)] for code in codes)
    )
    table = ([code, *(residents[code, base] for base in bases)] for code in codes)
    write(out / "residents.csv", RESIDENTS, ("code", *bases), table)
    write(out / "dates.csv", DATES, ("date", "base"), ((day, base_of[day]) for day in dates))
    return codes


def rings(topology: dict, geometry: dict) -> Iterable[list[tuple[float, float]]]:
    """The outer rings of a geometry in degrees."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]

    def arc(number: int) -> list[tuple[float, float]]:
        x = y = 0
        points = []
        for step_x, step_y, *_ in topology["arcs"][~number if number < 0 else number]:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        return points[::-1] if number < 0 else points

    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        ring: list[tuple[float, float]] = []
        for number in polygon[0]:
            ring += arc(number)[1 if ring else 0 :]
        yield ring


def centre(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Area without sign, longitude and latitude of the centre of a ring."""
    (x0, y0) = ring[0]
    double = sum_x = sum_y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        ax, ay, bx, by = x1 - x0, y1 - y0, x2 - x0, y2 - y0
        cross = ax * by - bx * ay
        double += cross
        sum_x += (ax + bx) * cross
        sum_y += (ay + by) * cross
    if double == 0:
        return 0.0, x0, y0
    return abs(double) / 2, x0 + sum_x / (3 * double), y0 + sum_y / (3 * double)


def make_places(source: Path, out: Path, codes: list[str]) -> None:
    """The centre of the largest polygon of each municipality."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    largest: dict[str, tuple[float, float, float]] = {}
    for collection in topology["objects"].values():
        for geometry in collection["geometries"]:
            if not geometry.get("arcs"):
                continue
            code = str(geometry["properties"].get("N03_007") or "")
            for ring in rings(topology, geometry):
                largest[code] = max(largest.get(code, (-1.0, 0.0, 0.0)), centre(ring))
    lost = {code for code in codes if code[:5] not in largest}
    if lost != WITHOUT_AREA.keys():
        sys.exit(f"other municipalities than those known have no area: {sorted(lost)}")
    rows = (
        (code, *WITHOUT_AREA[code], "M")
        if code in lost
        else (code, f"{largest[code[:5]][1]:.3f}", f"{largest[code[:5]][2]:.3f}", "")
        for code in codes
    )
    write(out / "places.csv", PLACES, ("code", "longitude", "latitude", "mark"), rows)


def main(folder: Path, out: Path = RECORD) -> None:
    """Makes all four."""
    codes = make_counts(folder / "rollout" / "municipal_issued.csv", out)
    make_places(folder / "geo" / "N03-21_210101_designated_city.json", out, codes)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
