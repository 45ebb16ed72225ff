"""`onshi settings`: every setting and where it comes from."""

import os
from dataclasses import fields
from urllib.parse import urlsplit, urlunsplit

from onshi.cli.speaking import DEFAULT, AsJson, Language, say_json, say_table
from onshi.settings import PREFIX, Settings, read_settings

_TITLES = {"ja": ("設定", "値", "出所"), "en": ("setting", "value", "from")}
_ORIGINS = {True: {"ja": "環境変数", "en": "environment"}, False: {"ja": "既定", "en": "default"}}


def show(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Print every setting, its value and where it comes from."""
    settings = read_settings()
    rows = [(f"{PREFIX}{field.name.upper()}", _shown(settings, field.name)) for field in fields(Settings)]
    if as_json:
        say_json([{"name": name, "value": value, "is_set": name in os.environ} for name, value in rows])
        return
    say_table(_TITLES[lang], [(name, value, _ORIGINS[name in os.environ][lang]) for name, value in rows])


def _shown(settings: Settings, name: str) -> str:
    value = str(getattr(settings, name))
    return without_password(value) if name == "database" else value


def without_password(url: str) -> str:
    """A database address as it may be printed."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))
