"""The JSON web API of the national interface: what the browser of a terminal uses."""

from onshi.interfaces.webapi.serving import LOGIN_PATH, SEARCH_PATH, WebApi, is_webapi

__all__ = ["LOGIN_PATH", "SEARCH_PATH", "WebApi", "is_webapi"]
