"""The proxy leads each host to its own process, shows no other address, and logs no link."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from survey_app.app import create_app
from survey_app.reading.reports.press import SECONDS
from survey_app.settings import Settings

DEPLOY = Path("deploy")
OF_A_FORM = 2**20  # bytes that nginx takes where nothing is said
NGINX_WAITS = 60  # seconds, where nothing is said


def test_the_proxy_leads_answers_to_their_own_process_and_readers_to_no_other_than_theirs():
    head, *servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    reached = {
        re.findall(r"server_name (\S+);", one)[0]: set(
            re.findall(r"^ *proxy_pass (\S+);", one, re.MULTILINE)
        )
        for one in servers
    }
    assert reached["svar.example.org"] == {"http://answering"}
    assert reached["barometer.example.org"] == {"http://barometer"}
    behind = dict(re.findall(r"^upstream (\w+) \{\n(.*?)^\}", head, re.MULTILINE | re.DOTALL))
    [own] = re.findall(r"server (127\.0\.0\.1:\d+);", behind["answering"])
    assert f"server {own}" not in behind["barometer"]
    port = own.partition(":")[2]
    unit = (DEPLOY / "systemd" / "verdibarometer-answering.service").read_text()
    assert f" web --host 127.0.0.1 --port {port}\n" in unit
    assert f"s/server {own}/server answering:8000/" in (DEPLOY / "compose.yaml").read_text()
    ingress = yaml.safe_load_all((DEPLOY / "kubernetes" / "ingress.yaml").read_text())
    led = {
        one["metadata"]["name"]: {
            path["backend"]["service"]["name"]
            for rule in one["spec"]["rules"]
            for path in rule["http"]["paths"]
        }
        for one in ingress
    }
    assert (led["answering"], led["readers"]) == ({"answering"}, {"web"})


def test_the_proxy_lets_through_what_a_page_takes_and_writes_no_file_that_is_uploaded_to_disk():
    _head, *servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    readers = next(one for one in servers if "server_name barometer.example.org;" in one)
    places = re.findall(r"    location (= |~\*? |)(\S+) \{\n(.*?)\n    \}", readers, re.DOTALL)
    tried = 0
    for route in create_app(Settings(secret_key="for the table of routes alone")).routes:
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
            most = handler.resolve_request_max_body_size()
            if method in {"GET", "HEAD", "OPTIONS"} or most <= OF_A_FORM:
                continue
            # of what may be asked of a wave, opening takes a file
            path = re.sub(r"\{act.*?\}", "open", route.path)
            inside = _inside(places, address := re.sub(r"\{.+?\}", "x", path))
            size = int(re.findall(r"client_max_body_size (\d+)m;|$", inside)[0] or 1)
            assert size * OF_A_FORM >= most, address
            sealed = address.startswith("/key-holder/")
            assert sealed or "proxy_request_buffering off;" in inside, address
            tried += 1
    assert tried > 8


def test_half_a_request_holds_a_place_in_the_proxy_for_less_than_a_minute():
    head, *_servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    waits = dict(re.findall(r"^client_(header|body)_timeout (\d+)s;", head, re.MULTILINE))
    assert {name: int(told) < NGINX_WAITS for name, told in waits.items()} == {
        "header": True,
        "body": True,
    }


def test_the_proxy_waits_for_a_file_as_long_as_it_may_take_and_holds_what_passes_in_memory():
    _head, *servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    readers = next(one for one in servers if "server_name barometer.example.org;" in one)
    everywhere, *places = readers.partition("\n}")[0].split("location ")
    told = dict(re.findall(r"^ *(\w+) (\w+);", everywhere, re.MULTILINE))
    assert told["client_body_buffer_size"] == "1m"
    assert told["proxy_max_temp_file_size"] == "0"
    assert int(told["proxy_read_timeout"].removesuffix("s")) > 2 * SECONDS
    assert not [one for one in places if re.search("temp_file_size|read_timeout|body_buffer", one)]
    nginx = "nginx.ingress.kubernetes.io/"
    [cluster] = (
        one["metadata"]["annotations"]
        for one in yaml.safe_load_all((DEPLOY / "kubernetes" / "ingress.yaml").read_text())
        if one["metadata"]["name"] == "readers"
    )
    assert cluster[f"{nginx}proxy-max-temp-file-size"] == "0"
    assert cluster[f"{nginx}proxy-request-buffering"] == "off"
    assert int(cluster[f"{nginx}proxy-read-timeout"]) > 2 * SECONDS


def _inside(places: list[tuple[str, str, str]], address: str) -> str:
    """Return what holds for an address, as nginx looks: equal, then patterns in their order."""
    for kind, pattern, inside in sorted(places, key=lambda one: one[0] != "= "):
        if pattern == address if kind == "= " else kind[:1] == "~" and re.match(pattern, address):
            return inside
    return ""


def test_no_log_of_the_proxy_holds_a_link_that_opens_something():
    secret = {
        route.path.partition("{token")[0]
        for route in create_app(Settings(secret_key="for the table of routes alone")).routes
        if "{token" in route.path
    }
    assert {"/answer/", "/sign-in/password/", "/subscriptions/stop/"} <= secret
    _head, *servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    readers = next(one for one in servers if "server_name barometer.example.org;" in one)
    quiet = [
        re.compile(pattern, re.IGNORECASE if kind == "~*" else 0)
        for kind, pattern, inside in re.findall(
            r"location (~\*?) (\S+) \{(.*?)\n    \}", readers, re.DOTALL
        )
        if "access_log off;" in inside and "error_log /dev/null crit;" in inside
    ]
    # and of no page does an error tell who asked, and what for
    told = re.findall(r"^    error_log (.*);$", "".join(servers), re.MULTILINE)
    assert set(told) == {"/dev/null crit"}
    assert len(told) == len(servers)
    # with a capital it opens nothing, and what stands behind it opens the right one
    tried = secret | {path.upper() for path in secret}
    assert not [path for path in tried if not any(one.match(path) for one in quiet)]


def test_no_log_of_a_cluster_holds_a_link_of_somebody_who_answers_or_holds_a_key():
    told = {
        one["metadata"]["name"]: one["metadata"]["annotations"]
        for one in yaml.safe_load_all((DEPLOY / "kubernetes" / "ingress.yaml").read_text())
    }
    nginx = "nginx.ingress.kubernetes.io/"
    for name in ("answering", "ballots", "readers"):
        assert told[name][f"{nginx}enable-access-log"] == "false"
        assert "error_log /dev/null crit;" in told[name][f"{nginx}configuration-snippet"]
        # nor tells the length of a page what stands in it
        assert "gzip off;" in told[name][f"{nginx}configuration-snippet"]


def test_the_answering_host_shows_the_same_addresses_in_a_cluster_as_behind_nginx():
    nginx = (DEPLOY / "nginx.conf").read_text()
    ingress = (DEPLOY / "kubernetes" / "ingress.yaml").read_text()
    [behind] = re.findall(r"location ~ \^/\((answer\|open[^)]*?static.*?)\)\(/\|\$\) \{", nginx)
    assert f"path: /({behind})(/.*)?$" in ingress
    for path in ("results|actions/unit|sign-in", "answer|open|stop|kode|kiosk|ballot"):
        assert f"({path})(/|$)" in nginx
        assert path in ingress
    assert 'proxy_set_header Cookie "";' in ingress


def test_an_address_that_the_proxy_cannot_read_is_told_of_in_the_languages_of_the_pages():
    head, *servers = (DEPLOY / "nginx.conf").read_text().split("\nserver {\n")
    [told] = re.findall(r'^map "" \$unreadable \{\n(.*?)^\}', head, re.MULTILINE | re.DOTALL)
    assert [one for one in ("nn", "en") if f'<section lang="{one}">' not in told] == []
    for one in servers:
        if not re.search("server_name (svar|barometer)[.]example", one):
            continue
        # 414 and 494 are what is too long; a name would need an address, and there is none
        [page] = re.findall(r"error_page 400 414 494 =400 (/\S+);", one)
        inside = one.partition(f"location = {page} {{")[2].partition("\n    }")[0]
        assert "internal;" in inside
        assert 'return 400 "$own_page$unreadable";' in inside
