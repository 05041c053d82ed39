"""A new index and a new background variable are changes of content, and of no module."""

import shutil
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.pipeline import WaveData, estimate_wave
from questionnaires.content import SETTING
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import load_library
from questionnaires.population import read_population
from questionnaires.whole import check_content
from survey_app.publishing.computing.names import group_names
from survey_app.publishing.inputs.margins import margins_of
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.calendar import public_calendar
from survey_app.simulation.plain_public import PlainPublic
from survey_app.simulation.truth import person_scores
from tests.agencies import SECOND

BYGDA = "instruments/bygda/v1"
LANGUAGES = ("nb", "se")


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A copy of the second agency's content, which this process reads."""
    root = tmp_path / "content"
    shutil.copytree(SECOND, root)
    monkeypatch.setenv(SETTING, str(root))
    return root


def add(root, file, text):
    path = root / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def change(root, file, old, new):
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def words(name, text):
    return f"{name} = {{ {', '.join(f'{tag} = "{text} {tag}"' for tag in LANGUAGES)} }}\n"


def new_index(root, *, asked=True):
    """Ask whether neighbours help, and make an index of it."""
    items = [f"by.nabo.{number}" for number in (1, 2)]
    add(root, f"{BYGDA}/instrument.toml", f'\n[[scale]]\ncode = "NABO"\nitems = {items}\n')
    for item in items:
        row = f'[[item]]\nid = "{item}"\nversion = 1\nscale = "NABO"\noptions = "passer4"\n'
        add(
            root,
            f"{BYGDA}/instrument.toml",
            f'\n{row}statements = ["oppdrag"]\ntradition = "EGEN"\n',
        )
    for tag in LANGUAGES:
        texts = "".join(f'\n[item."{item}"]\ntext = "Naboer {tag}"\n' for item in items)
        add(root, f"{BYGDA}/text.{tag}.toml", f'\n[scale."NABO"]\ntitle = "Nabo {tag}"\n{texts}')
    told = "".join(words(name, "Nabohjelp") for name in ("title", "short", "about"))
    add(root, "indices.toml", f'\n[NABO]\npopulation = "public"\n{told}')
    if asked:
        change(root, "forms.toml", '"by.trivsel.1"', '"by.nabo.1", "by.nabo.2", "by.trivsel.1"')


def new_variable(root):
    """Ask how many live together, and show and weight answers by it."""
    rows = "".join(
        f'  {{ code = "{code}", value = {code}, {words("label", label).strip()} }},\n'
        for code, label in ((1, "Alene"), (2, "Flere"))
    )
    add(root, "response_options.toml", f'\n["bo.hus"]\nkind = "choice"\noptions = [\n{rows}]\n')
    item = 'id = "bo.hus"\nversion = 1\noptions = "bo.hus"\nstatements = []\n'
    add(
        root,
        f"{BYGDA}/instrument.toml",
        f'\n[[item]]\n{item}purpose = "background"\ntradition = "EGEN"\n',
    )
    for tag in LANGUAGES:
        add(root, f"{BYGDA}/text.{tag}.toml", f'\n[item."bo.hus"]\ntext = "Hus {tag}"\n')
    change(root, "forms.toml", '"bo.botid", ', '"bo.botid", "bo.hus", ')
    told = "".join(words(name, "Husstand") for name in ("title", "word"))
    add(root, "background.toml", f'\n[hus]\nitem = "bo.hus"\nweighted = true\n{told}')
    change(root, "background.toml", '["botid", ', '["hus", "botid", ')


def problems(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        check_content(root)
    return [str(problem) for problem in caught.value.problems]


def a_wave():
    """Let the public answer the changed form, and give what statistics take."""
    library, people = load_library(), read_population()
    [wave] = public_calendar(1, today=date(2030, 11, 25))
    held = PlainPublic(library, 11).hold(wave, gross=900)
    form = library.questionnaire(wave.form)
    who = np.flatnonzero(held.answered)
    counties = pd.Series([one.county for one in held.sample])
    adults = people.county_population()
    rows = answer_rows(form.columns, held.answers, who)
    return (
        held,
        who,
        WaveData(
            key=wave.key,
            kind="half_year",
            population="public",
            questionnaire=form,
            answers=pd.DataFrame(rows, columns=list(form.columns)),
            domains=None,
            frame=pd.DataFrame(
                [(code, adults[code], int((counties == code).sum())) for code in people.county],
                columns=["county", "population", "invited"],
            ),
            margins=margins_of(people),
            minimum_group=5,
            invited_everybody=False,
            panel=None,
            background=library.background,
            view=library.measures.public.trust,
        ),
    )


def test_a_new_index_is_computed_from_content_alone(content):
    new_index(content)
    assert "NABO" in check_content(content).indices
    held, who, wave = a_wave()
    table = estimate_wave(wave).estimates.frame
    [row] = table[(table["measure"] == "NABO") & (table["level"] == "agency")].itertuples()
    scored = person_scores(wave.questionnaire, held.answers)["NABO"][who]
    assert row.n == np.isfinite(scored).sum()
    # weights move it a little from the plain mean of those who answered
    assert row.mean == pytest.approx(np.nanmean(scored), abs=3)


def test_a_new_background_variable_makes_groups_and_weights_from_content_alone(content):
    new_variable(content)
    told = problems(content)
    assert told == [
        f"population: {form}: the population of 2029-01-01 has no share for «{code}» of bo.hus:"
        " add it to [hus] in population/, or take it out of the form"
        for form in ("bygda", "bygda.dor")
        for code in ("1", "2")
    ]
    add(content, "population/2029-01-01.toml", "\n[hus]\n1 = 30.0\n2 = 70.0\n")
    check_content(content)
    _, _, wave = a_wave()
    assert wave.margins["hus"] == pytest.approx({"1": 0.3, "2": 0.7})
    found = estimate_wave(wave)
    groups = set(found.estimates.frame["domain"])
    assert {"hus:1", "hus:2", "botid:1", "botid:2"} <= groups
    assert group_names(wave.questionnaire, "hus:1")["se"] == "Alene se"


def test_an_index_that_no_form_asks_is_told_with_its_file_and_mend(content):
    new_index(content, asked=False)
    assert (
        "indices.toml: NABO: no form for public asks all that it is made of (by.nabo.1, by.nabo.2);"
        " add this to one form of forms.toml, or take the index out" in problems(content)
    )


def test_an_index_whose_parts_are_asked_in_two_forms_is_told(content):
    change(content, "indices.toml", '{ TIL = "1/3", BLI = "1/3", DIA = "1/3" }', '{ MOT = "1" }')
    [told] = [line for line in problems(content) if line.startswith("indices.toml: OMD")]
    assert "no form for public asks all that it is made of (fj.mot.1, fj.mot.2" in told


def test_a_forgotten_name_is_told_with_its_file_and_mend(content):
    change(content, "background.toml", 'nb = "Grend"', 'nb = ""')
    assert "background.toml: county title: the text in nb is missing; write it" in problems(content)


def test_a_share_of_what_is_no_category_is_told_with_its_file_and_mend(content):
    add(content, "population/2029-01-01.toml", "\n[butid]\n1 = 100.0\n")
    [told] = problems(content)
    assert told == (
        "population: 2029-01-01: [butid] is no weighted variable of background.toml; correct it or"
        " take it out"
    )


def test_a_share_of_people_whose_answer_makes_no_category_is_told(content):
    change(content, "background.toml", '"1" = "18-39", ', "")
    change(content, "background.toml", ', "2" = "man"', "")
    change(content, "population/2029-01-01.toml", "V = 5000", "X = 5000")
    dated = "the population of 2029-01-01 has a share for it; name it here, or take it out of"
    assert [one for one in problems(content) if one.startswith("background")] == [
        f"background.toml: {name} categories: no answer {code} of bo.{item} makes a category, and"
        f" {dated} population/"
        for name, code, item in (
            ("age", "«1»", "alder"),
            ("gender", "«2», men,", "kjonn"),
            ("county", "«X»", "grend"),
        )
    ]


def test_ages_and_places_are_weighted_by_the_categories_that_their_answers_make(content):
    """An answer is a category by its own code where the file names none."""
    ages = 'categories = { "1" = "18-39", "2" = "40-66", "3" = "67+" }'
    change(content, "background.toml", f"{ages}\n", "")
    places = 'categories = { V = "vest", L = "lia", O = "aust" }'
    change(content, "background.toml", 'item = "bo.grend"', f'item = "bo.grend"\n{places}')
    check_content(content)
    margins = margins_of(read_population())
    # 22 of 100 are in the oldest group, and 47 of 100 of these are men
    assert margins["age_gender"]["3:man"] == pytest.approx(0.22 * 0.47)
    assert margins["county"] == pytest.approx({"vest": 5 / 9, "lia": 2.5 / 9, "aust": 1.5 / 9})
