"""What is asked by the content that ships, and in which words, counted and pinned by hand.

It is the instrument design a second time: whoever changes what ships changes it here as well, and
whoever ships the content of another agency writes that agency's design in its place.
"""

from collections import Counter
from datetime import date

import pytest

from questionnaires.content import SHIPPED
from questionnaires.coverage import items_by_statement
from questionnaires.loader import load_library
from questionnaires.overlap import reworded
from questionnaires.population import FOLDER, read_population
from survey_app.simulation.parameters import public_parameters

LIBRARY = load_library(SHIPPED)
WHOLE = {*LIBRARY.agency.languages} - {*LIBRARY.agency.partial}

# Not a question of the design's count: it only parts victims from the family of convicted people.
GROUP_QUESTION = "in.off.rolle"


def test_the_distinct_questions_are_as_many_as_the_design_has():
    counts = Counter(name.split(".")[0] for name in LIBRARY.items if name != GROUP_QUESTION)
    # 96 in all
    assert counts == {"vp": 24, "aa": 8, "ea": 8, "om": 29, "in": 20, "d": 5, "bg": 2}


def test_so_many_are_answered_on_agreement_and_two_are_reversed():
    agreement = [item.id for item in LIBRARY.items.values() if item.options == "enig5"]
    turned = {item.id: item.reason for item in LIBRARY.items.values() if item.reversed}
    # 80 in all
    counts = Counter(name.split(".")[0] for name in agreement)
    assert counts == {"vp": 21, "aa": 8, "ea": 8, "om": 23, "in": 20}
    assert set(turned) == {"vp.sik.3", "om.apn.3"}
    assert all(turned.values())


@pytest.mark.parametrize(
    ("item", "language", "text"),
    [
        (
            "vp.try.1",
            "nb",
            "Der jeg jobber, kan jeg si fra når noe er galt, uten å være redd for følgene.",
        ),
        ("vp.sik.3", "nn", "Eg uroar meg for å bli utsett for vald eller truslar på jobb."),
        (
            "vp.amb.1",
            "en",
            (
                "How likely are you to recommend the Correctional Service as a place to work to"
                " a friend"
                " or family member?"
            ),
        ),
        ("vp.hen.2", "nb", "Har du blitt utsatt for fysisk vold i jobben de siste tolv månedene?"),
        ("aa.7", "nn", "Eg ser for meg at eg framleis jobbar i kriminalomsorga om to år."),
        ("ea.2", "nb", "Jeg kan tenke meg å søke jobb i kriminalomsorgen."),
        ("ea.7", "nn", "Løna i kriminalomsorga verkar god."),
        ("om.til.1", "nb", "Hvor stor tillit har du til kriminalomsorgen?"),
        (
            "om.apn.3",
            "en",
            "The Correctional Service withholds information that people ought to be given.",
        ),
        (
            "om.fil.3",
            "nn",
            (
                "Kvar har du sett, lese eller høyrt noko frå kriminalomsorga sjølv dei siste tolv"
                " månadene?"
            ),
        ),
        ("om.int.1", "nb", "Ansatte i kriminalomsorgen gjør det som er etisk riktig."),
        ("om.tro.3", "nn", "Eg stoler på det fagfolk frå kriminalomsorga seier."),
        ("om.sam.3", "nb", "Kriminalomsorgen deler kunnskap som er nyttig i debatten om straff."),
        ("in.kom.1", "nb", "Vi får beskjed i god tid før en innbygger blir løslatt."),
        ("bg.rolle", "en", "Which best describes your job?"),
        ("d.utd", "nb", "Hva er den høyeste utdanningen du har fullført?"),
        ("in.off.rolle", "nn", "Svarer du som …"),
    ],
)
def test_the_words_are_those_of_the_design(item, language, text):
    assert LIBRARY.items[item].text[language] == text


def test_what_is_put_in_other_words_to_the_public_can_be_linked_and_moves_as_the_demo_knows():
    before = LIBRARY.in_version("omdomme", "v1").questionnaire("omdomme")
    changed = set(reworded(before, LIBRARY.questionnaire("omdomme")))
    assert changed == {"om.int.1", "om.tro.3", "om.sam.3"}
    assert changed == public_parameters()["reworded"].keys()
    both = LIBRARY.questionnaire("omdomme", overlap="v1")
    assert {one.code for one in both.scales if "@" in one.code} == {"INT@1", "TRO@1", "SAM@1"}
    # stakeholders are asked seven of the questions in a form that cannot ask both
    [short] = [one for one in LIBRARY.scales.values() if one.code == "OI-kort"]
    assert changed.isdisjoint(short.items)


def test_attractiveness_as_seen_from_outside_can_be_linked_among_the_public_and_on_a_list():
    old = LIBRARY.in_version("omdomme", "ekstern/v1").questionnaire("omdomme")
    assert reworded(old, LIBRARY.questionnaire("omdomme")) == ("ea.2",)
    both = LIBRARY.questionnaire("omdomme", overlap="ekstern/v1")
    assert {one.code for one in both.scales if "@" in one.code} == {"EAI-3@1"}
    two = LIBRARY.questionnaire("omdomme", overlap="v1 ekstern/v1")
    halved = {item.id for item in two.items if item.id.endswith("@1")}
    assert halved == {"om.int.1@1", "om.tro.3@1", "om.sam.3@1", "ea.2@1"}
    asked = LIBRARY.questionnaire("kandidat", overlap="v1").items
    assert {item.id for item in asked if item.id.endswith("@1")} == {"ea.2@1", "ea.7@1"}


def test_other_words_for_what_people_tell_of_themselves_are_none_to_link():
    """The question of one's sex was reworded, and no figure is made of it."""
    assert LIBRARY.versions["omdomme"][1].items["d.kjonn"].version == 1
    assert LIBRARY.items["d.kjonn"].version == 2
    assert LIBRARY.overlaps("kandidat") == (("v1",),)


def test_the_workplace_is_asked_as_before_so_that_its_series_go_on():
    for form in ("verdipuls.main", "verdipuls.k4"):
        assert LIBRARY.earlier_of_others(form) == {}


def test_no_question_of_the_workplace_is_tied_to_a_statement_that_it_does_not_measure():
    weak = [(item, one) for item, one in LIBRARY.weak_links if item.startswith(("aa.", "ea."))]
    assert len(weak) == 9
    assert not [one for item, one in weak if one in LIBRARY.items[item].statements]
    found = items_by_statement(LIBRARY.strategy, LIBRARY.items.values(), LIBRARY.weak_links)
    assert found["omdomme.arbeidsplass.1"] == (
        "aa.8",
        "ea.1",
        "ea.2",
        "ea.4",
        "ea.5",
        "ea.6",
        "ea.7",
    )
    assert found["omdomme.arbeidsplass.2"] == ("aa.1", "aa.2", "vp.amb.1")
    assert {"aa.3", "aa.4"} <= {*found["omdomme.arbeidsplass.3"]}
    assert "aa.5" not in found["omdomme.arbeidsplass.3"]


def test_no_gap_is_computed_between_finding_people_and_what_the_pay_seems():
    """Version 1 asked candidates whether pay attracts; version 2 asks how it seems alone."""
    [theme] = [one for one in LIBRARY.themes if one.outside == "ea.7"]
    assert (theme.inside, theme.comparable) == ("aa.8", "no")


def test_agreement_runs_from_one_to_five_with_dont_know_last():
    options = LIBRARY.options["enig5"]
    assert [option.label["nb"] for option in options.options] == [
        "Helt uenig",
        "Nokså uenig",
        "Verken enig eller uenig",
        "Nokså enig",
        "Helt enig",
        "Vet ikke / ikke relevant",
    ]
    assert [option.stored for option in options.options] == [1, 2, 3, 4, 5, -2]


def test_exposure_is_counted_from_nought_and_may_be_declined():
    stored = {one.code: one.stored for one in LIBRARY.options["hendelse4"].options}
    assert stored == {"0": 0, "1": 1, "2": 2, "3": 3, "vs": -3}


def test_counties_have_their_official_numbers_and_order():
    options = LIBRARY.options["d.fylke"].options
    assert [one.label["nb"] for one in options][:3] == ["Oslo", "Rogaland", "Møre og Romsdal"]
    numbers = [3, 11, 15, 18, 31, 32, 33, 34, 39, 40, 42, 46, 50, 55, 56]
    assert [one.value for one in options] == [*numbers, None]
    assert options[0].code == "03"
    assert LIBRARY.items["d.fylke"].presentation == "select"


def test_the_third_gender_option_is_an_ordinary_code():
    assert LIBRARY.options["d.kjonn"].values == (1, 2, 3)


def test_nobody_is_asked_whether_they_have_been_convicted():
    labels = [option.label["nb"] for option in LIBRARY.options["om.fil.2"].options]
    assert len(labels) == 8
    assert not [label for label in labels if "straffet" in label or "dømt" in label]


QUESTIONS = {
    "verdipuls.k1": 15,
    "verdipuls.k2": 16,
    "verdipuls.k4": 17,
    "verdipuls.main": 32,
    "omdomme": 37,
    "kandidat": 13,
    "interessent.off": 13,
    "interessent.kom": 12,
}


@pytest.mark.parametrize("form", QUESTIONS)
def test_a_form_asks_so_many_questions(form):
    assert LIBRARY.questionnaire(form).question_count == QUESTIONS[form]


@pytest.mark.parametrize(
    ("form", "scales", "indices"),
    [
        (
            "verdipuls.k1",
            {"APN", "NYT", "TRY-kjerne", "APN-kjerne", "NYT-kjerne", "AMB"},
            {"KI-kjerne", "AMB"},
        ),
        (
            "verdipuls.k2",
            {"TRY", "SIK", "TRY-kjerne", "APN-kjerne", "NYT-kjerne", "AMB"},
            {"KI-kjerne", "SIK", "AMB"},
        ),
        (
            "verdipuls.k4",
            {"AAT", "AAS", "AAM", "TRY-kjerne", "APN-kjerne", "NYT-kjerne", "AMB"},
            {"KI-kjerne", "AAI", "AMB"},
        ),
        (
            "verdipuls.main",
            {"TRY", "APN", "NYT", "SIK", "AAT", "AAS", "AAM", "AMB"}
            | {"TRY-kjerne", "APN-kjerne", "NYT-kjerne"},
            {"KI", "KI-kjerne", "SIK", "AAI", "AMB"},
        ),
        (
            "omdomme",
            {"EVN", "VEL", "INT", "OPN", "TRO", "SAM", "PLA", "EAI-3"},
            {"TI", "OM1", "SAM", "PLA", "OI", "EAI-3"},
        ),
        ("kandidat", {"EAI-8"}, {"EAI-8"}),
        ("interessent.off", {"OI-kort"}, {"OI-kort"}),
        ("interessent.kom", {"OI-kort"}, {"OI-kort"}),
    ],
)
def test_a_form_carries_the_scales_whose_items_it_asks(form, scales, indices):
    q = LIBRARY.questionnaire(form)
    assert {scale.code for scale in q.scales} == scales
    assert {index.code for index in q.indices} == indices


def test_the_core_comes_first_and_in_order_in_every_staff_form():
    core = [
        "vp.try.1",
        "vp.try.3",
        "vp.apn.1",
        "vp.apn.4",
        "vp.nyt.1",
        "vp.nyt.3",
        "vp.sik.1",
        "vp.amb.1",
        "vp.opf.1",
    ]
    assert {item.id for item in LIBRARY.items.values() if item.core} == set(core)
    staff = [form for form in LIBRARY.forms.values() if form.population == "staff"]
    assert len(staff) == 4
    assert all(list(form.items[:9]) == core for form in staff)


def test_an_agencys_first_wave_does_not_ask_what_became_of_the_last():
    first = LIBRARY.questionnaire("verdipuls.main", first_wave=True)
    assert first.question_count == QUESTIONS["verdipuls.main"] - 1
    assert "vp.opf.1" not in first.columns
    assert first.indices == LIBRARY.questionnaire("verdipuls.main").indices


def test_the_open_link_asks_what_the_sample_is_asked_and_is_another_form():
    drawn, anybody = LIBRARY.questionnaire("omdomme"), LIBRARY.questionnaire("omdomme.open")
    assert anybody.items == drawn.items
    assert anybody.columns == drawn.columns
    assert (anybody.form.kind, anybody.form.screen_out) == ("open", drawn.form.screen_out)
    assert anybody.hash != drawn.hash


def test_the_definition_of_the_agency_follows_the_first_filter_question():
    first, second = LIBRARY.forms["omdomme"].blocks[:2]
    assert (first.items, first.intro) == (("om.fil.1",), None)
    assert second.intro["nb"].startswith("Kriminalomsorgen driver fengslene og har ansvar for")


def test_help_stands_with_the_exposure_items_and_on_the_page_of_thanks():
    form = LIBRARY.forms["verdipuls.main"]
    (block,) = [block for block in form.blocks if "vp.hen.1" in block.items]
    assert block.items == ("vp.hen.1", "vp.hen.2")
    assert block.intro["nb"].startswith("Har du opplevd noe vanskelig")
    assert form.help == block.intro
    assert LIBRARY.forms["interessent.off"].help["nb"].startswith("Trenger du noen å snakke med")
    assert LIBRARY.forms["verdipuls.k1"].help is None


def test_those_about_to_retire_are_told_what_to_choose():
    assert LIBRARY.items["aa.7"].help["nb"] == (
        "Går du snart av med pensjon, velger du ‘Vet ikke / ikke relevant’."
    )


def test_filtered_items_tell_who_is_to_answer_them_in_every_language():
    filtered = {item.id: item for item in LIBRARY.items.values() if item.filter}
    assert set(filtered) == {"om.pla.1", "om.pla.2", "om.pla.3", "om.pla.4", "ea.2"}
    assert all(item.note.keys() >= WHOLE for item in filtered.values())


def test_stakeholders_have_been_in_touch_and_are_asked_about_the_platforms_without_a_filter():
    item = LIBRARY.questionnaire("interessent.med").item("om.pla.1")
    assert (item.filter, item.note) == ((), None)


def test_agreement_blocks_have_the_stem_and_other_blocks_none():
    form = LIBRARY.forms["verdipuls.k2"]
    stems = [block.stem and block.stem["nb"] for block in form.blocks]
    agreement = "Hvor enig eller uenig er du i påstandene?"
    assert stems == [agreement, None, agreement]


def test_trust_counts_for_two_fifths_of_reputation_and_for_a_quarter_beside_it():
    index = LIBRARY.indices["OI"]
    # 0.40 on OM1, which is a fifth of each of five scales: 0.08.
    trust = ("EVN", "VEL", "INT", "OPN", "TRO")
    assert {code: index.parts[code] for code in trust} == dict.fromkeys(trust, 0.08)
    assert {code: index.parts[code] for code in ("SAM", "PLA", "EAI-3")} == {
        "SAM": 0.2,
        "PLA": 0.2,
        "EAI-3": 0.2,
    }
    assert index.equal_parts["EVN"] == 0.05
    assert index.equal_parts["PLA"] == 0.25


def test_the_reputation_of_the_worked_example_follows_from_the_weights():
    # instruments.md 9.4, by hand there: TI 62.325, OM1 63.1, OI 58.7, with equal weights 57.6.
    means = {"EVN": 65.5, "VEL": 67.2, "INT": 63.3, "OPN": 53.3, "TRO": 66.2}
    means |= {"SAM": 58.0, "PLA": 58.4, "EAI-3": 50.9}

    def of(parts):
        return sum(weight * means[scale] for scale, weight in parts.items())

    assert of(LIBRARY.indices["TI"].parts) == pytest.approx(62.325)
    assert of(LIBRARY.indices["OM1"].parts) == pytest.approx(63.1)
    assert of(LIBRARY.indices["OI"].parts) == pytest.approx(58.7)
    assert of(LIBRARY.indices["OI"].equal_parts) == pytest.approx(57.6)


def test_the_codes_of_indices_and_scales_are_those_of_the_design():
    indices = [
        "KI",
        "KI-kjerne",
        "SIK",
        "AAI",
        "AMB",
        "EAI-3",
        "EAI-8",
        "TI",
        "OM1",
        "SAM",
        "PLA",
        "OI",
        "OI-kort",
    ]
    scales = [
        "TRY",
        "APN",
        "NYT",
        "TRY-kjerne",
        "APN-kjerne",
        "NYT-kjerne",
        "SIK",
        "AMB",
        "AAT",
        "AAS",
        "AAM",
    ]
    scales += ["EAI-3", "EAI-8", "EVN", "VEL", "INT", "OPN", "TRO", "SAM", "PLA", "OI-kort"]
    assert set(LIBRARY.indices) == set(indices)
    assert set(LIBRARY.scales) == set(scales)


def test_ten_of_the_twelve_reputation_subgoals_are_measured():
    found = items_by_statement(LIBRARY.strategy, LIBRARY.items.values())
    subgoals = [
        one.id
        for one in LIBRARY.strategy.statements.values()
        if one.kind == "subgoal" and one.area == "omdomme"
    ]
    assert len(subgoals) == 12
    assert [name for name in subgoals if not found[name]] == [
        "omdomme.samfunnsaktor.3",
        "omdomme.plattform.2",
    ]


def test_every_value_statement_and_every_subgoal_of_staff_safety_is_measured():
    found = items_by_statement(LIBRARY.strategy, LIBRARY.items.values())
    values = [
        one.id for one in LIBRARY.strategy.statements.values() if one.kind == "value_statement"
    ]
    assert len(values) == 9
    assert all(found[name] for name in values)
    assert all(found[f"sikkerhet.ansatte.{number}"] for number in (1, 2, 3))


def test_clear_language_is_scored_where_its_content_belongs():
    assert items_by_statement(LIBRARY.strategy, LIBRARY.items.values())["omdomme.tillit.2"] == (
        "om.sam.4",
    )
    assert LIBRARY.items["om.sam.4"].scale == "SAM"


def test_the_strategy_has_the_statements_of_the_document():
    strategy = LIBRARY.strategy
    kinds = Counter(statement.kind for statement in strategy.statements.values())
    assert kinds == {
        "mission": 2,
        "vision": 6,
        "value": 3,
        "value_statement": 9,
        "area": 5,
        "goal": 20,
        "subgoal": 60,
    }
    assert (strategy.revision, strategy.period_from, strategy.period_to) == ("2021-1", 2021, 2026)
    statement = strategy.statements["organisasjon.digital.1"]
    # The document's own doubled word is kept.
    assert (
        statement.text == "Vi har felles digitale standarder og sikker infrastruktur og standarder"
    )
    assert (statement.area, statement.goal) == ("organisasjon", "organisasjon.digital")
    assert statement.order == 10


def test_the_second_version_for_stakeholders_rewords_one_question_that_no_index_is_made_of():
    first, second = (LIBRARY.versions["interessent"][number].items for number in (1, 2))
    assert [name for name in first if first[name] != second[name]] == ["in.med.3"]
    assert first.keys() == second.keys()
    assert first["in.med.3"].statements == second["in.med.3"].statements
    assert not any("in.med.3" in scale.items for scale in LIBRARY.scales.values())
    # of things and not of how well they were done
    assert "på en god måte" not in second["in.med.3"].text["nb"]


def test_the_counties_are_all_residents_of_the_country():
    # Statistics Norway, table 07459: 5,550,203 residents on 1 January 2024
    newest = read_population(root=SHIPPED)
    assert newest.dated == date(2024, 1, 1)
    text = (SHIPPED / FOLDER / "2024-01-01.toml").read_text(encoding="utf-8")
    counties = text.partition("[county]")[2].partition("[age]")[0]
    people = [line.partition("=")[2] for line in counties.splitlines() if "=" in line]
    assert sum(int(one.replace("_", "")) for one in people) == 5_550_203
    assert newest.approximate
