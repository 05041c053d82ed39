"""The journeys of the people who use it, in a real browser, against the demo that runs for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.accessible import AXE, BRIEFLY, WCAG
from tests.chromium import headless_path

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# what the stocked shelf cannot show; all pages of figures are in test_reading
PAGES = {
    "hr": [
        "/", "/culture", "/culture/comments", "/campaigns", "/people", "/questionnaires",
        "/questionnaires/verdipuls.k1", "/sign-out",
    ],
    "communications": ["/", "/campaigns"],
    "leader": ["/"],
    "admin": ["/"],
}  # fmt: skip
OPEN_PAGES = [
    "/results", "/results?lang=en", "/sign-in", "/promise", "/promise?lang=nn", "/privacy",
    "/method", "/method?lang=en",
    "/accessibility", "/dev/mailbox", "/no-such-page",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=headless_path(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


def a_page(browser: Browser, base_url: str, size: dict[str, int] = DESKTOP, **options) -> Page:
    page = browser.new_context(base_url=base_url, viewport=size, **options).new_page()
    page.set_default_timeout(15_000)
    return page


def sign_in(page: Page, demo, role: str) -> None:
    account = demo.facts["accounts"][role]
    page.goto("/sign-in")
    page.get_by_label("E-post").fill(account["email"])
    page.get_by_label("Passord").fill(account["password"])
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/")


def axe_findings(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("asked => axe.run(asked)", BRIEFLY | {"runOnly": WCAG})
    return [
        f"{page.url}: {one['id']}: {one['help']}: {one['nodes'][0]['html'][:120]}"
        for one in found["violations"]
    ]


def test_hr_uploads_earlier_results_on_a_phone(browser, demo):
    page = a_page(browser, demo.facts["base_url"], PHONE, has_touch=True)
    sign_in(page, demo, "hr")
    page.goto("/culture/history/add")
    faults = axe_findings(page)
    names = ("organisation_scores.csv", "organisations.csv", "organisation_changes.csv")
    page.get_by_label("Filer").set_input_files([f"tests/data/csps/{name}" for name in names])
    page.get_by_role("button", name="Les filene").click()
    page.get_by_role("button", name="Fortsett").click()
    assert "Skriv hva undersøkelsen heter." in page.locator("#problems").inner_text()
    faults += axe_findings(page)
    page.get_by_label("Andres tall").check()
    for label in ("Hva heter undersøkelsen?", "Hvem har laget tallene", "Lisens"):
        page.get_by_label(label).fill("Statsansatte")
    page.get_by_role("button", name="Fortsett").click()
    page.get_by_role("button", name="Hent inn tallene").wait_for()
    faults += axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not faults, "\n".join(faults)


def test_an_officer_answers_on_a_phone_in_nynorsk(browser, demo):
    link = demo.link()
    page = a_page(browser, demo.facts["base_url"], PHONE, has_touch=True)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{link}?lang=nb")  # whoever it is meant for may read another language
    page.get_by_role("button", name="Nynorsk").click()
    assert page.locator("html").get_attribute("lang") == "nn"
    told = page.inner_text(".promise strong")
    assert told.startswith("Svaret ditt blir låst når du sender det inn")
    items = page.locator("fieldset.item")
    assert items.count() == 15
    for at in range(items.count()):
        items.nth(at).locator("label.choice").nth(3).click()
    page.get_by_role("button", name="Send inn").click()
    page.wait_for_url("**/answer/thanks**")
    assert "Takk for svaret!" in page.content()
    assert len(page.inner_text("#receipt code").replace(" ", "")) == 64
    assert page.context.cookies() == []
    assert not [
        url for url in requests if "htmx" in url or not url.startswith(demo.facts["base_url"])
    ]
    # the same link again: nothing is wrong, and it says so
    assert page.goto(link).status == 410
    assert "alt brukt" in page.content() or "allerede brukt" in page.content()


def test_the_form_is_whole_without_javascript(browser, demo):
    page = a_page(browser, demo.facts["base_url"], PHONE, java_script_enabled=False)
    page.goto(f"{demo.link()}?lang=nb")
    page.locator("input[name='vp.try.1'][value='4']").check()
    page.get_by_role("button", name="English").click()
    assert page.locator("input[name='vp.try.1'][value='4']").is_checked()
    page.get_by_role("button", name="Submit").click()
    assert "Thank you!" in page.content()


def test_hr_reads_the_heatmap_and_shares_its_address(browser, demo):
    page = a_page(browser, demo.facts["base_url"])
    sign_in(page, demo, "hr")
    page.goto("/culture/units")
    assert page.locator("table.heat").is_visible()
    folded = page.locator("table.heat tr.region a[aria-expanded=false]").first
    folded.click()
    page.wait_for_url("**open=**")
    assert page.locator("table.heat tr.unit, table.heat tr.hidden").count() > 0
    shown = page.locator("table.heat").inner_text()
    other = a_page(browser, demo.facts["base_url"])
    sign_in(other, demo, "hr")
    other.goto(page.url)
    assert other.locator("table.heat").inner_text() == shown


def test_communications_filters_the_trend_without_a_page_load(browser, demo):
    page = a_page(browser, demo.facts["base_url"])
    sign_in(page, demo, "communications")
    page.goto("/reputation")
    page.evaluate("window.stayed = true")
    page.locator(".chips a:not([aria-current])").first.click()
    page.wait_for_url("**?**")
    assert page.evaluate("window.stayed") is True
    assert page.goto("/people").status == 403


# Role, what it asks, the links from its first page, and where on the last page the answer stands.
QUESTIONS = [
    ("hr", "which value fell?", ["Kultur"], "table.rows td.say .verdict"),
    ("leader", "is my unit different from the agency?", [], "table.rows th:text('Mot etaten')"),
    ("hr", "what should we work on?", ["Kultur", "Hva henger sammen"], ".findings li"),
    ("leader", "did the action help?", ["Tiltak"], "table.todo td:nth-child(4)"),
    ("communications", "do people trust us more than a year ago?", ["Omdømme"],
     "[aria-labelledby=h-trend] .findings li"),
]  # fmt: skip


def test_five_questions_are_answered_within_two_clicks(browser, demo):
    for role, question, links, answer in QUESTIONS:
        page = a_page(browser, demo.facts["base_url"])
        sign_in(page, demo, role)
        for link in links:
            page.locator("nav.menu, main").get_by_role("link", name=link).first.click()
            page.wait_for_load_state()
        assert page.locator(answer).first.is_visible(), (role, question, page.url)
        page.context.close()


def test_signing_out_closes_the_door(browser, demo):
    page = a_page(browser, demo.facts["base_url"], PHONE)
    sign_in(page, demo, "hr")
    page.goto("/sign-out")
    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url("**/sign-in")
    page.goto("/culture")
    assert page.url.endswith("/sign-in?next=%2Fculture")


@pytest.mark.parametrize("role", PAGES)
def test_axe_finds_nothing_on_a_roles_pages(browser, demo, role):
    page = a_page(browser, demo.facts["base_url"], PHONE if role == "leader" else DESKTOP)
    sign_in(page, demo, role)
    found = []
    for address in PAGES[role]:
        reply = page.goto(address)
        assert reply.status == 200, address
        found += axe_findings(page)
    assert found == []


def test_axe_finds_nothing_on_open_and_answering_pages(browser, demo):
    page = a_page(browser, demo.facts["base_url"], PHONE)
    found = []
    answering = [demo.facts["personal_links"][-1], f"/open/{demo.facts['open_surveys'][0]}"]
    for address in [*OPEN_PAGES, *answering, "/answer/" + "a" * 34]:
        page.goto(address)
        found += axe_findings(page)
    assert found == []


@pytest.mark.parametrize("address", ["/results", "/sign-in", "/promise"])
def test_nothing_scrolls_sideways_at_320_pixels(browser, demo, address):
    page = a_page(browser, demo.facts["base_url"], {"width": 320, "height": 640})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
