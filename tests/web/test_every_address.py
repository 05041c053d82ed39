"""Who may open what, for every address that the application has: a new one must be put in here."""

import re
import uuid

from survey_app import app
from survey_app.accounts.roles import Role

HR, COMMUNICATIONS, LEADER = Role.HR, Role.COMMUNICATIONS, Role.LEADER
REPRESENTATIVE, ANALYST, ADMIN = Role.REPRESENTATIVE, Role.ANALYST, Role.ADMIN
# without an account; of these no role sees more
OPEN = (
    "/accessibility", "/answer", "/ballot", "/dev/mailbox", "/health", "/method",
    "/key-holder", "/keys", "/kode", "/open", "/privacy", "/promise", "/records", "/results",
    "/kiosk", "/code.json", "/heads.json", "/log/heads.json", "/metrics", "/sign-in", "/static",
    "/mail/returned", "/stop", "/trustees", "/verify",
    "/actions/unit",
    "/subscriptions/stop/{token:str}",
    "/api/schema", "/robots.txt", "/sitemap.xml", "/favicon.ico", "/.well-known",
)  # fmt: skip
# the longest beginning decides
ROLES = {
    "/": set(Role),
    "/questionnaires": set(Role),
    "/questionnaires/import": {HR, COMMUNICATIONS},
    "/questionnaires/items": {HR, COMMUNICATIONS, ADMIN},
    "/language": set(Role),
    # of what is asked of the public and in open surveys
    "/questionnaires/{form:str}/versions": {HR, COMMUNICATIONS, ADMIN},
    "/questionnaires/{form:str}/{version:str}": {HR, COMMUNICATIONS, ADMIN},
    "/sign-out": set(Role),
    "/account": set(Role),
    "/strategy": set(Role),
    "/actions": {HR, LEADER, REPRESENTATIVE},
    "/actions/new": {HR, LEADER},
    "/actions/{action:uuid}/discussed": {REPRESENTATIVE},
    "/actions/{action:uuid}/edit": {HR, LEADER},
    "/campaigns": {HR, COMMUNICATIONS, ADMIN},
    "/culture": {HR, LEADER, REPRESENTATIVE, ANALYST},
    # of the representatives those of the whole agency, and of HR two
    "/culture/comments": {HR, REPRESENTATIVE},
    "/culture/comments/themes": {HR},
    "/culture/history/add": {HR},
    "/culture/history/remove": {HR},
    "/events": {HR, LEADER, REPRESENTATIVE, COMMUNICATIONS, ANALYST},
    "/events/{event:uuid}/edit": {HR, COMMUNICATIONS},
    "/events/{event:uuid}/remove": {HR, COMMUNICATIONS},
    "/people": {HR, ADMIN},
    "/people/directory/confirm": {HR},
    "/proposals": {HR, COMMUNICATIONS, ADMIN},
    "/years": {HR, COMMUNICATIONS, ADMIN},
    "/reports": {HR, LEADER, REPRESENTATIVE, COMMUNICATIONS, ANALYST},
    "/reputation": {COMMUNICATIONS, ANALYST},
    "/reputation/history/add": {COMMUNICATIONS},
    "/reputation/history/remove": {COMMUNICATIONS},
    "/settings": {ADMIN},
    "/subscriptions": {HR, LEADER, REPRESENTATIVE, COMMUNICATIONS, ANALYST},
    "/waves": {HR, ADMIN},
    # of the public and open surveys
    "/waves/{key:str}": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/keys": {HR, ADMIN},
    "/waves/{key:str}/{act:str}": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/letters": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/failed": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/new-link": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/arrivals": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/next": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/plan": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/dates": {HR, COMMUNICATIONS, ADMIN},
    "/waves/new": {HR, COMMUNICATIONS, ADMIN},
    "/waves/{key:str}/preview": {HR, COMMUNICATIONS, ADMIN},
    "/workplace": {HR, LEADER, REPRESENTATIVE, COMMUNICATIONS, ANALYST},
}
WRITES = {("POST", "/events"): {HR, COMMUNICATIONS}}


def below(path, beginning):
    return path == beginning or path.startswith(f"{beginning.rstrip('/')}/")


def closed(web):
    """List methods and paths that ask for an account or a token."""
    found = [
        (method, route.path)
        for route in web.app.routes
        for method in sorted(route.methods - {"OPTIONS", "HEAD"})
        if not any(below(route.path, one) for one in OPEN)
    ]
    assert len(found) > 60
    return found


def filled(path):
    path = path.replace(":uuid}", "}").replace(":str}", "}").replace("{year:int}", "2027")
    ids = r"\{(action|event|comment|subscription|account|passkey|invitation|number|person)\}"
    path = re.sub(ids, str(uuid.uuid4()), path)
    return path.replace("{upload}", "x").replace("{", "").replace("}", "")


async def test_nothing_is_open_to_those_who_did_not_sign_in(web):
    for method, path in closed(web):
        for address in (filled(path), f"{filled(path)}/", f"/{filled(path)}"):
            reply = await web.request(method, f"{web.base_url}{address}", follow_redirects=False)
            if below(path, "/api/v1") or below(path, "/scim/v2"):
                assert reply.status_code == 401, (method, address)
            else:
                assert reply.status_code == 303, (method, address, reply.status_code)
                assert reply.headers["location"].startswith("/sign-in?next="), (method, address)
                assert not reply.content
        # neither does any other method say more
        for other in ("HEAD", "PUT", "DELETE"):
            reply = await web.request(other, filled(path), follow_redirects=False)
            assert reply.status_code in {303, 401, 405}, path
            assert not reply.content or reply.status_code in {401, 405}, path


async def test_an_address_that_holds_no_text_is_a_mistake_and_no_fault_of_ours(web, sign_in):
    await sign_in(Role.HR)
    for address in ("/records/%00.json", "/open/%00", "/culture/history/add?source=%00"):
        assert (await web.get(address)).status_code == 400, address


async def test_every_role_is_refused_what_is_not_its_own_and_logged(web, sign_in, monkeypatch):
    lines = []
    # at its source: the same line goes out once in ten minutes, whichever test made it first
    monkeypatch.setattr(app.log, "warning", lambda text, *given: lines.append(text % given))
    programs = ("/api/v1", "/scim/v2")
    pages = [one for one in closed(web) if not any(below(one[1], at) for at in programs)]
    for role in Role:
        await sign_in(role)
        for method, path in pages:
            beginning = max((one for one in ROLES if below(path, one)), key=len)
            allowed = WRITES.get((method, path), ROLES[beginning])
            assert beginning != "/" or path == "/", f"whose is {path}?"
            if role not in allowed:
                reply = await web.request(method, filled(path), follow_redirects=False)
                assert reply.status_code == 403, (role, method, path)
                page = re.sub(r":\w+}", "}", path)
                assert lines[-1] == f"role {role} was refused {page}"


async def test_a_browser_keeps_nothing_that_an_account_may_see(web, sign_in):
    await sign_in(Role.HR)
    seen = 0
    for method, path in closed(web):
        if method == "GET" and "{" not in path:
            reply = await web.get(path)
            if reply.status_code == 200:
                seen += 1
                assert reply.headers["cache-control"] == "no-store", path
    assert seen > 10
