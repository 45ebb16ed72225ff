"""What a form says of a resident: read and tidied, and which of its fields are wrong. Never a 個人番号."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from onshi import cards, law
from onshi.cards import Holder, HolderId, Sex
from onshi.db import Tx
from onshi.kernel import has_personal_number, narrow, parse_day
from onshi.law import Residence
from onshi.web.visit import Form

_NAME_MAX, _ADDRESS_MAX, _POST_DIGITS = 100, 200, 7
# The year from which era dates, and so births, are read.
_FIRST_BIRTH = date(1873, 1, 1)
_KANA = re.compile(r"[ァ-ヺー・　]+")
_SPACES = re.compile(r"\s+")
# Fields that hold an id of ours, or nothing that anybody typed.
_IDS, _OURS = frozenset({"wanted", "guardian"}), frozenset({"form_token", "card"})


def without_numbers(form: Form) -> tuple[dict[str, str], bool]:
    """The fields as they were typed but for what may be a 個人番号, which nobody may see again; and whether there was
    one."""
    given = {name: form.get(name) for name in form.fields if name not in _OURS}
    numbers = [name for name, text in given.items() if _may_be_number(name, text)]
    return given | dict.fromkeys(numbers, ""), bool(numbers)


def read_facts(given: Mapping[str, str], today: date) -> tuple[dict[str, Any], list[str]]:
    """The facts as `Holder` names them, and the names of the fields that are wrong; with a wrong one the facts are not
    whole."""
    birth, stay = day_of(given.get("birth", "")), given.get("stay_until", "")
    residence = next((one for one in Residence if one.value == given.get("residence")), Residence.JAPANESE)
    facts: dict[str, Any] = {
        "name": _text(given.get("name", ""), _NAME_MAX),
        "kana": kana_of(given.get("kana", "")),
        "birth_on": birth if birth and _FIRST_BIRTH <= birth <= today else None,
        "sex": next((one for one in Sex if one.value == given.get("sex")), None),
        "post_number": post_number_of(given.get("post_number", "")),
        "address": address_of(given.get("address", "")),
    }
    wrong = [name for name, value in facts.items() if value is None]
    ends = day_of(stay)
    if (ends is None or ends < today) if residence is Residence.LIMITED else stay:
        wrong.append("stay_until")
    is_ward, guardian = bool(given.get("is_ward")), _holder_id(given.get("guardian", ""))
    is_minor = facts["birth_on"] is not None and not law.is_card_adult(facts["birth_on"], today)
    if given.get("guardian") and (guardian is None or not (is_ward or is_minor)):
        wrong.append("guardian")
    return facts | {"residence": residence, "stay_until": ends, "guardian": guardian, "is_ward": is_ward}, wrong


def is_guardian_known(tx: Tx, holder: Holder) -> bool:
    """Whether the guardian of a resident, where one is named, lives in the same town: of others nothing is shown."""
    if holder.guardian is None:
        return True
    try:
        guardian = cards.holder_by_id(tx, holder.guardian)
    except cards.errors.UnknownHolder:
        return False
    is_other = guardian.id != holder.id and guardian.deceased_on is None
    return is_other and guardian.municipality == holder.municipality


def facts_of(holder: Holder) -> dict[str, str]:
    """The facts of somebody as a form shows them."""
    return {
        "name": holder.name,
        "kana": holder.kana,
        "birth": holder.birth_on.isoformat(),
        "sex": holder.sex.value,
        "post_number": holder.post_number,
        "address": holder.address,
        "residence": holder.residence.value,
        "stay_until": holder.stay_until.isoformat() if holder.stay_until else "",
        "guardian": cards.shown_holder_id(holder.guardian) if holder.guardian else "",
        "is_ward": "1" if holder.is_ward else "",
    }


def day_of(text: str) -> date | None:
    """A day in any form that people write; None for anything else."""
    try:
        return parse_day(text) if text else None
    except ValueError:
        return None


def kana_of(text: str) -> str | None:
    """フリガナ in full-width katakana, one blank between family and given name."""
    found = _SPACES.sub("　", narrow(text))
    return found if len(found) <= _NAME_MAX and _KANA.fullmatch(found) else None


def post_number_of(text: str) -> str | None:
    """Seven digits, in any width, with a dash or without."""
    digits = narrow(text).removeprefix("〒")
    digits = "".join(part for part in re.split(r"[-ー−‐ ]", digits) if part)
    return digits if len(digits) == _POST_DIGITS and digits.isascii() and digits.isdigit() else None


def address_of(text: str) -> str | None:
    """An address on one line."""
    return _text(text, _ADDRESS_MAX)


def _text(text: str, most: int) -> str | None:
    found = _SPACES.sub(" ", text.strip())
    return found.replace(" ", "　") if found and len(found) <= most and found.isprintable() else None


def _holder_id(text: str) -> HolderId | None:
    try:
        return cards.parse_holder_id(text)
    except ValueError:
        return None


def _may_be_number(name: str, text: str) -> bool:
    if not has_personal_number(text):
        return False
    # The groups of an id of ours can look like one.
    return name not in _IDS or (_holder_id(text) is None and not _is_form_id(text))


def _is_form_id(text: str) -> bool:
    try:
        cards.parse_form_id(text)
    except cards.errors.FormMalformed:
        return False
    return True
