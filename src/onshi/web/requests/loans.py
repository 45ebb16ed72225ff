"""The ledger of devices that the own organisation lends."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import requests
from onshi.access import Party, Permission
from onshi.db import Tx
from onshi.requests import Device, Loan, errors, loans
from onshi.requests.model import Condition, DeviceKind, LoanId
from onshi.web.requests.house import day_in, done, entries_of, id_in, may, names_of, own, tried
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

HOME = "/loans"
FIELDS = ("asset", "kind", "lend_asset", "borrower", "window", "lent_on", "due_back", "condition", "returned_on")
_READS: tuple[Permission, ...] = ("measures.write", "insurer.read", "municipality.read")
_WRITES: tuple[Permission, ...] = ("measures.write", "municipality.write")


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, ledger),
        pages.take(f"{HOME}/register", register),
        pages.take(f"{HOME}/lend", lend),
        pages.take(f"{HOME}/return", give_back),
    ]


def ledger(visit: Visit) -> Response:
    """Devices, what is out, what is late, what came back."""
    return _page(visit)


def _page(visit: Visit, *, problem: str = "") -> Response:
    party, today = own(visit, _READS), visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        devices = loans.devices_of(tx, party.id)
        book = loans.loans_of(tx, party.id)
        names = names_of(tx, (one.borrower for one in book if one.borrower))
    out = {one.asset: one for one in book if one.returned_on is None}
    return visit.page(
        "requests/loans.html",
        status=422 if problem else 200,
        devices=devices,
        out=sorted(out.values(), key=lambda one: one.due_back),
        free=[one for one in devices if one.asset not in out],
        late=sum(one.is_overdue(today) for one in book),
        back=[one for one in reversed(book) if one.returned_on is not None],
        names=names,
        kinds=list(DeviceKind),
        conditions=list(Condition),
        may_lend=may(visit, _WRITES),
        given=visit.form.again(*FIELDS),
        problem=problem,
        done=visit.query("done"),
        shown_id=requests.shown_id,
    )


def register(visit: Visit) -> Response:
    """A device of the own organisation."""
    party, kind = _writer(visit), visit.form.get("kind")

    def act() -> Response:
        sort = DeviceKind(kind) if kind in set(DeviceKind) else DeviceKind.TABLET
        new = Device(party.id, visit.form.get("asset"), sort, visit.app.today())
        done(visit, lambda tx: [loans.register(tx, new)], entries=entries_of(visit))
        return go(f"{HOME}?done=registered")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def lend(visit: Visit) -> Response:
    """A device goes to an organisation or to a window."""
    party, form = _writer(visit), visit.form

    def act() -> Response:
        new = Loan(
            id=LoanId(visit.app.draw()),
            owner=party.id,
            asset=form.get("lend_asset"),
            borrower=form.get("borrower"),
            window=form.get("window"),
            lent_on=day_in(visit, "lent_on", visit.app.today()),
            due_back=day_in(visit, "due_back"),
        )
        done(visit, lambda tx: [loans.lend(tx, new, at=visit.now)], entries=entries_of(visit))
        return go(f"{HOME}?done=lent")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def give_back(visit: Visit) -> Response:
    """A device came back, or turned out to be in another condition."""
    party, form = _writer(visit), visit.form
    condition = form.get("condition")

    def act() -> Response:
        how = Condition(condition) if condition in set(Condition) else Condition.GOOD

        def work(tx: Tx) -> list[requests.Thing]:
            if form.get("regrade"):
                which = LoanId(id_in(form.get("regrade"), errors.UnknownLoan))
                return [loans.regrade(tx, party.id, which, how)]
            which = LoanId(id_in(form.get("loan"), errors.UnknownLoan))
            on = day_in(visit, "returned_on", visit.app.today())
            return [loans.give_back(tx, party.id, which, how, on=on, at=visit.now)]

        done(visit, work, entries=entries_of(visit))
        return go(f"{HOME}?done={'regraded' if form.get('regrade') else 'returned'}")

    return tried(visit, act, lambda problem: _page(visit, problem=problem))


def _writer(visit: Visit) -> Party:
    return own(visit, _WRITES)
