"""A wave that too few answered for figures takes none away that were there before it."""

import copy

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from tests.builders_publication import public_series, put_on_shelf, staff_series, words

FIGURES = ("n", "mean", "se", "low", "high", "deff", "n_eff")


def hidden(content):
    """Return a wave of the public of which nothing is shown."""
    content = copy.deepcopy(content)
    for cell in content["estimates"]:
        cell.update(dict.fromkeys(FIGURES), status="suppressed_primary")
    return content | {"changes": [], "trends": [], "nonresponse": {}, "response": {"answers": 120}}


async def test_the_open_results_keep_the_last_figures_and_say_that_the_newest_has_none(
    web, database
):
    *before, newest = public_series()[-3:]
    bind_worker()
    await put_on_shelf(*before)
    bind_web()
    shown = words(await web.get("/results?lang=nb"))
    assert "For få svarte til at vi kan vise tall." not in shown
    bind_worker()
    await put_on_shelf(hidden(newest))
    bind_web()
    told = words(await web.get("/results?lang=nb"))
    named = newest["wave"]["labels"]["name"]["nb"]
    assert f"Befolkningen, {named}: For få svarte til at vi kan vise tall, så her står" in told
    level = shown.partition("Tilliten, sett av innbyggerne")[2][:60]
    assert level in told


async def test_the_open_results_do_not_deny_a_first_survey_that_too_few_answered(web, database):
    first = hidden(public_series()[0])
    bind_worker()
    await put_on_shelf(first)
    bind_web()
    told = words(await web.get("/results?lang=nb"))
    named = first["wave"]["labels"]["name"]["nb"]
    assert f"Befolkningen, {named}: For få svarte til at vi kan vise tall." in told
    assert "Ingen måling er publisert ennå" not in told


def alike(content):
    """Return a wave of the public whose people all answered alike: means without errors."""
    content = copy.deepcopy(content)
    for cell in content["estimates"]:
        cell.update(dict.fromkeys(("se", "low", "high")))
    return content | {"changes": [], "trends": [], "nonresponse": {}}


async def test_nobody_is_told_that_few_answered_where_all_answered_alike(web, database, sign_in):
    *before, newest = public_series()[-2:]
    bind_worker()
    await put_on_shelf(*before, alike(newest))
    bind_web()
    told = words(await web.get("/results?lang=nb"))
    named = newest["wave"]["labels"]["name"]["nb"]
    why = "Vises ikke: alle svarte likt, så usikkerheten er ukjent"
    assert f"Befolkningen, {named}: {why}. Her står tallene fra en tidligere måling." in told
    await sign_in(Role.COMMUNICATIONS)
    page = words(await web.get("/reputation?lang=nb"))
    assert f"{why} Hva betyr tallet?" in page
    assert "Velg en annen måling for å se tall." in page
    assert "For få svarte" not in told + page


async def test_an_agency_whose_small_unit_hides_its_figures_is_not_told_that_few_answered(
    web, database
):
    content = copy.deepcopy(staff_series()[-1])
    for cell in content["estimates"]:
        cell.update(dict.fromkeys(FIGURES), status="suppressed_secondary")
    bind_worker()
    await put_on_shelf(content | {"changes": [], "trends": [], "nonresponse": {}})
    bind_web()
    told = words(await web.get("/results?lang=nb"))
    named = content["wave"]["labels"]["name"]["nb"]
    assert f"Ansatte, {named}: Vises ikke, for at ingen skal kunne kjennes igjen." in told
    assert "For få svarte" not in told


async def test_the_page_of_reputation_speaks_of_no_change_where_it_has_no_figures(
    web, database, sign_in
):
    *before, newest = public_series()[-2:]
    bind_worker()
    await put_on_shelf(*before, hidden(newest))
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    told = words(await web.get("/reputation"))
    assert "For få svarte til at vi kan vise tall fra denne målingen." in told
    assert "sikker nok til å kalles" not in told
    assert "Velg en annen måling for å se tall." in told


async def test_a_first_survey_that_too_few_answered_sends_nobody_to_another(web, database, sign_in):
    bind_worker()
    await put_on_shelf(hidden(public_series()[0]))
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    told = words(await web.get("/reputation"))
    assert "For få svarte til at vi kan vise tall fra denne målingen." in told
    assert "måling for å se tall" not in told


async def test_pages_of_staff_say_nothing_of_figures_where_none_is_shown(web, database, sign_in):
    """A small agency whose people all answered alike has none, and nothing was judged."""
    content = copy.deepcopy(staff_series()[-1])
    for cell in content["estimates"]:
        cell.update(dict.fromkeys(FIGURES), status="suppressed_secondary")
    bind_worker()
    await put_on_shelf(content | {"changes": [], "trends": [], "nonresponse": {}})
    bind_web()
    await sign_in(Role.HR)
    culture = words(await web.get("/culture"))
    assert "Vises ikke, for at ingen skal kunne kjennes igjen Vi viser bare tall når" in culture
    assert "Det kan også tall for hele etaten gjøre" in culture
    assert "sikker nok til å kalles" not in culture
    assert "Ingen enhet har egne tall." in culture
    assert "resten er med i tallene" not in culture
    units = words(await web.get("/culture/units"))
    assert "så vi kan ikke si om noen skiller seg ut" in units
    assert "Ingen enhet skiller seg sikkert ut" not in units
    home = words(await web.get("/"))
    assert "Siste funn" in home
    assert "Spennene" not in home


async def test_a_wave_without_figures_changes_nothing_that_is_said_of_the_others_ranges(
    web, database, sign_in
):
    bind_worker()
    await put_on_shelf(staff_series()[-1], hidden(public_series()[-1]) | {"nonresponse": None})
    bind_web()
    await sign_in(Role.HR)
    home = words(await web.get("/"))
    assert "Vises ikke: for få svar" in home
    assert "Spennene tar høyde for at de som ikke svarte, kan ligge inntil 6 poeng" in home
    assert "Spennene gjelder dem som svarte" not in home


async def test_a_share_that_rounds_to_nothing_is_not_called_nobody(web, database, sign_in):
    content = copy.deepcopy(staff_series()[3])
    share = next(
        cell
        for cell in content["estimates"]
        if (cell["measure"], cell["level"], cell["category"]) == ("vp.try.1", "agency", "5")
    )
    told = share | {"category": "vi", "mean": 0.004}
    # beside hidden units to a step of 5 or 10 %: nothing of such a step may be several percent
    rounded = share | {"measure": "vp.try.2", "category": "vi", "mean": 0.0, "se": None}
    content["estimates"] += [told, rounded]
    # it is told in the words of the question's own answer
    [asked] = [one for one in content["measures"] if one["code"] == "vp.try.1"]
    [unknown] = [one for one in asked["options"] if one["code"] == "vi"]
    unknown["label"]["nb"] = "Har ingen mening"
    bind_worker()
    await put_on_shelf(content)
    bind_web()
    await sign_in(Role.HR)
    told = words(await web.get("/culture/items/vp.try.1"))
    assert "I tillegg svarte under 1 % «har ingen mening»." in told
    assert "under 1 % «vet ikke»" in words(await web.get("/questionnaires/items/vp.try.1"))
    assert "I tillegg svarte rundt 0 % «vet ikke" in words(await web.get("/culture/items/vp.try.2"))
    assert "rundt 0 % «vet ikke»" in words(await web.get("/questionnaires/items/vp.try.2"))
