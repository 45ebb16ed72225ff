"""A server behind TLS, with terminals that have certificates, and people who work at them."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette

from onshi import access, asgi, audit
from onshi.access import Role
from onshi.app import App, wall_clock
from onshi.audit import Action
from onshi.cli.serve import tls_options
from onshi.db import Database, Tx
from onshi.interfaces import rest
from onshi.interfaces.webapi import LOGIN_PATH, SEARCH_PATH
from onshi.outside import TerminalCa
from onshi.settings import Settings
from onshi.terminal_office import certify_terminal, found_terminal_ca, terminal_ca

from .make import CLIENT, CLINIC, OTHER_CLINIC, Country, country

PASSWORD, P12_PASSWORD = "correct horse battery", b"p12"
USER, STRANGER = "uketsuke", "yoso"
CODE = "1312345678"


@dataclass
class Terminals:
    """The server and what a terminal needs to reach it."""

    land: Country
    base: str
    folder: Path

    @property
    def server_certificate(self) -> Path:
        """What clients trust."""
        return self.folder / "server.pem"

    def certificate(self, client: str = CLIENT, *, authority: TerminalCa | None = None) -> Path:
        """Key and certificate of a new terminal, in one PEM file."""
        app = self.land.app
        if authority is None:
            made = certify_terminal(app, client, P12_PASSWORD, actor="test")
        else:
            made = authority.certify(client, at=app.now(), password=P12_PASSWORD)
        key, certificate, _ = pkcs12.load_key_and_certificates(made.file, P12_PASSWORD)
        assert key is not None and certificate is not None
        path = self.folder / f"{client}-{made.serial:x}.pem"
        path.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
        )
        return path

    def client(self, certificate: Path | None = None) -> httpx.Client:
        """An HTTPS client, with or without a certificate of its own."""
        context = ssl.create_default_context(cafile=str(self.server_certificate))
        if certificate is not None:
            context.load_cert_chain(certificate)
        return httpx.Client(verify=context, base_url=self.base, timeout=20)

    def login(self, certificate: Path | None, **members: Any) -> httpx.Response:
        """One login as the real client sends it."""
        body = {"userId": USER, "password": PASSWORD, **members}
        with self.client(certificate) as client:
            headers = {"content-type": "application/json;charset=UTF-8"}
            return client.post(LOGIN_PATH, json=body, headers=headers)

    def search(self, token: str | None, body: Any, **headers: str) -> httpx.Response:
        """One question, without a certificate of the client."""
        given = {"accept": "application/json", **headers} | ({} if token is None else {"authorization": token})
        with self.client() as client:
            if isinstance(body, bytes):
                return client.post(SEARCH_PATH, content=body, headers=given)
            return client.post(SEARCH_PATH, json=body, headers=given)

    def logged(self, action: Action) -> list[tuple[str, str | None, str | None]]:
        """Who did it, to what, and how it ended."""
        with self.land.app.db.transaction(reading=True) as tx:
            found = audit.entries_of(tx, action=action, limit=100)
        return [(one.entry.actor, one.entry.object, one.entry.outcome) for one in found]


def question(code: str = CODE, on: str = "20261102", **changes: str | None) -> dict[str, Any]:
    """A question about Hanako, who is insured, save for what is changed."""
    given: dict[str, str | None] = {
        "InsurerNumber": "06139992",
        "InsuredCardSymbol": "見本",
        "InsuredIdentificationNumber": "101",
        "Birthdate": "19800505",
        "LimitApplicationCertificateRelatedConsFlg": "1",
        **changes,
    }
    search = {name: value for name, value in given.items() if value is not None}
    return {
        "XmlMsg": {
            "MessageHeader": {"QualificationConfirmationDate": on, "MedicalInstitutionCode": code},
            "MessageBody": {"QualificationConfirmSearchInfo": search},
        }
    }


def enrol(app: App) -> None:
    """One account at each clinic."""

    def work(tx: Tx) -> None:
        for party, login in ((CLINIC, USER), (OTHER_CLINIC, STRANGER)):
            access.register_staff(
                tx,
                party,
                login=login,
                roles=[Role.RECEPTION],
                password=PASSWORD,
                key=app.staff_key,
                at=app.now(),
                by="test",
                staff_id=f"s-{login}",
            )

    app.run(work)


def make_server_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the loopback address that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day, now = datetime.timedelta(days=1), datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    certificate, private = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def found(app: App) -> None:
    """Founds the authority of terminals."""
    found_terminal_ca(app, actor="test")


@contextlib.contextmanager
def terminals(
    db: Database, folder: Path, *, loop: str = "uvloop", prepare: Callable[[App], object] = found
) -> Iterator[Terminals]:
    """The whole server over HTTPS on a loopback port, as `onshi serve` sets it up after `prepare`."""
    certificate, key = make_server_certificate(folder)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base = f"https://127.0.0.1:{listener.getsockname()[1]}"
        land = country(db, folder, base=base)
        # The certificates are judged by the clock of the machine too.
        land.clock.moment = wall_clock()
        enrol(land.app)
        prepare(land.app)
        settings = Settings(folder, db.url, tls_certificate=certificate, tls_key=key)
        options = tls_options(settings, terminal_ca(land.app))
        config = uvicorn.Config(
            asgi.create(land.app, pages=Starlette()),
            http=rest.CheckProtocol,
            loop=loop,
            log_config=None,
            **options,  # type: ignore[arg-type]
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        made = Terminals(land, base, folder)
        wait_until_ready(made)
        yield made
        server.should_exit = True
        thread.join(20)


def wait_until_ready(made: Terminals) -> None:
    """Until it answers; fails when it never does."""
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError), made.client() as client:
            if client.get("/readyz").status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail("the server did not get ready")
