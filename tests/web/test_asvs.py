"""The list of the OWASP ASVS is whole, and what it names is there."""

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs" / "asvs.md"
IDS = ROOT / "tests" / "data" / "asvs" / "ids-5.0.0.csv"
STATES = {"met", "not met", "n/a"}
ROW = re.compile(r"^\| (V[\d.]+) \| (\d) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
FILE = re.compile(
    r"\b(?:tests|survey_app|docs|deploy|questionnaires|static)/[\w./-]*\w"
    r"|\b(?:requirements\.lock|pyproject\.toml)"
)
TEST = re.compile(r"`(test_\w+)`")


def rows():
    return ROW.findall(LIST.read_text())


def test_every_requirement_of_both_levels_stands_there_once():
    asked = [tuple(row) for row in csv.reader(IDS.read_text().splitlines())][1:]
    assert [(number, level) for number, level, *_ in rows()] == asked


def test_each_line_says_whether_it_is_met_and_why():
    for number, _, words, state, shown in rows():
        assert state in STATES, number
        assert words, number
        assert len(shown) > 5, number
        # what is met is shown by something that one can open
        assert state != "met" or FILE.search(shown) or "ruff" in shown or "`" in shown, number


def test_every_file_and_test_that_is_named_exists():
    for number, *_, shown in rows():
        named = [ROOT / one for one in FILE.findall(shown)]
        assert all(one.exists() for one in named), (number, named)
        written = "".join(one.read_text() for one in named if one.suffix == ".py")
        for test in TEST.findall(shown):
            assert f"def {test}(" in written, (number, test)


async def test_nothing_answers_to_trace(web):
    shown = ("/", "/sign-in", "/results", "/answer/x", "/static/icon.svg", "/scim/v2/Users")
    for path in shown:
        reply = await web.request("TRACE", path)
        assert reply.status_code in {404, 405}, path
        # and is told what does
        assert ("GET" in reply.headers.get("allow", "")) == (reply.status_code == 405), path


@pytest.mark.parametrize("path", ["/static", "/static/", "/static/vendor/", "/.git/config",
                                  "/static/../pyproject.toml", "/static/..%2fpyproject.toml",
                                  "/static/.ready", "/.env", "/pyproject.toml"])  # fmt: skip
async def test_no_folder_is_listed_and_nothing_beside_the_static_files_is_served(web, path):
    assert (await web.get(path, follow_redirects=False)).status_code in {400, 404}


def test_the_proxy_speaks_no_old_tls_and_no_cipher_without_forward_secrecy():
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    # also in the server that others may take out of its number signs
    servers = re.split(r"^(?:# )?server \{$", conf, flags=re.MULTILINE)[1:]
    assert len(servers) == 4
    for server in servers:
        told = dict(
            re.findall(r"^(?:# )? +(ssl_protocols|ssl_ciphers) (.*);$", server, re.MULTILINE)
        )
        assert told["ssl_protocols"] == "TLSv1.2 TLSv1.3"
        assert all(
            one.startswith("ECDHE-") and ("GCM" in one or "POLY1305" in one)
            for one in told["ssl_ciphers"].split(":")
        )
