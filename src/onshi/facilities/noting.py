"""How what happens here comes into the audit log: ids, states and digests. Pure; the caller writes it."""

import hashlib
from collections.abc import Sequence
from functools import singledispatch

import msgspec

from onshi.audit import Action, Entry
from onshi.facilities.model import Application, Deferral, Entered, Facility, Package, PackageTest


def shown_id(number: int) -> str:
    """A package or an application as screens and logs see it: sixteen hexadecimal digits."""
    return f"{number:016x}"


def parse_id(text: str) -> int:
    """Reads what `shown_id` writes; ValueError for anything else."""
    plain = text.strip()
    if len(plain) != 16 or plain[0] not in "01234567" or not set(plain) <= set("0123456789abcdef"):
        raise ValueError("not an id of sixteen hexadecimal digits")
    return int(plain, 16)


@singledispatch
def _told(what: object) -> tuple[Action, str, str]:
    raise TypeError(f"nothing is logged of {type(what)}")


@_told.register
def _facility(what: Facility) -> tuple[Action, str, str]:
    return Action.FACILITY, what.kind.value, f"institution:{what.institution}"


@_told.register
def _step(what: Entered) -> tuple[Action, str, str]:
    outcome = what.step.value if what.on is not None else f"{what.step.value}:taken_back"
    return Action.FACILITY, outcome, f"institution:{what.institution}"


@_told.register
def _deferral(what: Deferral) -> tuple[Action, str, str]:
    return Action.FACILITY, f"deferral:{what.state.value}", f"institution:{what.institution}"


@_told.register
def _application(what: Application) -> tuple[Action, str, str]:
    return Action.SUBSIDY, what.state.value, f"subsidy:{shown_id(what.id)}"


@_told.register
def _package(what: Package) -> tuple[Action, str, str]:
    return Action.PACKAGE, "registered", f"package:{shown_id(what.id)}"


@_told.register
def _test(what: PackageTest) -> tuple[Action, str, str]:
    outcome = f"{what.function.value}:{'passed' if what.passed else 'not_passed'}"
    return Action.PACKAGE, outcome, f"package:{shown_id(what.package)}"


def load_entry(new: Sequence[Facility], entered: Sequence[Entered], *, actor: str) -> Entry:
    """The one entry of a first load; its leaf is the SHA-256 of all of it as JSON."""
    leaf = hashlib.sha256(msgspec.json.encode([new, entered])).digest()
    return Entry(actor, Action.FACILITY, f"loaded:{len(new)}", leaf)


def entry_of(what: Facility | Entered | Deferral | Application | Package | PackageTest, *, actor: str) -> Entry:
    """The entry for what has just become so; its leaf is the SHA-256 of all of it as JSON."""
    action, outcome, thing = _told(what)
    leaf = hashlib.sha256(msgspec.json.encode(what)).digest()
    return Entry(actor, action, outcome, leaf, None, thing)
