"""A clinic's folder beside the server: requests as clinic software writes them, and what comes back."""

from collections.abc import Callable
from pathlib import Path

from onshi import access
from onshi.app import wall_clock
from onshi.cli.access_clients import token_form
from onshi.demo.accounts import new_key
from onshi.interfaces import oqs
from onshi.interfaces.oqs import Elements, Encoding, Read
from onshi.interfaces.oqs.agent import Agent, Clocks, Terms
from onshi.outside import Desk, ExchangeFolder, FileSigner
from rest.make import CLINIC, Country

CLIENT = "agent-software"
CODE = "1312345678"


class AgentDesk:
    """The folder of one institution, its key, and its agent."""

    def __init__(
        self,
        land: Country,
        folder: Path,
        *,
        party: str = CLINIC,
        client: str = CLIENT,
        encoding: Encoding = Encoding.UTF_8,
        password: bytes | None = None,
    ) -> None:
        self.land, self.root = land, folder
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / f"{client}.pem"
        app = land.app
        jwks = {"keys": [new_key(key)]}
        app.run(
            lambda tx: access.register_client(
                tx,
                party,
                name="agent",
                jwks=jwks,
                scopes=["check", "check.bulk"],
                at=app.now(),
                by="test",
                client_id=client,
            )
        )
        self.client, self.key = client, key
        self.terms = Terms(party.partition(":")[2], encoding, password)
        self.folder = ExchangeFolder(folder)

    def centre(self, base: str | None = None) -> Desk:
        """A connection of its own to the server."""
        signer = FileSigner(self.key)
        return Desk(
            base or self.land.base,
            lambda address: token_form(self.client, signer, audience=address, at=wall_clock(), scope=None),
        )

    def agent(self, centre: Callable[[], Desk] | None = None) -> Agent:
        """An agent that has not begun."""
        return Agent(self.folder, self.terms, centre or self.centre, Clocks(wall_clock))

    def put(self, name: str, data: bytes | str) -> None:
        """A request as most clients write it: in one go."""
        (self.root / "req" / name).write_bytes(data.encode() if isinstance(data, str) else data)

    def names(self, target: str = "res") -> list[str]:
        """What lies in a folder."""
        return sorted(path.name for path in (self.root / target).iterdir())

    def answer(self, name: str, target: str = "res", *, echoes: bool = False) -> Read:
        """An answer, read by the table of its message; it agrees with it, save for what it echoes of a wrong one."""
        kind = oqs.message_kinds()[name.split("_")[0]]
        found = oqs.read((self.root / target / name).read_bytes(), kind)
        assert [one for one in oqs.faults_of(found, kind) if not (echoes and "SearchInfo/" in one.path)] == []
        return found


def asked(prefix: str, header: Elements, body: Elements, encoding: Encoding = Encoding.UTF_8) -> bytes:
    """A request as the tables have it."""
    elements: Elements = {"MessageHeader": {"MedicalInstitutionCode": CODE, **header}, "MessageBody": body}
    return oqs.write(elements, oqs.message_kinds()[prefix], encoding)


def search(**changes: str | None) -> Elements:
    """A question about Hanako, who is insured, save for what is changed."""
    given: dict[str, str | None] = {
        "InsurerNumber": "06139992",
        "InsuredCardSymbol": "見本",
        "InsuredIdentificationNumber": "101",
        "Birthdate": "19800505",
        "LimitApplicationCertificateRelatedConsFlg": "1",
        "ArbitraryIdentifier": "417_10",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def single(identifier: str = "a-1", on: str = "20261102", **changes: str | None) -> bytes:
    """OQSsiquc01req."""
    header: Elements = {"QualificationConfirmationDate": on, "ArbitraryFileIdentifier": identifier}
    return asked("OQSsiquc01req", header, {"QualificationConfirmSearchInfo": search(**changes)})
