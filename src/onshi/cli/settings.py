"""`onshi settings`: every setting and where it comes from."""

import os
from dataclasses import fields
from urllib.parse import urlsplit, urlunsplit

from onshi.cli.speaking import DEFAULT, AsJson, Language, say_list
from onshi.settings import PREFIX, Settings, read_settings

_TITLES = {"ja": ("設定", "値", "出所"), "en": ("setting", "value", "from")}
_ORIGINS = {True: {"ja": "環境変数", "en": "environment"}, False: {"ja": "既定", "en": "default"}}


def show(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Print every setting, its value and where it comes from."""
    settings = read_settings()
    names = [f"{PREFIX}{field.name.upper()}" for field in fields(Settings)]
    found = [(name, _shown(settings, name), name in os.environ) for name in names]
    say_list(found, _document, _TITLES[lang], lambda one: (*one[:2], _ORIGINS[one[2]][lang]), as_json=as_json)


def _document(found: tuple[str, str, bool]) -> dict[str, object]:
    name, value, is_set = found
    return {"name": name, "value": value, "is_set": is_set}


def _shown(settings: Settings, name: str) -> str:
    value = str(getattr(settings, name.removeprefix(PREFIX).lower()))
    return without_password(value) if name == f"{PREFIX}DATABASE" else value


def without_password(url: str) -> str:
    """A database address as it may be printed."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))
