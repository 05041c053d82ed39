"""A measure has one name and one number, wherever HR reads it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from lxml import html

from survey_app.accounts.roles import Role
from survey_app.reading import kinds
from survey_app.reading.names import row_name
from tests.shown import of_class, text_of

WAVES = ("2026-05", "2025-h")
UNITS = ("ost-6", "sor-1", "ost-5")
SMOOTHED = " (jevnet ut)"
ROUNDING = 0.5 + 1e-9


@dataclass(frozen=True)
class Printed:
    """A number on a page, under the name, place and wave that it stands for there."""

    name: str
    place: str
    wave: str
    number: float


def number(element) -> float:
    """Return the level that stands in a cell or tile, without its interval."""
    return told(re.match(r"\s*([−\d,]+)", text_of(element))[1])


def told(figure: str) -> float:
    """Return a figure as it is printed; tables of waves have a decimal."""
    return float(figure.replace(",", ".").replace("−", "-"))


def on_a_place(page, place: str, wave: str) -> Iterator[Printed]:
    """Read the level, the rows and the last wave of every time series of a place's page."""
    [level] = page.xpath("//section[@aria-labelledby='h-level']")
    if figures := of_class(level, "figure", "/strong"):
        name = text_of(level.xpath(".//h2")[0])
        yield Printed(name, place, wave, number(figures[0]))
    yield from in_rows(page, place, wave)
    label = page.xpath("//select[@id='choose-wave']/option[@selected]")[0].text.strip()
    for table in page.xpath("//details[@class='table']//table"):
        heads = [text_of(head) for head in table.xpath("./thead/tr/th")]
        if not any("95 %" in head for head in heads):
            continue  # no table of levels
        names = heads[1 : 1 + (len(heads) - 1) // 2 * 2 : 2]  # each with its interval beside it
        for row in table.xpath("./tbody/tr"):
            if text_of(row.xpath("./th")[0]) == label and not row.xpath("./td[@colspan]"):
                cells = [text_of(cell) for cell in row.xpath("./td")]
                for name, cell in zip(names, cells[::2], strict=False):
                    yield Printed(name, place, wave, told(cell))


def in_rows(page, place: str, wave: str) -> Iterator[Printed]:
    for row in of_class(page, "rows", "/tbody/tr[td[@class='num']]"):
        name = text_of(row.xpath("./th")[0].xpath("./a")[0] if row.xpath("./th/a") else row[0])
        yield Printed(name, place, wave, number(row.xpath("./td[@class='num']")[0]))


def in_the_table_of_units(page, wave: str) -> Iterator[Printed]:
    table = of_class(page, "heat")[0]
    names = [text_of(head).removesuffix(", sorter") for head in table.xpath("./thead/tr/th")][1:-1]
    for row in table.xpath("./tbody/tr[not(contains(@class, 'hidden'))]"):
        if row.xpath("./td[@colspan]"):
            continue
        links = row.xpath("./th/a")
        code = (
            re.search(r"unit=([^&]*)", links[0].get("href"))[1]
            if "unit" in row.get("class")
            else row.getparent().get("id", "r-").removeprefix("r-")
        )
        own = SMOOTHED if "unit" in row.get("class") else ""
        for name, cell in zip(names, row.xpath("./td")[:-1], strict=True):
            mean = of_class(cell, "cell", "/span[1]/text()")
            if mean and re.match(r"\d", mean[0]):
                yield Printed(name + own, code, wave, told(mean[0].rstrip("*")))


async def walk(web) -> list[Printed]:
    """Read every number that HR meets about levels of staff."""
    found: list[Printed] = []
    home = html.fromstring((await web.get("/")).text)
    for tile in of_class(home, "goal"):
        if tile.xpath("./h3/a[starts-with(@href, '/culture')]"):
            name = text_of(tile.xpath("./h3")[0])
            [level] = of_class(tile, "figure", "/strong")
            found.append(Printed(name, "", WAVES[0], number(level)))
    for wave in WAVES:
        first = html.fromstring((await web.get(f"/culture?wave={wave}")).text)
        indices = first.xpath("//select[@id='choose-index']/option/@value")
        for place in ("", "sor", "sorvest"):
            for index in indices:
                address = f"/culture?wave={wave}&unit={place}&index={index}"
                found += on_a_place(html.fromstring((await web.get(address)).text), place, wave)
        for unit in UNITS:
            page = html.fromstring((await web.get(f"/culture?wave={wave}&unit={unit}")).text)
            if page.xpath("//section[@aria-labelledby='h-level']"):
                found += on_a_place(page, unit, wave)
        table = (await web.get(f"/culture/units?wave={wave}&together=true")).text
        found += in_the_table_of_units(html.fromstring(table), wave)
        regions = (await web.get(f"/culture/units?wave={wave}&open=sor,ost")).text
        found += in_the_table_of_units(html.fromstring(regions), wave)
    return found


async def test_hr_reads_one_number_under_one_name_wherever_it_stands(web, sign_in, shelf):
    await sign_in(Role.HR)
    numbers = defaultdict(set)
    found = await walk(web)
    for one in found:
        numbers[one.name, one.place, one.wave].add(one.number)
    # whole points beside the one decimal of tables differ by the rounding at most
    assert {key: ours for key, ours in numbers.items() if max(ours) - min(ours) > ROUNDING} == {}
    # the walk has met all of it: short and full measures, wholes and parts
    assert len(found) > 300
    names = {one.name for one in found}
    for code in (*kinds.staff().values, *kinds.staff().values_core, kinds.staff().culture):
        assert row_name(code, kinds.title(code), "nb") in names
    assert {one.place for one in found} >= {"", "sor", "sorvest", *UNITS}


async def test_a_figure_on_the_first_page_leads_to_the_page_of_its_measure(web, sign_in, shelf):
    await sign_in(Role.HR)
    first = html.fromstring((await web.get("/")).text)
    links = of_class(first, "goal", "/h3/a[starts-with(@href, '/culture')]")
    assert len(links) > len(kinds.staff().values_core)
    for link in links:
        led = html.fromstring((await web.get(link.get("href"))).text)
        [level] = led.xpath("//section[@aria-labelledby='h-level']")
        assert text_of(level.xpath(".//h2")[0]) == text_of(link)


async def test_the_first_page_explains_each_word_that_it_gives_a_change(web, sign_in, shelf):
    for role in (Role.HR, Role.COMMUNICATIONS):
        await sign_in(role)
        page = html.fromstring((await web.get("/")).text)
        said, explained = (
            {text_of(one) for part in of_class(page, name) for one in of_class(part, "verdict")}
            for name in ("goals", "key")
        )
        assert said
        assert said <= explained


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_no_two_measures_of_staff_share_a_name(lang):
    staff = kinds.staff()
    codes = (
        *(staff.culture, *staff.values, staff.culture_core, *staff.values_core),
        *(*staff.alone, staff.workplace, staff.recommend),
    )
    assert len({row_name(code, kinds.title(code), lang) for code in codes}) == len(codes)


async def test_no_page_of_culture_shows_a_code_for_a_name(web, sign_in, shelf):
    await sign_in(Role.HR)
    codes = (*kinds.staff().values, *kinds.staff().values_core, kinds.staff().culture_core)
    for address in ("/culture?index=TRY&wave=2026-05", "/culture?unit=ost-6", "/culture/units"):
        page = html.fromstring((await web.get(address)).text)
        told = {text_of(one) for one in page.xpath("//h2|//h3|//th|//figcaption")}
        assert told.isdisjoint(codes), address


async def test_the_way_back_from_a_question_names_the_measure_as_its_page_does(web, sign_in, shelf):
    await sign_in(Role.HR)
    item = html.fromstring((await web.get("/culture/items/vp.apn.1?wave=2026-05")).text)
    [_, link] = of_class(item, "crumbs", "/a")
    led = html.fromstring((await web.get(link.get("href"))).text)
    [level] = led.xpath("//section[@aria-labelledby='h-level']")
    assert text_of(level.xpath(".//h2")[0]) == text_of(link)
