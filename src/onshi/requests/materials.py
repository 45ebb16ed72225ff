"""Materials: a catalogue of what can be handed on, and how many copies a body handed on."""

import re
from collections.abc import Mapping, Sequence

from onshi.db import Tx
from onshi.kernel import Moment, japan_day, refuse_twelve_digits
from onshi.requests.errors import MaterialMalformed, TooEarly, UnknownMaterial
from onshi.requests.model import HandedOn, Material, MaterialId
from onshi.requests.store import helping as store

TITLE_MAX, AUDIENCE_MAX, FILE_NAME_MAX = 120, 40, 200
COPIES_MAX, SIZE_MAX = 10_000_000, 2**40
LANGUAGES = ("ja", "en", "other")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def add(tx: Tx, new: Material) -> Material:
    """A material of the catalogue. It is never changed: another edition is another material. MaterialMalformed,
    PersonalNumberTyped."""
    check_material(new)
    store.add_material(tx, new)
    return new


def catalogue(tx: Tx) -> list[Material]:
    """Every material, the newest first. They are published: everybody sees all of them."""
    return store.all_materials(tx)


def materials_of(tx: Tx, wanted: Sequence[MaterialId]) -> list[Material]:
    """These materials, in the order asked."""
    found = store.materials_among(tx, wanted)
    return [found[one] for one in wanted if one in found]


def hand_on(tx: Tx, handed: HandedOn, *, handing_id: int, at: Moment) -> HandedOn:
    """A body handed a material on. UnknownMaterial, MaterialMalformed, TooEarly."""
    found = store.materials_among(tx, [handed.material])
    if not found:
        raise UnknownMaterial
    if not 1 <= handed.copies <= COPIES_MAX:
        raise MaterialMalformed(field="copies")
    added_on = found[handed.material].added_on
    if not added_on <= handed.on <= japan_day(at):
        raise TooEarly(after=added_on)
    store.add_handing(tx, handing_id, handed)
    return handed


def copies_of_owner(tx: Tx, owner: str) -> Mapping[MaterialId, int]:
    """How many copies of each of the owner's materials all bodies together handed on."""
    return store.copies_of_owner(tx, owner)


def check_material(new: Material) -> None:
    """MaterialMalformed, PersonalNumberTyped."""
    refuse_twelve_digits(new.title_ja, new.title_en, new.audience, new.file_name)
    lengths = (
        ("title", new.title_ja, 1, TITLE_MAX),
        ("title_en", new.title_en, 0, TITLE_MAX),
        ("audience", new.audience, 0, AUDIENCE_MAX),
        ("file_name", new.file_name, 0, FILE_NAME_MAX),
    )
    for field, text, least, most in lengths:
        if not least <= len(text) <= most:
            raise MaterialMalformed(field=field)
    if new.language not in LANGUAGES:
        raise MaterialMalformed(field="language")
    if new.digest is not None and not _DIGEST.fullmatch(new.digest):
        raise MaterialMalformed(field="digest")
    if new.size is not None and not 0 <= new.size <= SIZE_MAX:
        raise MaterialMalformed(field="size")
