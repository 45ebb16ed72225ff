"""For everybody: how far facilities are by place and kind on a day, and where they are stuck."""

from collections.abc import Mapping
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import facilities
from onshi.facilities import FacilityKind, Milestone
from onshi.facilities.counting import BY, NATION, Count
from onshi.kernel import parse_day
from onshi.places import municipalities, prefectures
from onshi.web.errors import DayUnreadable
from onshi.web.facilities.charts import bars
from onshi.web.facilities.places import Place, place_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show("/facilities/progress", page, is_public=True)]


def page(visit: Visit) -> Response:
    """Counts and stops of the nation by prefecture, or of a prefecture by municipality; both by kind."""
    place, on = place_of(visit), _day(visit)
    with visit.app.db.transaction(reading=True) as tx:
        patterns = facilities.patterns(tx, on, place=place.code, is_coarse=not place.code)
    counting = facilities.counting
    by_kind = counting.counts(patterns, BY["kind"], on=on)
    level = "municipality" if place.code else "prefecture"
    return visit.page(
        "facilities/progress.html",
        place=place,
        on=on,
        prefectures=prefectures(),
        whole=counting.counts(patterns, BY["nation"], on=on).get(NATION, Count()),
        kinds=[(one.value, by_kind[one.value]) for one in FacilityKind if one.value in by_kind],
        parts_of=_parts(counting.counts(patterns, BY[level], on=on), _names(place)),
        chart=bars(
            [
                (visit.say("facility.kind." + one.value), by_kind[one.value].of_all)
                for one in FacilityKind
                if one.value in by_kind
            ]
        ),
        stops=counting.stops(patterns, BY["nation"]).get(NATION, ()),
        functions=counting.by_function(patterns),
        milestones=list(Milestone),
        may_list=visit.may("programme.read"),
        stop_word=facilities.reading.stop_word,
        sake_word=facilities.reading.sake_word,
    )


def _parts(counts: Mapping[str, Count], names: Mapping[str, str]) -> list[tuple[str, str, Count]]:
    return [(code, names.get(code, code), counts[code]) for code in sorted(counts)]


def _names(place: Place) -> dict[str, str]:
    if place.code:
        return {one.code: one.name for one in municipalities()}
    return {one.code: one.name for one in prefectures()}


def _day(visit: Visit) -> date:
    given = visit.query("on")
    try:
        return parse_day(given) if given else visit.app.today()
    except ValueError:
        raise DayUnreadable from None
