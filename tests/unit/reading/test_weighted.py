"""What is said of weights follows from what was used, in every language."""

from __future__ import annotations

import pytest

from survey_app.reading.charts.scale import Window
from survey_app.reading.exports.notes import notes
from survey_app.reading.published import Published
from survey_app.reading.reports.words import sure
from survey_app.reading.reputation.groups import group_figure, group_finding
from survey_app.reading.weighted import weighting
from survey_app.shared.i18n import languages
from tests.exported import part, public_wave

APPROXIMATE = {"dated": "2024-01-01", "source": "x", "approximate": True}


def a_wave(*warnings, name="", **changed):
    content = public_wave() | changed
    content["warnings"] = [*content["warnings"], *warnings]
    if name:
        labels = content["wave"]["labels"] | {"name": dict.fromkeys(languages(), name)}
        content["wave"] = content["wave"] | {"labels": labels}
    return content


def said(*warnings, lang="nb", **changed):
    return weighting(Published(a_wave(*warnings, **changed)), lang)


def left_out(*margins):
    return {"code": "margin_left_out", "margins": list(margins)}


def coarser(*categories):
    return {"code": "margin_made_coarser", "categories": list(categories)}


def test_all_four_are_named_where_all_were_used():
    assert said() == "Tallene for befolkningen er vektet etter alder, kjønn, fylke og utdanning."


def test_what_was_left_out_is_said_and_not_claimed():
    assert said(left_out("gender", "education")) == (
        "Tallene for befolkningen er vektet etter alder og fylke. De er ikke vektet etter kjønn og "
        "utdanning, fordi vi vet det om for få av dem som svarte."
    )
    assert said(left_out("age_gender", "county"), lang="en") == (
        "Figures for the public are weighted by education. They are not weighted by age, gender "
        "and county, because we know this about too few of those who answered."
    )
    nothing = said(left_out("age", "gender", "county", "education"), lang="nn")
    assert nothing.startswith("Tala for befolkninga er ikkje vekta etter alder, kjønn, fylke eller")


def test_small_groups_that_were_put_together_are_told_by_what_they_are_groups_of():
    told = said(coarser("county:56", "county:55", "age_gender:75+:man"))
    assert told.endswith("Det gjelder alder, kjønn og fylke.")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nb", "Noen svar teller mer enn fem ganger så mye"),
        ("nn", "Nokre svar tel meir enn fem gonger så mykje"),
        ("en", "Some answers count more than five times as much"),
    ],
)
def test_answers_that_count_for_more_than_the_limit_are_told_of(lang, told):
    assert told in said({"code": "weights_beyond_limits"}, lang=lang)
    assert told not in said(lang=lang)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nb", "Bare den ene av denne målingen og «Mai» er vektet etter utdanning."),
        ("nn", "Berre den eine av denne målinga og «Mai» er vekta etter utdanning."),
        ("en", "Of this survey and “Mai”, only one is weighted by education."),
    ],
)
def test_a_wave_that_it_is_compared_with_and_that_was_weighted_otherwise_is_named(lang, told):
    names = {"w1": {"name": dict.fromkeys(languages(), "Mai")}}
    warning = {"code": "margins_differ", "since": "w1", "margins": ["education"]}
    assert told in said(warning, lang=lang, since_labels=names)


@pytest.mark.parametrize("lang", languages())
def test_an_approximate_population_is_called_so_with_its_day(lang):
    told = said(margins=APPROXIMATE, lang=lang)
    assert "2024" in told
    assert ("approximate" if lang == "en" else "omtrentl") in told
    assert said(margins=APPROXIMATE | {"approximate": False}, lang=lang) == said(lang=lang)


def test_exports_and_reports_say_the_same():
    content = a_wave(left_out("gender"), margins=APPROXIMATE)
    sentence = said(left_out("gender"), margins=APPROXIMATE)
    assert sentence in notes([part(content)], "nb")
    shown = Published(content)
    assert sentence in sure(shown, shown.domains[0], [], "nb")


def test_waves_that_are_weighted_otherwise_are_told_apart():
    first, second = a_wave(name="Mai"), a_wave(left_out("gender"), name="Oktober")
    told = [text for text in notes([part(first), part(second)], "nb") if "vektet etter" in text]
    assert [text.partition(":")[0] for text in told] == ["Mai", "Oktober"]
    alike = [text for text in notes([part(first), part(first)], "nb") if "vektet etter" in text]
    assert alike == [said()]


def test_a_group_that_was_stored_of_some_alone_is_compared_with_nobody():
    content = a_wave({"code": "group_known_of_some", "groups": ["gender"]})
    for row in content["estimates"]:
        if (row["measure"], row["statistic"], row["domain"]) == ("TI", "mean", "gender:woman"):
            row |= {"mean": 90.0, "low": 88.0, "high": 92.0, "status": "published", "n": 300}
    shown = Published(content)
    figure = group_figure(shown, "TI", Window(0, 100), "nb")
    rows = {row.name: row for _, block in figure.table for row in block}
    assert (rows["Kvinne"].side, rows["Kvinne"].note) == ("none", "ikke sammenlignbart")
    assert figure.shifted[0].startswith("For å verne dem som svarte, er kjønn bare lagret for noen")
    assert "Kvinne" not in str(group_finding(shown, "TI", "nb"))
    assert any(figure.shifted[0] in text for text in notes([part(content)], "nb"))
    assert any(figure.shifted[0] in text for text in sure(shown, shown.domains[0], [], "nb"))
    content["warnings"].pop()
    assert "Kvinne" in str(group_finding(Published(content), "TI", "nb"))
