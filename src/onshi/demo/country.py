"""The country as its users see it: insurers, first loads, notices, people, truth, institutions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from onshi.demo.calendar import Calendar
from onshi.demo.cards import registered_people
from onshi.demo.chance import Chance
from onshi.demo.changes import notices, with_notices
from onshi.demo.columns import as_day, pick
from onshi.demo.errors import NoSuchHouseholds
from onshi.demo.feed import CANCEL, CHANGE, COLUMNS, LOSS, NEW, feed_rows, numbered
from onshi.demo.institutions import institutions
from onshi.demo.insurers import KINDS, bodies
from onshi.demo.layout import Layout, layout
from onshi.demo.mislinks import NEIGHBOURS, mislink
from onshi.demo.model import DEMO_TODAY, Insurer, LossDay, Scale
from onshi.demo.residents import Land, people_between
from onshi.demo.spells import spells_of
from onshi.demo.work import with_work
from onshi.kernel import InsurerNumber


@dataclass(frozen=True)
class Piece:
    """Some households of the country, whole: what they are does not depend on what else is generated.

    Frames are computed when first asked for and kept.
    """

    land: Land
    loss_day: LossDay
    first_household: int
    last_household: int

    def _own(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("household").is_between(self.first_household, self.last_household - 1))

    @cached_property
    def lives(self) -> pl.DataFrame:
        """Everybody with what happens to them, neighbours included: the columns of `with_work`."""
        laid = self.land.layout
        # Whole groups of neighbours, because mis-linked rows confuse people within one.
        first = self.first_household // NEIGHBOURS * NEIGHBOURS
        last = -(-self.last_household // NEIGHBOURS) * NEIGHBOURS
        people = people_between(self.land, laid.first_person(first), laid.first_person(last))
        return with_work(self.land, people)

    @cached_property
    def spells(self) -> pl.DataFrame:
        """Coverages with all they are computed from, neighbours included: the columns of `with_notices`."""
        return with_notices(self.land, numbered(spells_of(self.land, self.lives, self.loss_day)))

    @cached_property
    def _notices(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        return mislink(self.land, notices(self.land, self.spells), self.spells)

    @cached_property
    def people(self) -> pl.DataFrame:
        """Everybody who lived within the three years, with name, address and card of today; by person_serial.

        person_serial, household, name, name_kana, birth_on, sex, municipality, address, died_on,
        card_issuer, card_serial, card_linked_on (day the card became the insurance card).
        """
        return registered_people(self.land, self._own(self.lives))

    @cached_property
    def first_load(self) -> pl.DataFrame:
        """Feed rows of every insurer on the first day: `COLUMNS` and person_serial."""
        return self._first_load(self._own(self.spells))

    def first_load_of(self, insurer: InsurerNumber) -> pl.DataFrame:
        """Those of one insurer."""
        return self._first_load(self._own(self.spells).filter(pl.col("insurer_number") == insurer))

    def _first_load(self, spells: pl.DataFrame) -> pl.DataFrame:
        rows = spells.filter(pl.col("initial"))
        day = pl.lit(self.land.calendar.first, dtype=pl.Int64)
        return feed_rows(self.land, rows.with_columns(act=pl.lit(NEW), as_of=day, renamed=pl.lit(value=False)))

    @cached_property
    def changes(self) -> pl.DataFrame:
        """Feed rows of every insurer since: `COLUMNS`, person_serial and notified_on (date), in order of that day."""
        rows = self._own(self._notices[0]).with_columns(notified_on=as_day(pl.col("notified")))
        written = feed_rows(self.land, rows).with_columns(person_serial=rows["linked"])
        order = pl.col("kind").replace_strict({LOSS: 0, CANCEL: 1, NEW: 2, CHANGE: 3}, return_dtype=pl.Int8)
        return written.sort("notified_on", order, "person_serial", "insurer_number", "acquired_on", maintain_order=True)

    @cached_property
    def mislinked(self) -> pl.DataFrame:
        """The wrong rows of `changes`: insurer_number, kind, notified_on, person_meant, person_linked, why."""
        return (
            self._own(self._notices[1])
            .select(
                "insurer_number",
                "kind",
                "person_meant",
                "person_linked",
                "why",
                notified_on=as_day(pl.col("notified")),
            )
            .sort("notified_on", "person_meant", "kind")
        )

    @cached_property
    def coverages(self) -> pl.DataFrame:
        """Every coverage as the law has it, whoever knows of it.

        person_serial, insurer_number, insurer_kind, symbol, number, branch, relation, acquired_on,
        starts_on (first day at this insurer), lost_on (null: open), reason.
        """
        return self._own(self.spells).select(
            "insurer_number",
            "symbol",
            "number",
            "branch",
            "relation",
            "reason",
            person_serial="serial",
            insurer_kind=pick(pl.Series(KINDS), pl.col("kind")),
            acquired_on="acquired",
            starts_on=pl.coalesce("starts", "acquired"),
            lost_on="lost",
        )

    def truth(self, on: date) -> pl.DataFrame:
        """The coverages in force on a day; two for a person on a day of lawful double."""
        return self.coverages.filter(
            (pl.col("starts_on") <= on) & (pl.col("lost_on").is_null() | (pl.col("lost_on") > on))
        )


@dataclass(frozen=True)
class Country:
    """An invented country of seeded people.

    `loss_day` is the dated law (see `LossDay`). The same arguments give the same frames, to the byte, on
    every supported Python and machine. First loads stand three years before `today`; `changes` tell the
    time from then to `today`.
    """

    loss_day: LossDay
    seed: int = 2019
    scale: Scale = Scale(1, 1000)
    today: date = DEMO_TODAY

    @cached_property
    def _land(self) -> Land:
        return Land(Chance(self.seed), Calendar(self.today), self.layout)

    @cached_property
    def layout(self) -> Layout:
        """How many people and households there are, and where."""
        return layout(self.seed, self.scale)

    @property
    def start(self) -> date:
        """The day of the first loads."""
        return self._land.calendar.start

    @property
    def insurers(self) -> tuple[Insurer, ...]:
        """Every insurer; the same at every scale."""
        return bodies().insurers

    def piece(self, first_household: int, last_household: int) -> Piece:
        """The households from the first number up to the last, which stays outside."""
        if not 0 <= first_household <= last_household <= self.layout.households:
            found = self.layout.households
            raise NoSuchHouseholds(first=first_household, last=last_household, households=found)
        return Piece(self._land, self.loss_day, first_household, last_household)

    def pieces(self, households: int = 50_000) -> Iterator[Piece]:
        """The whole country, so many households at a time, in memory that does not grow with the scale."""
        for first in range(0, self.layout.households, households):
            yield self.piece(first, min(first + households, self.layout.households))

    @cached_property
    def whole(self) -> Piece:
        """Everybody at once: for scales up to 1/100; beyond, take `pieces`."""
        return self.piece(0, self.layout.households)

    @cached_property
    def _first_loads(self) -> dict[str, pl.DataFrame]:
        parts = self.whole.first_load.partition_by("insurer_number", as_dict=True, maintain_order=True)
        return {str(key[0]): frame for key, frame in parts.items()}

    @cached_property
    def _changes(self) -> dict[str, pl.DataFrame]:
        parts = self.whole.changes.partition_by("insurer_number", as_dict=True, maintain_order=True)
        return {str(key[0]): frame for key, frame in parts.items()}

    def first_load(self, insurer: InsurerNumber) -> pl.DataFrame:
        """The insurer's first load: exactly the feed columns, all text, kind 新規; empty if it insures nobody."""
        return self._first_loads.get(insurer, self.whole.first_load.clear()).select(COLUMNS)

    def first_load_people(self, insurer: InsurerNumber) -> pl.Series:
        """Whom each row of `first_load` means, in its order: so the link codes given out can be told apart."""
        return self._first_loads.get(insurer, self.whole.first_load.clear())["person_serial"]

    def changes(self, insurer: InsurerNumber) -> pl.DataFrame:
        """The insurer's notices since, in the order it sends them: the feed columns, person_serial, notified_on.

        person_serial is whom the row links to; the loader puts the link code there that the registry
        gave this insurer for that person, and nothing if it gave none. link_code itself is empty.
        """
        return self._changes.get(insurer, self.whole.changes.clear())

    def people(self) -> pl.DataFrame:
        """See `Piece.people`."""
        return self.whole.people

    def card_links(self) -> pl.DataFrame:
        """Cards that are insurance cards: person_serial, card_issuer, card_serial, linked_on."""
        return self.whole.people.filter(pl.col("card_linked_on").is_not_null()).select(
            "person_serial", "card_issuer", "card_serial", linked_on="card_linked_on"
        )

    def truth(self, on: date) -> pl.DataFrame:
        """See `Piece.truth`."""
        return self.whole.truth(on)

    def mislinked(self) -> pl.DataFrame:
        """See `Piece.mislinked`."""
        return self.whole.mislinked

    @cached_property
    def _institutions(self) -> pl.DataFrame:
        return institutions(self._land.chance, self.layout, self.scale)

    def institutions(self) -> pl.DataFrame:
        """Every institution: code, kind (hospital, clinic, dental, pharmacy), name, municipality."""
        return self._institutions
