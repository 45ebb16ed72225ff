"""A plan that makes sense, to be changed where a test wants it otherwise."""

from datetime import date, time
from typing import Any

from onshi.kernel import Moment, Month, MunicipalityCode, months_of_fiscal_year, parse_moment
from onshi.plans.model import (
    Assumed,
    Content,
    Cost,
    CostPart,
    Medium,
    Method,
    ModelProject,
    ModelSite,
    MonthPlan,
    MyKey,
    Occasion,
    OccasionKind,
    Place,
    Progress,
    Publicity,
    Reception,
    Site,
    Stages,
)

YEAR = 2020
CHIYODA, CHUO = MunicipalityCode("131016"), MunicipalityCode("131024")
OSAKA, SAPPORO = MunicipalityCode("271004"), MunicipalityCode("011002")
OCTOBER = Month(2020, 10)


def at(when: str) -> Moment:
    """A moment in Japan."""
    return parse_moment(when)


def site(**changes: Any) -> Site:
    """A head office with four windows, and all that four windows need."""
    given: dict[str, Any] = {
        "kind": Place.HEAD_OFFICE,
        "name": "千代田区役所",
        "windows": 4,
        "staff": 6,
        "terminals": 6,
        "weekends": 2,
        "weekend_minutes": 240,
        "evenings": 4,
        "evening_minutes": 120,
    }
    return Site(**(given | changes))


def months(year: int = YEAR, **stages: int) -> tuple[MonthPlan, ...]:
    """The same in every month."""
    given = {"received": 1100, "preset": 1050, "notified": 1050, "issued": 1000} | stages
    return tuple(MonthPlan(one, Stages(**given)) for one in months_of_fiscal_year(year))


def content(**changes: Any) -> Content:
    """千代田区's plan of 2020 with nothing to be found in it."""
    given: dict[str, Any] = {
        "issued_before": 30_000,
        "moves": 300,
        "assumed": (
            Assumed(date(2020, 7, 31), 33_000, 40_000),
            Assumed(date(2021, 3, 31), 41_000, 45_000, 61.0),
            Assumed(date(2022, 3, 31), 60_000, 67_000),
            Assumed(date(2023, 3, 31)),
        ),
        "sites": (site(),),
        "receptions": (
            Reception(Method.VISIT, Place.COMPANY, "区内の企業", 10, 300),
            Reception(Method.ON_APPLICATION, Place.HEAD_OFFICE, "区役所1階", 240, 1200),
            Reception(Method.SUPPORT, Place.POST_OFFICE, "郵便局", 12, 240, Month(2020, 6), Month(2020, 9)),
        ),
        "models": (ModelProject(ModelSite.JOB_CENTRE, Progress.PLANNED, 50, "月1回"),),
        "publicity": (Publicity(Medium.NEWSLETTER, "特集記事", 4),),
        "costs": (
            Cost("temporary_staff", CostPart.ISSUING, 12_000_000),
            Cost("visits", CostPart.RECEPTION, 800_000),
        ),
        "months": months(),
        "mykey": MyKey(1, 2, 900),
        "occasions": (
            Occasion(OccasionKind.WEEKEND, date(2020, 10, 11), time(9), time(13), "千代田区役所"),
            Occasion(OccasionKind.VISIT, date(2020, 10, 7), time(10), time(16), "麹町区民館"),
        ),
    }
    return Content(**(given | changes))
