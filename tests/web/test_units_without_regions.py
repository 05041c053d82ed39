"""Pages of an agency that has units and no regions."""

import copy

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from tests.builders_publication import SMALL_UNIT, put_on_shelf, staff_series, words

FIGURES = ("n", "mean", "se", "low", "high", "deff", "n_eff")


@pytest.fixture
def hidden_unit(database):
    """Lay a main wave on the shelf of an agency without regions, with ``answered`` in the unit."""

    async def lay(answered):
        content = copy.deepcopy(next(c for c in staff_series() if c["wave"]["kind"] == "main"))
        content["domains"] = [d for d in content["domains"] if d["level"] != "region"]
        for place in content["domains"]:
            if place["code"] == SMALL_UNIT:
                place |= {"answered": answered, "invited": 40, "rate": answered / 40}
                place["status"] = "published"
            if place["level"] == "unit":
                place["parent"] = ""
        for name in ("estimates", "changes"):
            content[name] = [one for one in content[name] if one["level"] != "region"]
        for cell in content["estimates"]:
            if cell["domain"] == SMALL_UNIT:
                cell.update(dict.fromkeys(FIGURES), status="suppressed_secondary")
        bind_worker()
        await put_on_shelf(content)
        bind_web()
        return content["wave"]["key"]

    return lay


async def test_a_hidden_unit_reads_of_the_agency_and_of_no_region(web, sign_in, hidden_unit):
    wave = await hidden_unit(7)
    await sign_in(Role.LEADER, unit=SMALL_UNIT)
    text = words(await web.get(f"/culture?unit={SMALL_UNIT}&wave={wave}&lang=nb"))
    assert "Hele etaten, som dere er en del av" in text
    assert "Snakk om funnene for hele etaten: Kjenner dere dere igjen?" in text
    assert "Som regel ja, hvis minst 10 svarer neste gang." in text
    assert "regionen" not in text
    # nor are the agency's questions held against the agency's
    asked = text.partition("Spørsmålene")[2]
    assert "Tallene gjelder hele etaten" in asked
    for said in (
        "holdt opp mot etaten",
        "Sikkert lavere",
        "sikker forskjell",
        "Hele etaten Etaten",
    ):
        assert said not in asked


async def test_a_unit_of_which_many_answered_is_not_told_that_more_would_help(
    web, sign_in, hidden_unit
):
    wave = await hidden_unit(31)
    await sign_in(Role.LEADER, unit=SMALL_UNIT)
    text = words(await web.get(f"/culture?unit={SMALL_UNIT}&wave={wave}&lang=nb"))
    assert "31 av 40" in text
    assert "Mange nok svarte, men tallene kunne ha røpet hva noen få har svart." in text
    assert "svarer neste gang" not in text


async def test_an_agency_of_one_unit_is_not_told_that_none_stands_out(web, sign_in, database):
    content = copy.deepcopy(next(c for c in staff_series() if c["wave"]["kind"] == "main"))
    unit = next(d for d in content["domains"] if d["level"] == "unit" and d["code"] == "ost-5")
    whole = [d for d in content["domains"] if d["level"] == "agency"]
    content["domains"] = [*whole, unit | {"parent": ""}]
    for name in ("estimates", "changes"):
        content[name] = [one for one in content[name] if one["domain"] in {"", "ost-5"}]
    content["changes"] = [one for one in content["changes"] if one["level"] == "agency"]
    content["pooled"] = [
        one | {"difference": "none"} for one in content["pooled"] if one["domain"] == "ost-5"
    ]
    bind_worker()
    await put_on_shelf(content)
    bind_web()
    await sign_in(Role.HR)
    text = words(await web.get("/culture/units?lang=nb"))
    assert "Det er bare én enhet, så den kan ikke skille seg ut fra andre." in text
    assert "Ingen enhet skiller seg sikkert ut" not in text
    assert "Vi så på 1 enhet. Det målet" in text


async def test_what_fell_in_units_after_the_main_wave_is_told_above_its_names(
    web, sign_in, database
):
    main = next(c for c in reversed(staff_series()) if c["wave"]["kind"] == "main")
    pulse = copy.deepcopy(staff_series()[-1])
    assert pulse["wave"]["kind"] == "pulse"
    shown = {
        (cell["measure"], cell["domain"])
        for cell in pulse["estimates"]
        if (cell["level"], cell["statistic"], cell["status"]) == ("unit", "mean", "published")
        and cell["measure"] == "KI-kjerne"
    }
    fell = {code for _, code in sorted(shown)[:2]}
    assert len(fell) == 2
    pulse["changes"] = [one for one in pulse["changes"] if one["level"] == "agency"]
    [whole] = [
        one for one in pulse["changes"]
        if one["measure"] == "KI-kjerne" and one["role"] == "previous"
    ]  # fmt: skip
    pulse["changes"] += [
        whole | {"level": "unit", "domain": code, "verdict": "down", "difference": -8.0,
                 "low": -9.0, "high": -7.0, "model_difference": -8.0, "model_low": -9.0,
                 "model_high": -7.0, "status": "published"}
        for code in fell
    ]  # fmt: skip
    bind_worker()
    await put_on_shelf(main, pulse)
    bind_web()
    await sign_in(Role.HR)
    text = words(await web.get("/culture/units?lang=nb"))
    named = pulse["wave"]["labels"]["name"]["nb"]
    asked = main["wave"]["labels"]["name"]["nb"]
    assert f"{asked}. {named}: Noe er kalt redusert i 2 enheter. Se nyere tall" in text
    newest = words(await web.get(f"/culture/units?lang=nb&wave={pulse['wave']['key']}"))
    assert "Noe er kalt redusert i" not in newest
    # a leader sees one unit, and its own page says what fell there
    await sign_in(Role.LEADER, unit=min(fell))
    assert "Noe er kalt redusert i" not in words(await web.get("/culture/units?lang=nb"))
