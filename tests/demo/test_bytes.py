"""The same bytes everywhere: a digest, pieces against the whole, columns against plain Python."""

from hashlib import sha256

import polars as pl
import pytest

from onshi import law
from onshi.demo import Country, Scale
from onshi.demo.calendar import Calendar
from onshi.demo.chance import Chance

from .reference import Neighbour, Reference

# Changes only when the country is meant to change; then the CHANGELOG says so.
DIGEST = "7ab6fc51ab3a552fe9c43d54879ec3dc8405c814f89c3d134f638e6a8f6f877c"


def outputs(country: Country) -> dict[str, pl.DataFrame]:
    """Everything a country gives."""
    whole = country.whole
    return {
        "first_load": whole.first_load,
        "changes": whole.changes,
        "people": country.people(),
        "coverages": whole.coverages,
        "mislinked": country.mislinked(),
        "institutions": country.institutions(),
        "card_links": country.card_links(),
    }


def digest(country: Country) -> str:
    """SHA-256 over the CSV of all outputs."""
    found = sha256()
    for name, frame in outputs(country).items():
        found.update(f"{name}\n{frame.write_csv()}".encode())
    found.update("\n".join(str(one) for one in country.insurers).encode())
    return found.hexdigest()


def test_the_village_is_the_same_to_the_byte(village: Country) -> None:
    assert digest(village) == DIGEST


def test_insurers_together_send_the_whole(village: Country) -> None:
    sent = [village.first_load(one.number).height for one in village.insurers]
    told = [village.changes(one.number).height for one in village.insurers]
    assert [village.first_load_people(one.number).len() for one in village.insurers] == sent
    assert (sum(sent), sum(told)) == (village.whole.first_load.height, village.whole.changes.height)


@pytest.mark.parametrize(("first", "last"), [(0, 100), (17, 18), (500, 1333), (2000, 2000), (1, 2900)])
def test_households_alone_are_as_in_the_whole(village: Country, first: int, last: int) -> None:
    piece = village.piece(first, last)
    people = village.people().filter(pl.col("household").is_between(first, last - 1))
    assert piece.people.equals(people)
    serials = people["person_serial"].implode()
    for name in ("first_load", "coverages"):
        whole: pl.DataFrame = getattr(village.whole, name)
        assert getattr(piece, name).equals(whole.filter(pl.col("person_serial").is_in(serials)))
    meant = village.mislinked().filter(pl.col("person_meant").is_in(serials))
    assert piece.mislinked.equals(meant)


def test_the_stream_is_the_whole(village: Country) -> None:
    pieces = list(village.pieces(households=300))
    for name in ("people", "first_load", "coverages"):
        assert (
            pl.concat(getattr(piece, name) for piece in pieces)
            .sort("person_serial", maintain_order=True)
            .equals(getattr(village.whole, name).sort("person_serial", maintain_order=True))
        )
    told = pl.concat(piece.changes for piece in pieces)
    order = told.columns
    assert told.sort(order).equals(village.whole.changes.sort(order))


def test_the_nation_itself_can_be_spot_checked() -> None:
    nation = Country(law.loss_day, scale=Scale(1, 1))
    assert nation.layout.people == 126_654_244
    far = nation.piece(31_000_000, 31_000_040)
    near = nation.piece(31_000_010, 31_000_020)
    households = far.people.filter(pl.col("household").is_between(31_000_010, 31_000_019))
    assert near.people.equals(households)
    assert near.first_load.equals(
        far.first_load.filter(pl.col("person_serial").is_in(households["person_serial"].implode()))
    )


def test_columns_agree_with_the_reference_person_by_person(village: Country) -> None:
    chance = Chance(village.seed)
    reference = Reference(chance.below, village.layout, Calendar(village.today))
    rows = village.whole.lives.filter(pl.col("serial") < village.layout.people)
    first = village.people().filter(pl.col("person_serial") < village.layout.people)
    married = rows["married"].is_not_null().to_list()
    for row, shown, renamed in zip(rows.iter_rows(named=True), first.iter_rows(named=True), married, strict=True):
        alone = reference.resident(row["serial"])
        found = Neighbour(
            serial=row["serial"],
            place=row["place"],
            household=row["household"],
            head=row["head"],
            position=row["position"],
            role=row["role"],
            sex=row["sex"],
            birth_on=row["birth_on"],
            died_on=shown["died_on"],
            name=alone.name if renamed else shown["name"],
        )
        assert found == alone
