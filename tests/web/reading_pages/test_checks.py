"""What a publication tells of its own figures, on a page for its readers and one for everybody."""

import pytest

from survey_app.accounts.roles import Role
from tests.builders_publication import staff_series, words


async def test_readers_of_staff_see_how_well_scales_measure_and_what_may_be_compared(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    text = words(await web.get("/culture/checks"))
    assert "Hva tallene tåler" in text
    assert "Trygghet (2 spørsmål) 0,78 (0,77–0,79) –" in text
    assert "Alfa i tidligere målinger" in text
    assert "Undersøkes i hovedmålinger, der mange nok svarer i hver gruppe." in text
    assert "−0,5 −1,0 til 0,0" in text
    assert "henger sammen: 0,52 (0,41–0,63)" in text
    assert "bruker vi den laveste verdien" in text


async def test_of_a_main_wave_each_scale_says_whether_groups_may_be_compared(web, sign_in, shelf):
    await sign_in(Role.ANALYST)
    main = [one for one in staff_series() if one["wave"]["kind"] == "main"][-1]
    text = words(await web.get(f"/culture/checks?wave={main['wave']['key']}"))
    assert "Betyr spørsmålene det samme i alle typer enheter?" in text
    assert "Virker likt 0,991 0,024" in text
    assert "Ikke undersøkt For få svar å gå ut fra." in text


async def test_a_wave_of_before_has_reliability_and_says_that_the_rest_was_not_examined(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    text = words(await web.get("/culture/checks?wave=2024-h"))
    assert "Resten er ikke undersøkt" in text
    assert "Betyr spørsmålene" not in text


@pytest.mark.parametrize(
    ("lang", "heading"),
    [("nb", "Hva tallene tåler"), ("nn", "Kva tala toler"), ("en", "How far the figures hold")],
)
async def test_everybody_sees_it_of_open_waves_in_three_languages(web, shelf, lang, heading):
    for wave in ("", "&wave=2026-03"):
        assert heading in words(await web.get(f"/results/checks?lang={lang}{wave}"))
    assert f"/results/checks?lang={lang}" in (await web.get(f"/results?lang={lang}")).text


async def test_everybody_hears_of_no_single_type_of_unit(web, shelf):
    main = [one for one in staff_series() if one["wave"]["kind"] == "main"][-1]
    text = words(await web.get(f"/results/checks?wave={main['wave']['key']}"))
    assert "kan bety noe annet i gruppen" not in text


async def test_the_public_is_compared_by_age_and_has_no_register_that_grows(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    text = words(await web.get("/reputation/checks"))
    assert "Betyr spørsmålene det samme i alle aldre?" in text
    assert "Svarene er vektet etter hele befolkningen" in text
    assert "Hvor likt svarer folk" not in text
    assert "kan bety noe annet i gruppen" in text
    assert (await web.get("/culture/checks")).status_code == 403


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPRESENTATIVE])
async def test_who_sees_one_unit_hears_of_types_of_unit_on_its_page_alone(
    web, sign_in, shelf, role
):
    await sign_in(role, unit="sor-4")
    for address in ("/culture/checks", "/culture/items/vp.sik.3"):
        text = words(await web.get(f"{address}?wave=2025-h"))
        assert "kan bety noe annet i gruppen" not in text
    assert "kan bety noe annet i gruppen" in words(await web.get("/culture?unit=sor-4&wave=2025-h"))
    await sign_in(Role.HR)
    for address in ("/culture/checks", "/culture/items/vp.sik.3"):
        text = words(await web.get(f"{address}?wave=2025-h"))
        assert "kan bety noe annet i gruppen «Friomsorg»" in text


async def test_a_wave_says_what_the_silent_would_have_to_have_said(web, sign_in, shelf):
    await sign_in(Role.HR)
    newest = staff_series()[-1]
    text = words(await web.get("/culture/checks"))
    told = newest["nonresponse"]
    assert f"ligger innenfor {told['assumption']['within']:.0f} poeng" in text
    if told["indicators"]:
        r = f"{told['indicators']['r']:.2f}".replace(".", ",")
        assert f"R-indikatoren er {r}." in text
    assert "Hva skal til for at konklusjonene snur?" in text
    # everybody reads of open measures alone
    open_text = words(await web.get(f"/results/checks?wave={newest['wave']['key']}"))
    assert "Trygghet for ansatte:" not in open_text
