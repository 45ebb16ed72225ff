"""All plans added up: a prefecture by its municipalities, the nation by its prefectures; to see and to take away."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from onshi import plans, record
from onshi.audit import Action
from onshi.db import Tx
from onshi.plans import figures
from onshi.plans.figures import PLANS
from onshi.plans.model import Compilation
from onshi.web.acts import act
from onshi.web.errors import PageNotFound
from onshi.web.plan_files import compilation_csv
from onshi.web.plans.above import OFFICE, PREFECTURE, Scope, office_scope, prefecture_scope, scoped, year_of, years
from onshi.web.plans.town import words
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, XLSX
from onshi.web.visit import Visit, download

_TYPES = {"csv": CSV, "xlsx": XLSX}
# The columns on the page: how each begins and ends among the figures. All figures are in the files.
COLUMNS = {
    "windows": ("sites.", ".windows"),
    "staff": ("sites.", ".staff"),
    "terminals": ("sites.", ".terminals"),
    "issued": ("months.", ".issued"),
    "expected": ("receptions.", ".expected"),
    "mykey": ("mykey.expected", ""),
    "costs": ("costs.", ""),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An area's sums on the page."""

    code: str
    name: str
    towns: int
    plans: int
    sums: dict[str, int]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        route
        for home, scoping in ((PREFECTURE, prefecture_scope), (OFFICE, office_scope))
        for route in (
            pages.show(f"{home}/{{year:int}}/compilation", scoped(scoping, page)),
            pages.show(f"{home}/{{year:int}}/compilation.{{form}}", scoped(scoping, file)),
        )
    ]


def page(visit: Visit, scope: Scope) -> Response:
    """The sums that say most, by area; what is not handed in is not in them, and it is said how many are."""
    year = year_of(visit)
    with visit.app.db.transaction(reading=True) as tx:
        found = plans.compile_plans(tx, year, scope.code)
    return visit.page(
        "plans/compilation.html",
        scope=scope,
        year=year,
        whole=_line(found, found.whole, visit.language),
        lines=[_line(found, code, visit.language) for code in found.parts],
        columns=list(COLUMNS),
        years=years(visit),
        **words(visit),
    )


def _line(found: Compilation, code: str, language: str) -> Line:
    sums = found.sums[code]
    values = {name: figures.total(sums, start, end) for name, (start, end) in COLUMNS.items()}
    return Line(code, record.find_area(code).called(language), found.towns[code], sums.get(PLANS, 0), values)


def file(visit: Visit, scope: Scope) -> Response:
    """Every figure for every area. The log says that it was taken."""
    year, form = year_of(visit), visit.request.path_params["form"]
    if form not in _TYPES:
        raise PageNotFound

    def work(tx: Tx) -> Compilation:
        found = plans.compile_plans(tx, year, scope.code)
        visit.log(tx, act(visit.actor, Action.EXPORT, f"plans-{form}", thing=f"plans:{found.whole}:{year}"))
        return found

    found = visit.app.run(work)
    made = compilation_csv if form == "csv" else plans.compiling.compilation_workbook
    return download(made(found, visit.language), f"plans-{found.whole}-{year}.{form}", _TYPES[form])
