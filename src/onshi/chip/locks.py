"""What opens a lock, and how the municipality sets it anew."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from onshi.chip import records
from onshi.chip.model import TRIES, CardContent, ChipState, Lock

# What a secret must look like; what opens a lock that is not here is printed on the card and never changes.
SECRET_FORMS: Mapping[Lock, re.Pattern[str]] = MappingProxyType(
    {
        Lock.AUTH_PIN: re.compile(r"[0-9]{4}"),
        Lock.SIGN_PASSWORD: re.compile(r"[A-Z0-9]{6,16}"),
        Lock.TEXT_PIN: re.compile(r"[0-9]{4}"),
    }
)


def has_form(lock: Lock, secret: str) -> bool:
    """Whether a lock that can be set takes such a secret."""
    form = SECRET_FORMS.get(lock)
    return form is not None and form.fullmatch(secret) is not None


def secret_of(content: CardContent, memory: ChipState, lock: Lock) -> str | None:
    """What opens a lock now; None when nothing does."""
    if lock in memory.changed:
        return memory.changed[lock]
    match lock:
        case Lock.AUTH_PIN:
            return content.auth_pin
        case Lock.SIGN_PASSWORD:
            return content.sign_password
        case Lock.TEXT_PIN:
            return content.text_pin
        case Lock.TEXT_CODE_A | Lock.SURFACE_CODE_A:
            return records.code_a(content)
        case Lock.TEXT_CODE_B | Lock.SURFACE_CODE_B:
            return records.code_b(content.surface)
        case Lock.SURFACE_BIRTH:
            return records.birth_code(content.surface.birth_on)
        case Lock.TEXT_UNUSED:
            return None
        case never:
            assert_never(never)


def new_state(content: CardContent) -> ChipState:
    """The state of a card as it leaves manufacture. A lock for which nothing was set is blocked."""
    untouched = ChipState(TRIES)
    return ChipState({lock: 0 if secret_of(content, untouched, lock) is None else TRIES[lock] for lock in Lock})


def with_secret(memory: ChipState, lock: Lock, secret: str) -> ChipState:
    """The state after the municipality set a secret, with every try again.

    ValueError for a lock that cannot be set, and for a secret of another form.
    """
    if not has_form(lock, secret):
        raise ValueError("the secret does not have the form that its lock asks for")
    return ChipState({**memory.tries, lock: TRIES[lock]}, {**memory.changed, lock: secret})


def without_secret(memory: ChipState, lock: Lock) -> ChipState:
    """The state after the municipality took a secret away (顔認証マイナンバーカード); ValueError if it cannot be."""
    if lock not in SECRET_FORMS:
        raise ValueError("this lock cannot be set")
    return ChipState({**memory.tries, lock: 0}, {**memory.changed, lock: None})
