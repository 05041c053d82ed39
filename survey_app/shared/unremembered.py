"""What the framework would remember of requests, and does not here.

Litestar keeps the last thousand forms, addresses, queries and cookies beside what it read in them,
so as to read the same ones sooner. Passwords and links would lie in the memory of a process long
after they were sent, and the links in the order in which people came.
"""

from __future__ import annotations

from typing import Final

from litestar import Litestar, data_extractors
from litestar._asgi.routing_trie import traversal
from litestar._kwargs import extractors
from litestar.connection import base, request
from litestar.datastructures import URL, url

_READERS: Final = (
    (request, "parse_url_encoded_form_data"),
    (extractors, "parse_url_encoded_form_data"),
    (extractors, "parse_query_string"),
    (base, "parse_query_string"),
    (url, "parse_query_string"),
    (base, "parse_cookie_string"),
    (data_extractors, "parse_cookie_string"),
    (traversal, "parse_path_params"),
)
_OF_ADDRESSES: Final = ("_new", "from_components")


def remember_no_requests[App: Litestar](app: App) -> App:
    """Let every request be read anew, and nothing of it be kept once it is answered.

    Raises
    ------
    AttributeError, KeyError
        If the framework reads requests elsewhere by now: then this place is to be looked for anew.
    """
    for place, name in (*_READERS, (app.asgi_router, "handle_routing")):
        read = getattr(place, name)
        setattr(place, name, getattr(read, "__wrapped__", read))
    for name in _OF_ADDRESSES:
        make = vars(URL)[name].__func__
        setattr(URL, name, classmethod(getattr(make, "__wrapped__", make)))
    return app
