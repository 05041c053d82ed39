"""The API's own description, OpenAPI 3.1."""

from __future__ import annotations

import functools
from typing import Any, Final

from litestar import Litestar, Response, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme

from survey_app.reading.api.routes import API
from survey_app.shared.i18n import languages

# the database keeps no null character; the words of JSON Schema, ECMA 262
NO_NULL: Final = r"^[^\u0000]*$"
_ABOUT: Final = """\
Read-only access to published results: the same figures as the pages, with the same digits.
What a page hides has a status here, and no figure. Send a token with each request:
`Authorization: Bearer vb_…`; `barometer token create` makes one. Replies carry an `ETag`;
with `If-None-Match` an unchanged reply is 304. Lists have `limit` and `offset`, and `next`
is the address of the next page.

What everybody may see needs no token and lies beside this: `/results/data.json` (JSON-stat),
`/results/data.csv` (comma, decimal point), `/results/data-excel.csv` (the same for Excel in
Norwegian settings: semicolon, decimal comma), `/results/data.xlsx`, `/results/data.parquet`
and `/results/codebook.xml`, each with `?lang=`, an `ETag`, and CORS for pages on any host."""


@functools.cache
def description() -> dict[str, Any]:
    """Return the description of every address of the API."""
    app = Litestar(
        route_handlers=[API],
        openapi_config=OpenAPIConfig(
            title="Verdibarometer",
            version="1",
            description=_ABOUT,
            license=License(name="EUPL-1.2", identifier="EUPL-1.2"),
            security=[{"token": []}],
            components=Components(
                security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}
            ),
            create_examples=False,
        ),
    )
    found = app.openapi_schema.to_schema()
    for operations in found["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                _tell_what_is_taken(parameter)
                for example in parameter.get("examples", {}).values():
                    example.pop("id")  # the library's name of it, which OpenAPI does not know
    return found


def _tell_what_is_taken(parameter: dict[str, Any]) -> None:
    """Say what types do not: which languages the agency has, and that no text holds a null."""
    schema = parameter["schema"]
    if parameter["name"] == "lang":
        schema.pop("oneOf", None)
        schema |= {"type": "string", "enum": list(languages())}
    for one in (schema, *schema.get("oneOf", ())):
        if one.get("type") == "string" and "enum" not in one:
            one["pattern"] = NO_NULL


@get("/api/schema")
async def show_schema() -> Response[dict[str, Any]]:
    """Show the description of the API."""
    return Response(description(), headers={"Cache-Control": "public, max-age=300"})
