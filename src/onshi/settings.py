"""Every setting, read from the environment once at start."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from onshi.kernel import OnshiError

PREFIX = "ONSHI_"
EXPORTS = "exports"
"""The folder beside the database in which rooms keep their columns for reports."""


class UnknownSetting(OnshiError):
    """The environment names a setting that does not exist."""

    code = "unknown-setting"
    message = "There is no setting {name}. Remove it, or see docs/reference/settings.md for the ones there are."
    message_ja = "{name}という設定はありません。取り除くか、docs/reference/settings.mdを見てください。"


class WrongSetting(OnshiError):
    """A setting has a value it cannot have."""

    code = "wrong-setting"
    message = "{name} has a value that cannot be used. It takes {takes}."
    message_ja = "{name}の値は使えません。{takes}を指定してください。"


@dataclass(frozen=True, slots=True)
class Settings:
    """`ONSHI_<NAME>` in capitals sets each of these.

    `data`: folder for keys, heads and, without `database`, the SQLite file. `database`: SQLAlchemy URL.
    `base_url`: how clients reach us; the audience of their assertions. `demo`: one-click sign-in to a
    synthetic country; never on real data. `rate`, `burst`: requests a second and at once, per client.
    `nhi_at_75`: how 市町村国保 counts the day of loss at 75 (`same` or `next`; sources differ).
    `report_day`: on which day of the next month municipalities owe a month's results (1 to 31).
    `tls_certificate`, `tls_key`: PEM files of the server's own certificate and key; both, and HTTPS is served.
    """

    data: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8200
    base_url: str = "http://localhost:8200"
    demo: bool = False
    rate: int = 2000
    burst: int = 4000
    nhi_at_75: str = "same"
    report_day: int = 10
    tls_certificate: Path | None = None
    tls_key: Path | None = None


_DAYS_OF_MONTH = 31
# Names of the environment that belong to tests and tools, not to the program.
_FOREIGN = ("ONSHI_TEST_", "ONSHI_BENCH_")


def default_data() -> Path:
    """`var/demo` beside the virtual environment we run in, so that the demo is found from any folder."""
    return Path(sys.prefix).resolve().parent / "var" / "demo"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. UnknownSetting and WrongSetting stop the program with a sentence."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith(PREFIX) and not name.startswith(_FOREIGN)
    }
    known = {field.name for field in fields(Settings)}
    for name in given:
        if name not in known:
            raise UnknownSetting(name=PREFIX + name.upper())
    data = Path(given.pop("data", "") or default_data())
    database = given.pop("database", "") or f"sqlite:///{data / 'onshi.sqlite'}"
    port = _whole(given, "port", 8200)
    certificate, key = _tls_files(given)
    scheme = "http" if certificate is None else "https"
    return Settings(
        data=data,
        database=database,
        host=given.get("host", "127.0.0.1"),
        port=port,
        base_url=given.get("base_url", f"{scheme}://localhost:{port}").rstrip("/"),
        demo=_flag(given, "demo", is_default=(data / "DEMO").exists()),
        rate=_whole(given, "rate", 2000),
        burst=_whole(given, "burst", 4000),
        nhi_at_75=_one_of(given, "nhi_at_75", ("same", "next")),
        report_day=_day_of_month(given, "report_day", 10),
        tls_certificate=certificate,
        tls_key=key,
    )


def _tls_files(given: Mapping[str, str]) -> tuple[Path, Path] | tuple[None, None]:
    certificate, key = given.get("tls_certificate", ""), given.get("tls_key", "")
    if bool(certificate) != bool(key):
        missing = "TLS_KEY" if certificate else "TLS_CERTIFICATE"
        raise WrongSetting(name=PREFIX + missing, takes="a PEM file; certificate and key go together")
    return (Path(certificate), Path(key)) if certificate else (None, None)


def _whole(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise WrongSetting(name=PREFIX + name.upper(), takes="a whole number")
    return int(text)


def _day_of_month(given: Mapping[str, str], name: str, default: int) -> int:
    day = _whole(given, name, default)
    if not 1 <= day <= _DAYS_OF_MONTH:
        raise WrongSetting(name=PREFIX + name.upper(), takes="a day from 1 to 31")
    return day


def _flag(given: Mapping[str, str], name: str, *, is_default: bool) -> bool:
    text = given.get(name, "1" if is_default else "0")
    if text not in ("0", "1"):
        raise WrongSetting(name=PREFIX + name.upper(), takes="0 or 1")
    return text == "1"


def _one_of(given: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    text = given.get(name, values[0])
    if text not in values:
        raise WrongSetting(name=PREFIX + name.upper(), takes=" or ".join(values))
    return text
