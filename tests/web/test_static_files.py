"""Files that pages are made of: small, kept by browsers for a year, and as they are on disk."""

import os

import pytest

from survey_app.shared.pages import STATIC

ZIPPED = {"Accept-Encoding": "gzip"}
KINDS = {
    "verdibarometer.css": "text/css; charset=utf-8",
    "built/blind.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "vendor/inter/inter.woff2": "font/woff2",
    "vendor/inter/further.woff2": "font/woff2",
}


@pytest.mark.parametrize("name", KINDS)
async def test_a_file_comes_as_it_lies_on_disk_and_may_be_kept_for_a_year(web, name):
    reply = await web.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    assert reply.content == (STATIC / name).read_bytes()
    assert reply.headers["content-type"] == KINDS[name]
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in reply.headers


def test_a_script_that_a_page_loads_beside_another_leaves_no_name_that_the_other_may_have():
    assert (STATIC / "built" / "kept.js").read_text().startswith("(()=>{")


async def test_what_gets_smaller_is_sent_compressed_and_what_does_not_is_sent_as_it_is(web):
    for name, packed in (("verdibarometer.css", True), ("vendor/inter/inter.woff2", False)):
        size = (STATIC / name).stat().st_size
        reply = await web.get(f"/static/{name}", headers=ZIPPED)
        assert (reply.headers.get("content-encoding") == "gzip") is packed
        sent = int(reply.headers["content-length"])
        assert sent == size if not packed else sent < size / 2
        assert reply.content == (STATIC / name).read_bytes()


async def test_a_file_that_was_built_anew_is_sent_anew(web, monkeypatch, tmp_path):
    from survey_app.shared import static_files

    file = tmp_path / "made.css"
    file.write_text("a {}")
    monkeypatch.setattr(static_files, "_files", lambda: {"made.css": file})
    assert (await web.get("/static/made.css")).text == "a {}"
    file.write_text("b {}")
    later = file.stat().st_mtime + 1
    os.utime(file, (later, later))
    assert (await web.get("/static/made.css")).text == "b {}"
