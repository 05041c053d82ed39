"""How changes get their verdicts, told on a page and beside findings."""

from dataclasses import replace

import pytest
from lxml.html import fromstring
from markupsafe import escape

from analytics.comparison.margins import WAVES_READ
from questionnaires.agency import load_agency
from questionnaires.margins import Margins
from survey_app.accounts.roles import Role
from survey_app.reading.method import routes
from survey_app.reading.method.rates import SIMULATED, decided
from survey_app.shared.numbers import count, decimal, percent
from tests.agencies import FIRST
from tests.builders_publication import staff_series, words
from tests.reference.findings import rules


@pytest.mark.parametrize(
    ("lang", "heading", "told"),
    [
        ("nb", "Slik avgjør vi", "Anslaget er minst {} poeng, for en enhet minst {}."),
        ("nn", "Slik avgjer vi", "Anslaget er minst {} poeng, for ei eining minst {}."),
        ("en", "How we decide", "The estimate is at least {} points, for a unit at least {}."),
    ],
)
async def test_everybody_reads_the_rule_with_the_numbers_that_decide(web, lang, heading, told):
    text = words(await web.get(f"/method?lang={lang}"))
    assert heading in text
    assert told.format(3, 5) in text


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nb", "mer enn {0} ganger, leser vi de {0} siste målingene og dem vi sammenligner med."),
        ("nn", "meir enn {0} gonger, les vi dei {0} siste målingane og dei vi samanliknar med."),
        ("en", "than {0} surveys, we read the latest {0} and those that we compare with."),
    ],
)
async def test_how_many_waves_the_rule_reads_is_told(web, lang, told):
    assert told.format(WAVES_READ) in words(await web.get(f"/method?lang={lang}"))


@pytest.mark.parametrize(
    ("lang", "rule", "worked_out"),
    [
        (
            "nb", "Anslaget er minst 2,5 poeng, for en enhet minst 6.",
            "er regnet ut med grensene 3 poeng, og 5 for en enhet, ikke med dem som står over.",
        ),
        (
            "nn", "Anslaget er minst 2,5 poeng, for ei eining minst 6.",
            "er rekna ut med grensene 3 poeng, og 5 for ei eining, ikkje med dei som står over.",
        ),
        (
            "en", "The estimate is at least 2.5 points, for a unit at least 6.",
            "worked out with thresholds of 3 points, and 5 for a unit, not with those above.",
        ),
    ],
)  # fmt: skip
async def test_an_agency_with_margins_of_its_own_reads_that_errors_are_known_for_others(
    web, monkeypatch, lang, rule, worked_out
):
    before = words(await web.get(f"/method?lang={lang}"))
    assert worked_out not in before
    own = replace(load_agency(FIRST), margins=Margins(general=2.5, unit=6.0))
    monkeypatch.setattr(routes, "agency", lambda: own)
    text = words(await web.get(f"/method?lang={lang}"))
    assert rule in text
    assert worked_out in text


@pytest.mark.parametrize(
    ("lang", "of_the_results", "of_now"),
    [
        ("nb", "minst 3 poeng, for en enhet minst 5.", "nå, er de 2,5 poeng, og 6 for en enhet."),
        ("nn", "minst 3 poeng, for ei eining minst 5.", "er dei 2,5 poeng, og 6 for ei eining."),
        (
            "en",
            "at least 3 points, for a unit at least 5.",
            "now they are 2.5 points, and 6 for a unit.",
        ),
    ],
)
async def test_who_comes_from_results_reads_the_margins_that_decided_them(
    web, sign_in, shelf, monkeypatch, lang, of_the_results, of_now
):
    # what is on the shelf was decided by the usual ones
    own = replace(load_agency(FIRST), margins=Margins(general=2.5, unit=6.0))
    monkeypatch.setattr(routes, "agency", lambda: own)
    await sign_in(Role.HR)
    found = fromstring((await web.get(f"/culture?lang={lang}")).text)
    [address] = {
        one for one in found.xpath("//main//a/@href") if "/method" in one and "#" not in one
    }
    text = words(await web.get(address))
    assert of_the_results in text
    assert of_now in text
    assert of_now not in words(await web.get(f"/method?lang={lang}"))


@pytest.mark.parametrize(
    "address",
    ["/culture/units", "/culture/checks", "/reputation", "/reputation/checks", "/results",
     "/results/checks"],
)  # fmt: skip
async def test_pages_of_results_lead_to_the_margins_that_decided_them(
    web, sign_in, shelf, monkeypatch, address
):
    own = replace(load_agency(FIRST), margins=Margins(general=2.5, unit=6.0))
    monkeypatch.setattr(routes, "agency", lambda: own)
    await sign_in(Role.ANALYST)
    found = fromstring((await web.get(address)).text)
    [link] = {one for one in found.xpath("//main//a/@href") if "/method" in one and "#" not in one}
    text = words(await web.get(link))
    assert "minst 3 poeng, for en enhet minst 5." in text
    assert "For målinger som åpner nå, er de 2,5 poeng, og 6 for en enhet." in text


async def test_who_comes_from_results_with_other_margins_reads_of_which_the_errors_are_known(
    web, sign_in, shelf, monkeypatch
):
    # the agency had margins of its own then, and has the usual ones now
    monkeypatch.setattr(routes, "margins_in", lambda _: Margins(general=2.5, unit=6.0))
    await sign_in(Role.HR)
    found = fromstring((await web.get("/culture")).text)
    [link] = {one for one in found.xpath("//main//a/@href") if "/method" in one and "#" not in one}
    text = words(await web.get(link))
    assert "Anslaget er minst 2,5 poeng, for en enhet minst 6." in text
    assert "For målinger som åpner nå, er de 3 poeng, og 5 for en enhet." in text
    assert "regnet ut med grensene 3 poeng, og 5 for en enhet, ikke med dem som står over." in text


@pytest.mark.parametrize("name", ["x", "00000000-0000-4000-8000-000000000000"])
async def test_margins_of_results_that_are_not_there_are_those_of_now_and_that_is_said(
    web, shelf, name
):
    text = words(await web.get(f"/method?lang=nb&publication={name}"))
    assert "minst 3 poeng, for en enhet minst 5." in text
    assert f"«{name}»" in text


def test_the_table_of_errors_is_that_of_the_margins_it_is_said_to_be_of():
    # the simulation takes these two (tests/reference/findings/rules.py)
    assert (SIMULATED.general, SIMULATED.unit) == (rules.MARGIN, rules.UNIT_MARGIN)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nb", "Forskjellen mellom halvdelene er det ordene gjør med svarene."),
        ("nn", "Skilnaden mellom halvdelane er det orda gjer med svara."),
        ("en", "The difference between the halves is what the words do to the answers."),
    ],
)
async def test_the_page_tells_how_figures_go_on_over_other_words(web, lang, told):
    assert told in words(await web.get(f"/method?lang={lang}"))


async def test_the_page_tells_the_errors_that_the_simulation_found(web):
    text = words(await web.get("/method?lang=en"))
    rates = decided()
    assert f"{rates.present.under_half * 1000:.1f} are actually smaller than half" in text
    # beside what lasts it errs more often, and says so
    assert f"{rates.lasting.under_half * 1000:.1f} of 1,000 are less than half" in text
    assert rates.present.under_half < rates.lasting.under_half <= 0.05
    met, of = (count(one, "en") for one in (rates.quiet.met, rates.quiet.agencies))
    assert f"we found something all the same in {met} of {of} agencies" in text
    assert rates.present.wrong <= 0.01
    assert rates.present.under_half <= 0.05
    assert rates.present.size <= 1.25
    assert not rates.quiet.too_often
    assert rates.steady >= 0.99
    assert all(f"{one.present.size:.2f}" in text for one in rates.regimes)


async def test_the_page_says_what_the_rule_does_not_manage(web):
    text = words(await web.get("/method?lang=en"))
    rates = decided()
    often = [one for one in rates.still if one.too_often]
    missed = bool(
        rates.too_small or rates.too_small_that_day or often or rates.too_wide or rates.too_quiet
    )
    assert ("Where the rule falls short" in text) == missed
    for one in rates.too_small:
        few = f"{one.under_half * 1000:.0f} are less than half the threshold"
        assert f"of 1,000 changes, {few}" in text
    for one in often:
        assert f"we found something in {one.met} of {one.agencies} agencies" in text
    for lost in rates.too_quiet:
        found, before = (percent(one, "en") for one in (lost.regions, lost.regions_before))
        assert f"we find {found}. The old rule found {before}" in text
    share = f"contains what is true in {percent(rates.present.covered, 'en', 1)} of cases"
    assert (share in text) == rates.too_wide


async def test_each_aim_that_is_missed_is_told_beside_the_truth_it_was_held_against(
    web, monkeypatch
):
    rates = decided()
    [worst, *others] = rates.regimes
    bad = replace(worst, present=replace(worst.present, under_half=0.071))
    spoilt = replace(rates, regimes=(bad, *others))
    monkeypatch.setattr(routes, "decided", lambda: spoilt)
    text = words(await web.get("/method?lang=en"))
    told = "of 1,000 changes, 71 are less than half the threshold when compared with"
    assert f"{told} what everybody would have answered that day" in text
    assert f"{told} what lasted" not in text


async def test_every_regime_stands_on_the_page_with_the_error_of_the_simulation(web):
    text = words(await web.get("/method?lang=en"))
    rates = decided()
    assert len(rates.regimes) == 11
    assert len(rates.still) == 7
    for regime in rates.regimes:
        for one in (regime.present, regime.lasting):
            error = decimal(one.error_under_half * 100, "en", 2)
            # a share of nearly none begins with a sign that a page escapes
            assert f"{escape(percent(one.under_half, 'en', 2))} ± {error}" in text


async def test_pages_say_how_many_findings_are_expected_to_be_too_small(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture"))
    content = staff_series()[-1]
    compared = sum(row["status"] == "published" for row in content["changes"])
    told = text.replace("\N{NO-BREAK SPACE}", "")
    assert (
        f"Av {compared} sammenligninger, med alle spørsmål, grupper og enheter, er 12 kalt" in told
    )
    assert "Vi venter at færre enn én av dem ikke burde vært kalt det" in text
    assert "/method?lang=nb" in (await web.get("/culture")).text


async def test_findings_of_before_are_marked_as_such(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture?wave=2024-h"))
    assert "etter den gamle regelen, som oftere tok tilfeldigheter for endringer" in text
    assert "kalt økt eller redusert" not in text
