"""What browsers run is told by hash, and somebody's own build of the release finds what differs."""

import asyncio
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from survey_app.commands.witness import changed_heads, fetch_heads
from survey_app.commands.witness_code import check_code, other_loads
from survey_app.shared.browser_code import digest_of, running_version
from survey_app.shared.pages import STATIC
from tests.builders_answering import an_open_wave

ROOT = Path(__file__).parents[2]
OPEN = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}
# what make copies and minifies, and what it needs for that
SOURCES = ("Makefile", "package.json", "package-lock.json")


async def checked(live, folder, *pages):
    said = []
    address = str(live.base_url)
    pages = tuple(f"{address}{page}" for page in pages)
    whole = await asyncio.to_thread(check_code, address, folder, said.append, pages=pages)
    return whole, said


async def summed(names):
    """What the machine's own programme prints of these files."""
    command = ["sha256sum", *sorted(names)]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=STATIC, capture_output=True, check=True
    )
    return done.stdout


async def test_every_file_that_a_page_may_load_is_told_with_its_hash(live):
    told = (await live.get("/code.json")).json()
    assert {"answer.css", "built/blind.js", "built/open.js", "vendor/htmx.min.js"} <= {
        *told["files"]
    }
    assert told["version"] == running_version()
    for name in ("answer.css", "built/blind.js"):
        given = (await live.get(f"/static/{name}")).content
        assert told["files"][name] == hashlib.sha256(given).hexdigest()
    assert told["digest"] == hashlib.sha256(await summed(told["files"])).hexdigest()


async def test_a_build_of_the_same_release_agrees_and_a_changed_file_is_named(
    live, settings, tmp_path
):
    wave = await an_open_wave(settings)
    await an_open_wave(settings, "apen", **OPEN)
    page = f"/answer/{wave.tokens[0]}"
    whole, [sentence] = await checked(live, STATIC, page, "/open/apen", "/promise")
    assert whole
    assert sentence.endswith(f"files of version {running_version()}, each as it was built here")
    build = shutil.copytree(STATIC, tmp_path / "static")
    (build / "built" / "blind.js").write_text("another programme")
    (build / "receipt.js").unlink()
    (build / "new.js").write_text("")
    whole, said = await checked(live, build, page)
    assert not whole
    assert [sentence.split()[:2] for sentence in said[:3]] == [
        ["CHANGED:", "built/blind.js"], ["MISSING:", "new.js"], ["MORE:", "receipt.js"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ('<script src="/static/answer.js?v=2"></script>', "CHANGED: http://a/p loads /static/a"),
        ('<script src="/static/own.js"></script>', "LOADED: http://a/p loads /static/own.js"),
        ('<script src="/static/agency.css"></script>', "LOADED: http://a/p loads /static/agency"),
        ('<link rel="x STYLESHEET" href="//b/a.css">', "LOADED: http://a/p loads //b/a.css"),
        ('<base href="http://b/">', "INSIDE: http://a/p holds <base>"),
        ('<iframe srcdoc="x"></iframe>', "INSIDE: http://a/p holds <iframe>"),
    ],
)
def test_what_a_page_loads_is_looked_at_under_the_address_that_it_gives(planted, said):
    def fetch(target):
        given = {"http://a/static/answer.js": b"built", "http://a/static/agency.css": b"colours"}
        page = f'<link rel="stylesheet" href="/static/agency.css">{planted}'
        return page.encode() if target == "http://a/p" else given.get(target, b"another")

    def hashed(content):
        return hashlib.sha256(content).hexdigest()

    built = {"answer.js": hashed(b"built")}
    own = {"/static/agency.css": hashed(b"colours"), "/static/own.js": hashed(b"another")}
    [sentence] = other_loads("http://a/p", built, own, fetch)
    assert sentence.startswith(said)


async def test_a_witness_keeps_the_hash_of_each_version(live):
    heads = await asyncio.to_thread(fetch_heads, str(live.base_url))
    told = (await live.get("/code.json")).json()
    assert heads["code"] == {running_version(): told["digest"]}
    changed = heads | {"code": {running_version(): "0" * 64}}
    [sentence] = changed_heads(heads, changed, first="on Monday")
    assert sentence.startswith(f"CHANGED: what browsers run of version {running_version()} was")
    newer = heads | {"code": {"9.0.0": "0" * 64}}
    assert list(changed_heads(heads, newer, first="on Monday")) == []


def test_one_hash_is_of_names_and_contents_in_their_order():
    files = {"b.js": "2" * 64, "a.js": "1" * 64}
    lines = f"{'1' * 64}  a.js\n{'2' * 64}  b.js\n"
    assert digest_of(files) == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.slow
def test_two_builds_at_different_places_are_the_same_bytes(tmp_path):
    built = []
    for name in ("one", "another place"):
        place = tmp_path / name
        (place / "static").mkdir(parents=True)
        for source in (*SOURCES, *(f"static/{one.name}" for one in STATIC.glob("*.*"))):
            shutil.copy(ROOT / source, place / source)
        (place / "node_modules").symlink_to(ROOT / "node_modules")
        subprocess.run(
            ["make", "-o", "node_modules/.ready", "static/vendor/.ready", "static/built/.ready"],
            cwd=place, check=True, capture_output=True,
        )  # fmt: skip
        files = [one for one in (place / "static").rglob("*") if one.is_file()]
        built.append({str(one.relative_to(place)): one.read_bytes() for one in files})
    assert built[0] == built[1]
    assert len(built[0]) > 25
    own = [one for one in STATIC.rglob("*") if one.is_file()]
    assert built[0] == {str(one.relative_to(ROOT)): one.read_bytes() for one in own}
