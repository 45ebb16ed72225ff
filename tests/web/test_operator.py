"""The operator sees how the network runs; the auditor that nothing was altered. Neither sees people."""

from pathlib import Path

import msgspec
import pytest

from onshi import audit
from onshi.app import App
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import Moment, shown_person_id
from onshi.registry import Insurer
from onshi.web.operator.health import ranked

from . import country
from .browse import Reader


@pytest.fixture
def operator(app: App) -> Reader:
    """Somebody who is both operator and auditor."""
    return Reader(app).enter("operator")


def seal(app: App) -> None:
    while app.db.run(lambda tx: audit.seal(tx, at=app.now(), signer=app.signer), appending=True):
        pass


def test_health_tells_what_waits_for_sealing(operator: Reader, app: App) -> None:
    assert operator.heading == "稼働状況"
    assert "まだありません" in operator.text
    assert "一分以上封印されていない記録があります。" in operator.text
    seal(app)
    operator.get("/operator")
    assert "第1号" in operator.text
    assert "封印を待つ記録 0" in operator.text
    assert "一分以上" not in operator.text


def test_insurers_are_ranked_by_delay() -> None:
    never, slow, quick, silent = (
        Insurer(country.SILENT, "00", "municipal_nhi", "d"),
        Insurer(country.CITY, "00", "municipal_nhi", "c", last_loaded_at=Moment(5), delay_days=20),
        Insurer(country.SOCIETY, "06", "society", "b", last_loaded_at=Moment(9), delay_days=2),
        Insurer(country.SOCIETY, "06", "society", "a", last_loaded_at=Moment(3), delay_days=2),
    )
    assert ranked([quick, silent, slow, never]) == [never, slow, silent, quick]


def test_the_log_shows_ids_and_no_people(operator: Reader, app: App) -> None:
    desk = Reader(app).enter("reception")
    desk.post("/reception/check", insurer="06139992", symbol="12", number="345", birth="S60.4.1")
    with app.db.transaction(reading=True) as tx:
        hanako = country.person_named(tx, "見本　花子")
    operator.get(f"/operator/audit?action=check&actor={country.CLINIC.id}")
    assert shown_person_id(hanako) in operator.text
    assert "in_force" in operator.text
    for hidden in ("花子", "1985", "s-demo-insurer"):
        assert hidden not in operator.text
    operator.get(f"/operator/audit?subject={shown_person_id(hanako)}")
    assert operator.answer.text.count("<tr>") == 2
    with app.db.transaction(reading=True) as tx:
        read = audit.entries_of(tx, actor="staff:s-demo-operator", action=Action.AUDIT_READ)
    assert [one.entry.subject for one in read if one.entry.subject] == [hanako]


def test_a_person_id_with_a_slip_is_pointed_out(operator: Reader) -> None:
    operator.get("/operator/audit?subject=0000-0000-0000-1-2")
    assert "本人IDの形が正しくありません。" in operator.text


def test_the_log_is_paged(operator: Reader, app: App) -> None:
    def fill(tx: Tx) -> None:
        for place in range(130):
            entry = audit.Entry("local:test", Action.TOKEN, "done", bytes(32))
            audit.append(tx, app.draw(), [entry], at=Moment(country.START + place))

    app.run(fill)
    operator.get("/operator/audit?actor=local%3Atest")
    assert operator.answer.text.count("<code>local:test</code>") == 100
    following = operator.answer.text.split("&amp;until=")[1].split('"')[0]
    operator.get(f"/operator/audit?actor=local%3Atest&until={following}")
    assert operator.answer.text.count("<code>local:test</code>") == 30


def test_verification_finds_nothing_in_a_sound_log(operator: Reader, app: App) -> None:
    seal(app)
    operator.get("/operator/audit/verify")
    operator.post("/operator/audit/verify")
    assert "改ざんは見つかりませんでした。" in operator.text
    with app.db.transaction(reading=True) as tx:
        (entry,) = audit.entries_of(tx, action=Action.AUDIT_VERIFIED)
    assert entry.entry.outcome == "sound"


def test_verification_names_what_was_altered(operator: Reader, app: App) -> None:
    seal(app)
    with app.db.transaction() as tx:
        for loaded in audit.entries_of(tx, action=Action.LOAD):
            (packed,) = tx.cursor.execute(
                "SELECT packed FROM audit_entries WHERE batch = ?", (loaded.batch,)
            ).fetchone()
            rows = [[*row[:6], "lost", *row[7:]] for row in msgspec.msgpack.decode(packed)]
            altered = (msgspec.msgpack.encode(rows), loaded.batch)
            tx.cursor.execute("UPDATE audit_entries SET packed = ? WHERE batch = ?", altered)
    operator.get("/operator/audit/verify")
    operator.post("/operator/audit/verify")
    assert "2件の異常が見つかりました。" in operator.text
    assert "記録の内容が書き換えられています。" in operator.text


def test_verification_compares_with_the_heads_kept_outside(operator: Reader, app: App) -> None:
    seal(app)
    with app.db.transaction(reading=True) as tx:
        head = audit.head(tx)
    assert head is not None
    kept = Path(app.settings.data) / "audit-heads.jsonl"
    kept.write_text(audit.heads_line(head))
    with app.db.transaction() as tx:
        for table in ("audit_blocks", "audit_batches", "audit_entries", "audit_finds", "audit_spans"):
            tx.cursor.execute(f"DELETE FROM {table}")
    operator.get("/operator/audit/verify")
    operator.post("/operator/audit/verify")
    assert "控えにあるブロック以降が切り取られています。" in operator.text


def test_parties_are_counted_with_their_accounts(operator: Reader) -> None:
    operator.get("/operator/parties")
    assert f"{country.CLINIC.id} 見本内科クリニック 0 1" in operator.text
    operator.get("/operator/parties?kind=insurer")
    assert f"{country.SOCIETY_PARTY.id} 見本健康保険組合 0 2" in operator.text
    operator.get("/operator/parties?kind=nonsense")
    assert operator.answer.status_code == 200


def test_an_auditor_verifies_and_reads_but_does_not_run(app: App) -> None:
    auditor = Reader(app).enter("auditor")
    assert auditor.heading == "稼働状況"
    assert auditor.get("/operator/audit").status_code == 200
    assert "参加機関" not in auditor.text
