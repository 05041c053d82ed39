"""Whatever waves hide, pages give no reason, level or change that the publications do not have."""

import copy
import json
import random
import re

import lxml.html
import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.formats import read_content
from survey_app.reading.levels import change_cell
from survey_app.reading.published import Published
from survey_app.reading.verdicts import EQUAL_ANSWERS
from survey_app.shared.numbers import decimal, interval, signed, whole_interval
from tests.builders_publication import public_series, put_on_shelf, staff_series, words

KINDS = ("alike", "secondary", "primary")
FIGURES = ("n", "mean", "se", "low", "high", "deff", "n_eff")
PAGES = {
    Role.HR: ("/", "/culture", "/culture/units", "/culture/drivers", "/workplace", "/strategy"),
    Role.COMMUNICATIONS: ("/", "/reputation", "/workplace", "/strategy", "/results"),
}
LEVEL = re.compile(r"(\d+) av 100 \((\d+–\d+)\)")
CHANGE = re.compile(
    r"(Økt|Redusert|Uendret|Målbar, men liten|Usikkert|Under grensen for endring)"
    r" (siden [a-zæøå]+ \d{4}): ([+−]?\d+,\d)(?: poeng)? \((?:usikkerhet )?([^)]*)\)"
)
WITHOUT_A_WORD = "//main//td[not(normalize-space(.)) and not(.//svg)]"
FEW = re.compile("[Ff]or få svar")


def odd(content, kinds, draw):
    """Return a wave of which figures are hidden, or all alike, at random: with them, changes."""
    content = copy.deepcopy(content)
    fates, share = {}, draw.choice([0.1, 0.5, 1.0])
    for cell in content["estimates"]:
        key = cell["measure"], cell["level"], cell["domain"]
        if key not in fates:
            fates[key] = draw.choice(kinds) if draw.random() < share else ""
        if cell["status"] != "published":
            continue
        if fates[key] == "alike":
            cell.update(dict.fromkeys(("se", "low", "high")))
        elif fates[key]:
            cell.update(dict.fromkeys(FIGURES), status=f"suppressed_{fates[key]}", band="")
    changes = [
        row
        for row in content["changes"]
        if not fates.get((row["measure"], row["level"], row["domain"]))
    ]
    return content | {"changes": changes, "drivers": []}


def is_alike(cell, *, few):
    bare = cell["mean"] is not None and cell["low"] is None and cell["n"] is not None
    return bare and (cell["n"] < EQUAL_ANSWERS) is few


def stored(contents):
    """List levels with their intervals, and changes with their words, as pages write them."""
    levels, changes = set(), set()
    for content in contents:
        shown = Published(read_content(json.dumps(content)))
        for row in content["estimates"]:
            cell = shown.estimate(row["measure"], row["level"], row["domain"])
            if cell and cell.shown:
                for ends in ((cell.low, cell.high), (cell.least, cell.most)):
                    levels.add((decimal(cell.mean, "nb", 0), whole_interval(*ends, "nb")))
        for row in content["changes"]:
            place = row["measure"], row["level"], row["domain"], row["role"]
            if cell := change_cell(shown.change(*place), "nb"):
                ends = interval(cell.low, cell.high, "nb")
                told = cell.word, cell.since, signed(cell.difference, "nb"), ends
                changes.add(tuple(" ".join(part.split()) for part in told))
    return levels, changes


@pytest.mark.parametrize("seed", [4, 11])
async def test_no_page_tells_a_reason_or_a_figure_that_is_not_stored(web, database, sign_in, seed):
    draw = random.Random(seed)
    series = (*staff_series()[-4:], *public_series()[-2:])
    kinds = draw.choice([KINDS, KINDS[:1], KINDS[1:2], KINDS[:2]])
    waves = [odd(wave, kinds, draw) if draw.random() < 0.5 else wave for wave in series]
    levels, changes = stored(waves)
    cells = [cell for wave in waves for cell in wave["estimates"]]
    few = {
        cell["level"]
        for cell in cells
        if cell["status"] == "suppressed_primary" or is_alike(cell, few=True)
    }
    alike = any(is_alike(cell, few=False) for cell in cells)
    bind_worker()
    await put_on_shelf(*waves)
    bind_web()
    for role, pages in PAGES.items():
        await sign_in(role)
        for page in pages:
            reply = await web.get(f"{page}?lang=nb")
            assert reply.status_code == 200, page
            text = words(reply)
            # of places in the organisation it is never said, and of groups on one page alone
            told_of = {"agency", "group"} if page == "/reputation" else {"agency"}
            assert few & told_of or not FEW.search(text)
            assert alike or "alle svarte likt" not in text
            assert set(LEVEL.findall(text)) <= levels
            assert set(CHANGE.findall(text)) <= changes
            assert not lxml.html.fromstring(reply.text).xpath(WITHOUT_A_WORD)


async def test_two_sides_that_are_hidden_for_one_reason_say_it_once(web, database, sign_in):
    """«Vises ikke: for få svar mot Vises ikke: for få svar» stood beside themes."""
    main = [wave for wave in staff_series() if wave["wave"]["kind"] == "main"]
    waves = [copy.deepcopy(series[-1]) for series in (main, public_series())]
    for wave in waves:
        for cell in wave["estimates"]:
            cell.update(dict.fromkeys(FIGURES), status="suppressed_primary", band="")
        wave["changes"] = []
    bind_worker()
    await put_on_shelf(*waves)
    bind_web()
    await sign_in(Role.HR)
    page = lxml.html.fromstring((await web.get("/workplace?lang=nb")).text)
    pairs = [" ".join(cell.text_content().split()) for cell in page.xpath("//td[@class='pair']")]
    assert pairs
    assert {len(FEW.findall(told)) for told in pairs} == {1}
    assert not any(" mot " in told for told in pairs)


async def test_a_level_that_is_hidden_says_so_beside_what_it_goes_with_and_on_its_question(
    web, database, sign_in
):
    wave = copy.deepcopy([one for one in staff_series() if one["drivers"]][-1])
    item = "vp.apn.1"
    for cell in wave["estimates"]:
        if cell["measure"] in {"SIK", item} and cell["level"] == "agency":
            cell.update(dict.fromkeys(FIGURES), status="suppressed_primary", band="")
    bind_worker()
    await put_on_shelf(wave)
    bind_web()
    await sign_in(Role.HR)
    beside = await web.get("/culture/drivers?lang=nb")
    assert beside.text.count("vises ikke") == 1
    assert not lxml.html.fromstring(beside.text).xpath(WITHOUT_A_WORD)
    question = words(await web.get(f"/culture/items/{item}?lang=nb"))
    assert FEW.search(question)
    assert "ikke noe eget nivå" not in question


async def test_a_unit_whose_agency_is_hidden_has_a_word_beside_each_question(
    web, database, sign_in
):
    wave = copy.deepcopy([one for one in staff_series() if one["wave"]["kind"] == "main"][-1])
    for cell in wave["estimates"]:
        if cell["level"] == "agency":
            cell.update(dict.fromkeys(FIGURES), status="suppressed_primary", band="")
    bind_worker()
    await put_on_shelf(wave)
    bind_web()
    await sign_in(Role.HR)
    page = lxml.html.fromstring((await web.get("/culture?unit=ost-5&lang=nb")).text)
    rows = page.xpath("//table[contains(@class, 'questions')]//tbody/tr")
    assert {row[-1].text_content().strip() for row in rows} == {"vises ikke"}


async def test_the_page_of_a_unit_says_that_of_few_answers_the_uncertainty_is_not_shown(
    web, database, sign_in
):
    wave, item, unit = copy.deepcopy(staff_series()[3]), "vp.sik.2", "ost-5"
    for cell in wave["estimates"]:
        if (cell["measure"], cell["domain"], cell["statistic"]) == (item, unit, "mean"):
            cell.update(dict.fromkeys(set(FIGURES) - {"mean", "n"}), n=12)
            level = decimal(cell["mean"], "nb", 0)
    bind_worker()
    await put_on_shelf(wave)
    bind_web()
    await sign_in(Role.LEADER, unit=unit)
    of_unit = words(await web.get(f"/culture?unit={unit}&lang=nb"))
    assert f"{level} 12 svar" in of_unit
    assert "For 1 spørsmål vises ikke usikkerheten." in of_unit


@pytest.mark.parametrize("n", [None, 12])
async def test_of_few_or_whom_an_answer_chose_a_level_stands_on_pages_as_in_files(
    web, database, sign_in, n
):
    """Without interval, of few answers or the whole alone (docs/adr/0234): none calls it hidden."""
    wave, item = copy.deepcopy(staff_series()[3]), "vp.try.1"
    for cell in wave["estimates"]:
        if (cell["measure"], cell["level"], cell["statistic"]) == (item, "agency", "mean"):
            cell.update(dict.fromkeys(set(FIGURES) - {"mean"}), n=n)
            level = cell["mean"]
    bind_worker()
    await put_on_shelf(wave)
    bind_web()
    await sign_in(Role.HR)
    told = f"{decimal(level, 'nb', 0)} (usikkerheten vises ikke)"
    assert told in words(await web.get(f"/culture/items/{item}?lang=nb"))
