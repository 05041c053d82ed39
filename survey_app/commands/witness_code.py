"""``barometer witness code``: hold what browsers are given against a build of one's own.

For whoever built the same release on a machine of their own. Every file is fetched as a browser
fetches it; what the installation says of itself is held against that, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx2
from lxml import html

from survey_app.commands.witness import SECONDS, WitnessError
from survey_app.shared.browser_code import CODE, FORMAT, hash_files
from survey_app.shared.colour_sheet import ADDRESS as COLOURS

Fetch = Callable[[str], bytes]
# what a browser would send: who asks must not be told from those who answer
BROWSER: Final = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "*/*",
}
RUN: Final = frozenset({"stylesheet", "modulepreload"})
# what gives addresses another meaning, and pages within a page
ELSEWHERE: Final = "//base | //iframe | //frame | //object | //embed | //portal"


def check_code(
    address: str, folder: Path, echo: Callable[[str], None], *, pages: tuple[str, ...] = ()
) -> bool:
    """Fetch all that pages of an installation may load, and say what is not as it was built here.

    Parameters
    ----------
    address : str
        Of the installation.
    folder : Path
        ``static/`` of a build of the same release.
    pages : tuple of str
        Addresses of pages, such as an open survey, that are to load nothing else.

    Raises
    ------
    WitnessError
        If the installation does not answer.
    """
    built, told = hash_files(folder), _told(address)
    with httpx2.Client(timeout=SECONDS, headers=BROWSER) as client:

        def fetch(target: str) -> bytes:
            try:
                reply = client.get(target)
                reply.raise_for_status()
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise WitnessError(f"{target} cannot be had: {error}") from None
            return reply.content

        wrong = [*_other_files(address, built, told["files"], fetch)]
        for page in pages:
            wrong += other_loads(page, built, told["agency"], fetch)
    for sentence in wrong:
        echo(sentence)
    echo(
        f"{len(built)} files of version {told['version']}"
        + (": not all are as they were built here" if wrong else ", each as it was built here")
    )
    return not wrong


def _other_files(
    address: str, built: Mapping[str, str], told: Mapping[str, str], fetch: Fetch
) -> Iterator[str]:
    for name in sorted({*built, *told}):
        if name not in told:
            yield f"MISSING: {name} is of this release, and not told"
        elif name not in built:
            yield f"MORE: {name} is told, and not of this release"
        else:
            given = hashlib.sha256(fetch(f"{address.rstrip('/')}/static/{name}")).hexdigest()
            if given != built[name]:
                yield f"CHANGED: {name} is {given}, and was built here as {built[name]}"
            elif told[name] != given:
                yield f"OTHERWISE: {name} is told to be {told[name]}, and is {given}"


def other_loads(
    page: str, built: Mapping[str, str], agency: Mapping[str, str], fetch: Fetch
) -> Iterator[str]:
    """Say what a page loads or holds that is not of the release.

    Parameters
    ----------
    page : str
        Its address.
    built : mapping of str to str
        SHA-256 of each file of the release, by its path below ``static/``.
    agency : mapping of str to str
        What the installation calls the agency's own, by address: of these its colours are taken.
    fetch : callable
        Gives what stands at an address.
    """
    tree = html.document_fromstring(fetch(page))
    for script in tree.xpath("//script[not(@src)]"):
        if (script.get("type") or "").lower() != "application/json":
            yield f"INSIDE: {page} holds a script of its own"
    for handler in tree.xpath("//@*[starts-with(name(), 'on')]"):
        yield f"INSIDE: {page} holds a handler: {handler[:60]}"
    for element in tree.xpath(ELSEWHERE):
        yield f"INSIDE: {page} holds <{element.tag}>, by which it may run what is not here"
    files = {f"/static/{name}": hashed for name, hashed in built.items()}
    # the agency's own is style, and in one place: what else it calls its own is nobody's
    sheets = files | {one: hashed for one, hashed in agency.items() if one == COLOURS}
    for loaded in tree.xpath("//script/@src"):
        yield from _unlike(page, loaded, files, fetch)
    for link in tree.xpath("//link[@href]"):
        kinds = {*(link.get("rel") or "").lower().split()}
        if kinds & RUN:
            known = sheets if kinds == {"stylesheet"} else files
            yield from _unlike(page, link.get("href"), known, fetch)


def _unlike(page: str, loaded: str, known: Mapping[str, str], fetch: Fetch) -> Iterator[str]:
    target = urlsplit(urljoin(page, loaded))
    hashed = known.get(target.path)
    if target.netloc != urlsplit(page).netloc or hashed is None:
        yield f"LOADED: {page} loads {loaded}, which is not of this release"
    # under the very address that the page gives, query and all: another may hold another file
    elif hashlib.sha256(fetch(target.geturl())).hexdigest() != hashed:
        yield f"CHANGED: {page} loads {loaded}, which is not as it was built here"


def _told(address: str) -> dict[str, Any]:
    try:
        reply = httpx2.get(f"{address.rstrip('/')}{CODE}", timeout=SECONDS, headers=BROWSER)
        reply.raise_for_status()
        told = reply.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise WitnessError(f"{address} does not tell what browsers run: {error}") from None
    whole = isinstance(told, dict) and told.get("format") == FORMAT
    if not whole or not all(isinstance(told.get(one), dict) for one in ("files", "agency")):
        raise WitnessError(f"{address} tells nothing of the format {FORMAT}")
    return dict(told)
