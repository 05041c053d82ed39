"""What every reply says to browsers: of every address, and of mistakes."""

import re

import pytest

from survey_app.accounts.roles import Role
from survey_app.errors_told import NEAR_ANSWERS
from survey_app.installation.tables import bind_web, bind_worker
from tests.builders_answering import an_open_wave
from tests.builders_publication import public_series, put_on_shelf

NOBODY = "frame-ancestors 'none'"
# a page of ours that shows another one of ours as respondents see it
LOOKED_AT = "frame-ancestors 'self'"
SHOWN_ELSEWHERE = {"/results/share.png"}
UNUSED = ("camera", "geolocation", "microphone", "payment", "usb")


def addresses(app):
    """Every path and method, with parts that exist nowhere."""
    for route in app.routes:
        for method in sorted(route.methods - {"OPTIONS"}):
            path = re.sub(r"\{\w+:uuid\}", "00000000-0000-4000-8000-000000000000", route.path)
            yield method, re.sub(r"\{\w+:int\}", "2027", path), route.path


def lacking(reply, path):
    """List what a reply leaves open."""
    said = reply.headers
    policy = said.get("content-security-policy", "")
    shared = "cross-origin" if path in SHOWN_ELSEWHERE else "same-origin"
    rules = {
        "is sniffed": said.get("x-content-type-options") == "nosniff",
        "may be framed": NOBODY in policy or LOOKED_AT in policy,
        "takes what it likes": policy.startswith("default-src 'none'"),
        "tells where it was": said.get("referrer-policy") in {"same-origin", "no-referrer"},
        "is read by others": said.get("cross-origin-resource-policy") == shared,
        "may use a camera": all(
            f"{one}=()" in said.get("permissions-policy", "") for one in UNUSED
        ),
        "may be kept": bool(said.get("cache-control")),
        "says each thing once": len(dict(said)) == len(said.raw),
    }
    if said.get("content-type", "").startswith("text/html"):
        script = re.search(r"script-src ([^;]*)", policy)
        rules |= {
            "shares its window": said.get("cross-origin-opener-policy") == "same-origin",
            "runs what stands in it": script is None or script[1] == "'self'",
            "has another base": "base-uri 'none'" in policy,
            "sends forms away": "form-action 'self'" in policy or "sandbox" in policy,
        }
    if said.get("content-type", "").startswith("text/"):
        rules["has no charset"] = "charset=utf-8" in said["content-type"]
    if path.startswith(NEAR_ANSWERS):
        rules["tells the link"] = said["referrer-policy"] == "no-referrer"
        rules["stays behind"] = said["cache-control"] == "no-store"
    return [what for what, held in rules.items() if not held]


@pytest.mark.parametrize("role", [None, Role.HR])
async def test_no_reply_leaves_to_browsers_what_they_may_do_with_it(web, settings, sign_in, role):
    bind_worker()
    await put_on_shelf(public_series()[-1])
    wave = await an_open_wave(settings)
    bind_web()
    if role:
        await sign_in(role)
    found = [(*one, {}) for one in addresses(web.app)]
    found += [
        ("GET", f"/answer/{wave.tokens[0]}", "/answer", {}),
        *(
            ("GET", f"{misspelt}/{wave.tokens[0]}/x", "/answer", {})
            for misspelt in ("/answer", "/Answer", "/ANSWER")
        ),
        ("GET", f"/keys/{wave.key}.json", "/keys", {}),
        ("GET", "/static/icon.svg", "/static", {}),
        ("GET", "/static/site.css", "/static", {}),
        ("GET", "/no-such-page", "", {}),
        ("PUT", "/sign-in", "", {}),
        ("POST", "/sign-in", "", {"content": b"x" * 1_000_000}),
    ]
    left_open, seen = {}, 0
    for method, address, path, sent in found:
        reply = await web.request(method, address, follow_redirects=False, **sent)
        lacks = lacking(reply, path)
        if role and 'name="csrf"' in reply.text and "/sign-in" not in path:
            seen += 1
            lacks += ["stays in a browser"] * (reply.headers["cache-control"] != "no-store")
        if lacks:
            left_open[f"{method} {address} {reply.status_code}"] = lacks
        if role and web.cookies.get("barometer_session") is None:
            await sign_in(role)
    assert left_open == {}
    assert not role or seen > 20
