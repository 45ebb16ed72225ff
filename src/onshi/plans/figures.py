"""Every figure of a plan under the name by which plans are added up. Pure.

Only figures that may be added up are here: a length of time may not. Each is counted once, so any of them can be summed
over any part of the country, and sums of sums are sums.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from onshi.plans.model import Compilation, Content, Stages

PLANS = "plans"
"""The figure that counts the plans themselves."""
STAGES = ("received", "preset", "notified", "issued")


def figures_of(content: Content) -> dict[str, int]:
    """The plan's figures by name (`sites.branch.windows`); what is zero is left out."""
    found: Counter[str] = Counter()
    for name, value in _figures(content):
        found[name] += value
    return {name: value for name, value in found.items() if value}


def _figures(content: Content) -> Iterator[tuple[str, int]]:
    yield PLANS, 1
    yield "issued_before", content.issued_before
    yield "moves", content.moves or 0
    for assumed in content.assumed:
        yield f"assumed.{assumed.due}.low", assumed.low or 0
        yield f"assumed.{assumed.due}.high", assumed.high or 0
    for month in content.months:
        for stage in STAGES:
            yield f"months.{month.month}.{stage}", getattr(month.stages, stage)
    yield from _capacity_figures(content)
    yield from _offer_figures(content)


def _capacity_figures(content: Content) -> Iterator[tuple[str, int]]:
    for site in content.sites:
        yield f"sites.{site.kind}.count", 1
        for name in ("windows", "staff", "terminals", "weekends", "evenings"):
            yield f"sites.{site.kind}.{name}", getattr(site, name)
    for cost in content.costs:
        yield f"costs.{cost.part}.{cost.category}", cost.yen
    for name in ("windows", "terminals", "expected"):
        yield f"mykey.{name}", getattr(content.mykey, name)


def _offer_figures(content: Content) -> Iterator[tuple[str, int]]:
    for reception in content.receptions:
        yield f"receptions.{reception.method}.{reception.place}.times", reception.times
        yield f"receptions.{reception.method}.{reception.place}.expected", reception.expected
    for model in content.models:
        yield f"models.{model.site}.{model.progress}", 1
        yield f"models.{model.site}.expected", model.expected
    for publicity in content.publicity:
        yield f"publicity.{publicity.medium}.times", publicity.times
    for occasion in content.occasions:
        yield f"occasions.{occasion.kind}", 1


def total(figures: Mapping[str, int], start: str, end: str = "") -> int:
    """The sum of the figures whose name begins and ends so: all windows are `sites.` … `.windows`."""
    return sum(value for name, value in figures.items() if name.startswith(start) and name.endswith(end))


def add(stages: Iterable[Stages]) -> Stages:
    """Stages added up."""
    listed = list(stages)
    return Stages(*(sum(getattr(one, name) for one in listed) for name in STAGES))


def compiled(
    fiscal_year: int, rows: Iterable[tuple[str, str, int]], towns: Mapping[str, int], *, whole: str
) -> Compilation:
    """The compilation of sums by area (area code, name, sum), which are added up to those of the `whole`.

    `towns` says how many plans there should be; an area of it without a plan has no sums, and is there all the same.
    """
    sums: dict[str, Counter[str]] = {whole: Counter(), **{area: Counter() for area in towns}}
    for area, name, value in rows:
        sums[area][name] += value
        sums[whole][name] += value
    return Compilation(
        fiscal_year,
        whole,
        {area: dict(sorted(found.items())) for area, found in sums.items()},
        {whole: sum(towns.values()), **towns},
    )
