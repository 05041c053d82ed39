"""A unit's own page: its figures, its region's where it is hidden, and who sees it."""

import re

import pytest
from lxml import html

from survey_app.accounts.roles import Role
from tests.builders_publication import (
    PROTECTING_UNIT,
    SMALL_UNIT,
    staff_series,
    words,
)
from tests.shown import text_of


async def test_a_leader_starts_at_the_own_unit_and_sees_no_other(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    home = await web.get("/")
    assert "<h1>Fengsel Øst 5</h1>" in home.text
    assert "<h1>Region Øst" not in home.text
    assert (await web.get("/culture?unit=ost")).status_code == 200
    assert (await web.get("/culture?unit=")).status_code == 200
    for foreign in ("sor", "sor-1", "ost-4", "no-such-unit"):
        assert (await web.get(f"/culture?unit={foreign}")).status_code == 403
    table = words(await web.get("/culture/units?open=ost,sor"))
    assert "Fengsel Øst 5" in table
    assert "Fengsel Øst 4" not in table
    assert "Region Sør" not in table


async def test_leader_and_representative_get_the_same_page(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    one = await web.get("/culture?unit=ost-5&wave=2025-h", headers={"HX-Request": "true"})
    await sign_in(Role.REPRESENTATIVE, unit="ost-5")
    other = await web.get("/culture?unit=ost-5&wave=2025-h", headers={"HX-Request": "true"})
    # the leader's alone is the button that makes an action; not a figure differs
    own = '<a class="ds-button" href="/actions/new?unit=ost-5&amp;wave=2025-h">Lag et tiltak</a> '
    assert one.text.count(own) == 1
    assert one.text.replace(own, "") == other.text


@pytest.mark.parametrize("unit", [SMALL_UNIT, PROTECTING_UNIT])
async def test_a_hidden_unit_gets_its_regions_figures_and_no_count(web, sign_in, shelf, unit):
    await sign_in(Role.REPRESENTATIVE, unit=unit)
    text = words(await web.get(f"/culture?unit={unit}&wave=2025-h"))
    assert "Vises ikke, for at ingen skal kunne kjennes igjen" in text
    assert "Region Sør, som dere er en del av" in text
    assert "Tallene gjelder regionen, ikke enheten deres." in text
    assert not re.search(r"\d+ av (32|45) ", text)


async def test_a_unit_that_every_pulse_hides_gets_its_figures_for_the_year(web, sign_in, shelf):
    await sign_in(Role.REPRESENTATIVE, unit=SMALL_UNIT)
    text = words(await web.get(f"/culture?unit={SMALL_UNIT}&wave=2026-05"))
    assert "Tall for hele 2025: gjennomsnitt av to kortmålinger" in text
    assert "Over hele året svarte 19, og det er nok til å vise ett tall." in text
    assert "66 (61–72)" in text
    assert "Ingen ser tall for enheten deres i denne målingen, heller ikke HR." in text
    # there were no two pulses in 2024
    assert "Tall for hele" not in words(await web.get(f"/culture?unit={SMALL_UNIT}&wave=2024-h"))


async def test_a_unit_that_is_hidden_for_another_gets_no_figures_for_the_year(web, sign_in, shelf):
    await sign_in(Role.REPRESENTATIVE, unit=PROTECTING_UNIT)
    text = words(await web.get(f"/culture?unit={PROTECTING_UNIT}&wave=2026-05"))
    assert "Tall for hele" not in text


async def test_a_unit_compares_itself_with_the_agency(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture?unit=ost-6&wave=2025-h"))
    assert re.search(
        r"Dette er enhetens egne svar\. I oversikten over enhetene er tallet fra denne målingen "
        r"jevnet ut til \d+",
        text,
    )
    assert "Mot etaten, som har" in text
    assert "For en enhet må en forskjell være minst 5 poeng" in text


async def test_a_unit_stands_under_its_own_region_in_the_list_of_places(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = (await web.get("/culture")).text
    chooser = text[text.index('id="choose-unit"') : text.index("</select>")]
    names = re.findall(r"<option[^>]*>([^<]+)<", chooser)
    sor, sorvest = names.index("Region Sør"), names.index("Region Sørvest")
    assert names[0] == "Hele etaten"
    units = names[sor + 1 : sorvest]
    assert all(name.startswith("\u2003") and "Sør" in name for name in units)
    assert not any("Sørvest" in name for name in units)
    assert sorvest > sor + 1


async def test_a_leader_reads_the_units_questions_beside_the_agencys(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    reply = await web.get("/culture?unit=ost-5&wave=2025-h")
    text = words(reply)
    assert re.search(r"Spørsmålene \d+ spørsmål er holdt opp mot etaten", text)
    assert "Spørsmål uten sikker forskjell" in text
    acts = re.findall(r'href="(/actions/new\?unit=ost-5[^"]*measure=[^"]+)"', reply.text)
    lower = reply.text.split("Sikkert lavere enn i etaten")[1:]
    assert bool(acts) == bool(lower)
    for link in acts:
        form = words(await web.get(link.replace("&amp;", "&")))
        assert "Gjelder: Fengsel Øst 5" in form


async def test_the_form_of_an_action_asks_five_things_and_folds_the_rest(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    reply = await web.get("/actions/new?unit=ost-5&wave=2025-h")
    open_part, folded = reply.text.split('<details class="more"', 1)
    fields = r'<(?:input|textarea|select)(?![^>]*type="hidden")[^>]*name="(\w+)"'
    assert re.findall(fields, open_part) == ["said", "what", "who", "due_on", "measure"]
    assert set(re.findall(fields, folded)) == {
        "unit", "starts_on", "state", "reason", "statement", "outcome", "visible",
    }  # fmt: skip


async def test_the_form_suggests_something_about_the_measure_with_its_source(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    text = words(await web.get("/actions/new?unit=ost-5&wave=2025-h&measure=SIK"))
    assert text.count("Kilde:") >= 2
    assert "Kilde:" not in words(await web.get("/actions/new?unit=ost-5&wave=2025-h"))


async def test_a_units_page_of_a_pulse_tells_what_the_main_wave_called_of_it(web, sign_in, shelf):
    await sign_in(Role.HR)
    newest, told = staff_series()[-1], 0
    last_main = next(one for one in reversed(staff_series()) if one["wave"]["kind"] == "main")
    pulse_key, main_key = newest["wave"]["key"], last_main["wave"]["key"]
    for unit in [one["code"] for one in newest["domains"] if one["level"] == "unit"]:
        if told == 2:
            break
        pulse = html.fromstring((await web.get(f"/culture?unit={unit}&wave={pulse_key}")).text)
        [main] = pulse.xpath("//section[@aria-labelledby='h-findings']") or [None]
        if main is None:  # of a hidden unit the page speaks of its region
            continue
        there = html.fromstring((await web.get(f"/culture?unit={unit}&wave={main_key}")).text)
        called = "//section[@aria-labelledby='h-findings']//li[@class='up' or @class='down']"
        expected = [text_of(one) for one in there.xpath(called)]
        link = main.xpath(".//a[contains(@href, $wave)]", wave=f"wave={main_key}")
        assert bool(link) == bool(expected)
        if expected:
            told += 1
            assert [text_of(one) for one in main.xpath(".//h3/following::li[@class]")][
                : len(expected)
            ] == expected
    assert told
