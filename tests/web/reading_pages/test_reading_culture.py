"""The page of culture: level, change, single questions, what goes along with an outcome."""

import re

from survey_app.accounts.roles import Role
from survey_app.reading.culture.drivers import answered_alike, not_asked
from survey_app.reading.published import Published
from tests.builders_publication import (
    staff_series,
    words,
)


async def test_culture_asks_a_stranger_to_sign_in_and_comes_back(web, shelf):
    reply = await web.get("/culture?wave=2025-h", follow_redirects=False)
    assert reply.status_code == 303
    assert "next=%2Fculture%3Fwave%3D2025-h" in reply.headers["Location"]


async def test_hr_reads_the_level_with_its_interval_and_the_findings(web, sign_in, shelf):
    await sign_in(Role.HR)
    reply = await web.get("/culture")
    text = words(reply)
    assert "Kulturindeks (6 spørsmål)" in text
    assert re.search(r"av 100\. Usikkerhet: \d+–\d+", text)
    risen = "Nytenking (2 spørsmål) har økt med anslagsvis 5,5 poeng siden høsten 2024, da vi målte"
    assert risen in text
    assert "Spennet tar høyde for at de som ikke svarte, kan ligge inntil 6 poeng fra dem" in text
    assert "nytt og under utprøving" in text
    assert "427 av 908 inviterte svarte (47 %)" in text


async def test_an_item_shows_its_answers_and_its_statement(web, sign_in, shelf):
    await sign_in(Role.HR)
    reply = await web.get("/culture/items/vp.apn.4?wave=2025-h")
    text = words(reply)
    assert "«Jeg forstår hvorfor viktige beslutninger blir som de blir.»" in text
    assert "«Vi har åpne og synlige beslutningsprosesser.»" in text
    assert re.search(r"\d+ % er enige, \d+ % er uenige\.", text)
    assert 'role="img"' in reply.text
    assert "Tallene som tabell" in text


async def test_what_goes_with_an_outcome_is_shown_with_what_it_does_not_mean(web, sign_in, shelf):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/drivers?outcome=stay"))
    assert "Det viser ikke hva som virker." in told
    assert "Åpenhet henger tettest sammen med å se for seg å bli i to år." in told
    assert "Dette ene forholdet står for 25 % av sammenhengen (usikkerhet 22–28 %)." in told
    assert "forklarer til sammen 34 % av forskjellene mellom folk (usikkerhet 31–37 %)" in told
    # the values are the culture index, so other questions stand in for them
    assert "Derfor er de byttet ut" in words(await web.get("/culture/drivers?outcome=culture"))
    assert "Derfor er de byttet ut" not in told


async def test_a_pulse_leads_to_the_drivers_of_the_newest_main_wave(web, sign_in, shelf):
    await sign_in(Role.ANALYST)
    assert 'value="2025-h" selected' in (await web.get("/culture/drivers")).text


def test_a_first_main_wave_says_which_question_its_relations_lack():
    main = next(one for one in staff_series() if one["wave"]["key"] == "2025-h")
    measures = [row for row in main["measures"] if row["code"] != "vp.opf.1"]
    first = Published({**main, "measures": measures, "drivers": []})
    assert not_asked(first, "nb") == "bruk av resultatene"
    assert not_asked(Published(main), "nb") == not_asked(Published(staff_series()[-1]), "nb") == ""


def test_few_answers_are_no_reason_where_everybody_answered_alike():
    """Of 427 people the page said that at least 200 answers are needed."""
    main = next(one for one in staff_series() if one["wave"]["key"] == "2025-h")
    rows = [
        {**row, "se": None, "low": None, "high": None}
        if (row["measure"], row["level"], row["statistic"]) == ("aa.4", "agency", "mean")
        else row
        for row in main["estimates"]
    ]
    assert answered_alike(Published({**main, "estimates": rows, "drivers": []}))
    few = [{**row, "n": 30} if row["measure"] == "aa.4" else row for row in rows]
    assert not answered_alike(Published({**main, "estimates": few, "drivers": []}))
    assert not answered_alike(Published(main))


async def test_an_item_that_no_wave_asked_is_not_found(web, sign_in, shelf):
    await sign_in(Role.HR)
    assert (await web.get("/culture/items/no.such.item")).status_code == 404
    assert (await web.get("/culture?wave=no-such-wave")).status_code == 404


async def test_exposure_is_shown_in_bands_and_never_as_a_number(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture?wave=2025-h"))
    assert "Det de ansatte har opplevd" in text
    assert "30–49 prosent" in text
    assert "Det de ansatte har opplevd" not in words(await web.get("/culture?wave=2026-05"))


async def test_the_trend_is_summed_up_in_one_sentence_where_the_headline_index_is_drawn(
    web, sign_in, shelf
):
    """In the words and figures of the change that was judged since the same wave."""
    await sign_in(Role.ANALYST)
    for address in ("/culture", "/culture?unit=sorvest"):
        text = words(await web.get(address))
        trend = text[text.index("Utvikling") :]
        told = re.findall(r"[Kk]ulturindeksen \(6 spørsmål\) [^.]{0,60} høsten 2024", trend)
        assert len(told) == 1
        assert "Alle målingene" not in text
    other = words(await web.get("/culture?index=NYT-kjerne"))
    assert not re.findall(r"[Kk]ulturindeksen \(6 spørsmål\) [^.]{0,60} høsten 2024", other)


async def test_a_trend_since_a_wave_that_is_not_on_the_shelf_is_not_told(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    assert "sett under ett" not in words(await web.get("/reputation?wave=2026-03"))
