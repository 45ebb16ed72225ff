"""OpenAPI 3.1, written from the table of operations and the types of the answers."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from onshi.access.errors import ExpiredToken, InvalidToken
from onshi.db import DatabaseBusy
from onshi.interfaces.rest.operations import Gives, Operation, Parameter
from onshi.interfaces.rest.problems import (
    PROBLEM,
    InternalError,
    NotAllowed,
    TooFast,
    TooLarge,
    UnsupportedMediaType,
    status_of,
)
from onshi.interfaces.rest.schemas import EXTRA_TYPES, REF, ProblemOut
from onshi.kernel import OnshiError

_VERSION = "1.0.0"


def document(operations: Iterable[Operation], base_url: str) -> dict[str, Any]:
    """The whole description of the API served at `base_url`."""
    rows = list(operations)
    given = [gives.type for row in rows for gives in row.gives.values()]
    types = [one for one in given if isinstance(one, type)] + list(EXTRA_TYPES)
    _, components = msgspec.json.schema_components(types, ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row)
    scopes = {scope: f"May use what asks for `{scope}`." for row in rows for scope in row.scopes}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "onshi",
            "version": _VERSION,
            "description": (
                "オンライン資格確認: is this person insured, by whom. An answer is always 200; only refusals have "
                "another status and are problem+json (RFC 9457) with a `code` that never changes."
            ),
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "client": {
                    "type": "oauth2",
                    "description": "Client credentials with private_key_jwt (RFC 7523).",
                    "flows": {
                        "clientCredentials": {"tokenUrl": base_url + "/oauth2/token", "scopes": scopes},
                    },
                }
            },
        },
    }


def refusals_of(row: Operation) -> set[type[OnshiError]]:
    """Every refusal of an operation, those of the door included."""
    found: set[type[OnshiError]] = {*row.refuses, InternalError}
    if row.scopes:
        found |= {InvalidToken, ExpiredToken, NotAllowed, TooFast, DatabaseBusy}
    if row.bucket is not None:
        found |= {TooFast, DatabaseBusy}
    if row.takes_media is not None:
        found |= {TooLarge, UnsupportedMediaType}
    return found


def _operation(row: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": row.name,
        "summary": row.summary,
        "description": row.summary_ja,
        "parameters": [_parameter(parameter) for parameter in row.parameters],
        "responses": _responses(row),
    }
    if row.scopes:
        # One scope of several is enough: each is an alternative.
        described["security"] = [{"client": [scope]} for scope in row.scopes] + ([{}] if row.open_here else [])
    if row.takes_media is not None:
        described["requestBody"] = {"required": True, "content": {row.takes_media: {"schema": row.takes}}}
    return described


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.meaning,
        "required": parameter.is_needed or parameter.place == "path",
        "schema": dict(parameter.schema),
    }


def _responses(row: Operation) -> dict[str, Any]:
    found = {str(status): _success(gives) for status, gives in row.gives.items()}
    by_status: dict[int, list[str]] = {}
    for error in refusals_of(row):
        by_status.setdefault(_status(error), []).append(error.code)
    for status, codes in by_status.items():
        if str(status) not in found:
            found[str(status)] = _refusal(status, sorted(codes))
    return dict(sorted(found.items()))


def _status(error: type[OnshiError]) -> int:
    return status_of(error.__new__(error))


def _success(gives: Gives) -> dict[str, Any]:
    described: dict[str, Any] = {"description": gives.meaning}
    if gives.headers:
        described["headers"] = _headers(gives.headers)
    if gives.media is not None:
        described["content"] = {gives.media: {"schema": _schema(gives.type)}}
    if gives.links:
        described["links"] = {
            name: {"operationId": name, "parameters": dict(parameters)} for name, parameters in gives.links.items()
        }
    return described


def _schema(given: Any) -> Any:
    if isinstance(given, type):
        return {"$ref": REF.format(name=given.__name__)}
    return given or {}


def _refusal(status: int, codes: list[str]) -> dict[str, Any]:
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}",
        "content": {PROBLEM: {"schema": {"$ref": REF.format(name=ProblemOut.__name__)}}},
    }


def _headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in headers.items()}
