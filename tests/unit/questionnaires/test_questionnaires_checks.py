"""Every rule, broken once: the problem names the file, the key and what to do."""

import shutil

import pytest

from questionnaires.checks import missing_texts
from questionnaires.errors import QuestionnaireErrors, UnknownFormError
from questionnaires.loader import SHIPPED, content_hashes, load_library

OMDOMME = "instruments/omdomme/v1/instrument.toml"
VERDIPULS = "instruments/verdipuls/v1/instrument.toml"


@pytest.fixture
def copy(tmp_path):
    """A copy of the questionnaires in which nothing is released yet."""
    root = tmp_path / "questionnaires"
    shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (root / "released.toml").write_text("")
    return root


def change(root, file, old, new):
    path = root / file
    text = path.read_text()
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1))


def problems(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(root)
    return [str(problem) for problem in caught.value.problems]


def test_the_copy_is_sound(copy):
    assert load_library(copy).items.keys() == load_library().items.keys()


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            OMDOMME,
            '["omdomme.tillit", "samfunnsoppdrag.1"]',
            '["omdomme.tilit", "samfunnsoppdrag.1"]',
            (
                f"{OMDOMME}: item om.evn.1 statements: «omdomme.tilit» is not a statement of"
                " strategy"
                " 2021-1; correct the id or add the statement to the strategy file"
            ),
        ),
        (
            "instruments/verdipuls/v1/text.nn.toml",
            'text = "Eg kjenner meg trygg når eg er på jobb."',
            "",
            (
                'instruments/verdipuls/v1/text.nn.toml: item."vp.sik.1" text: the text in nn is'
                " missing; write it"
            ),
        ),
        (
            VERDIPULS,
            'id = "vp.try.2"',
            'id = "vp.try.1"',
            f"{VERDIPULS}: item vp.try.1: the id is used 2 times; an id never has two meanings",
        ),
        (
            "response_options.toml",
            "range = [0, 10]",
            "range = [10, 0]",
            (
                "response_options.toml: ambassador11 range: [10, 0] is not a range of 2 to 11"
                " numbers"
                " from 0 upwards; put the lowest first"
            ),
        ),
        (
            "response_options.toml",
            "range = [0, 10]",
            "range = [0]",
            (
                "response_options.toml: ambassador11 range: a range is two whole numbers, lowest"
                " first,"
                " such as [0, 10]"
            ),
        ),
        (
            VERDIPULS,
            'options = "ambassador11"',
            'options = "ambassador10"',
            (
                f"{VERDIPULS}: item vp.amb.1 options: «ambassador10» is not a set of"
                " response_options.toml; correct the name or add the set"
            ),
        ),
        (
            "response_options.toml",
            'code = "2", value = 2',
            'code = "1", value = 2',
            (
                "response_options.toml: enig5: the code «1» is used more than once; give each"
                " option its"
                " own"
            ),
        ),
        (
            "response_options.toml",
            'code = "2", value = 2',
            'code = "2", value = 1',
            (
                "response_options.toml: enig5: two options are stored as 1; give each option its"
                " own"
                " value"
            ),
        ),
        (
            "response_options.toml",
            'code = "2", value = 2',
            'code = "2", value = -2',
            (
                "response_options.toml: enig5 options 2 value: negative integers are kept for"
                " the kinds"
                " of missing; use 0 or more"
            ),
        ),
        (
            VERDIPULS,
            'reason = "The construct',
            'reason = ""\n# "The construct',
            (
                f"{VERDIPULS}: item vp.sik.3 reason: the item is reversed without a reason; write"
                " why it"
                " must be"
            ),
        ),
        (
            VERDIPULS,
            'items = ["vp.sik.1", ',
            'items = ["vp.sik.9", "vp.sik.1", ',
            f"{VERDIPULS}: scale SIK items: «vp.sik.9» is not an item; correct the id",
        ),
        (
            VERDIPULS,
            'items = ["vp.amb.1"]',
            'items = ["vp.amb.1", "bg.rolle"]',
            f"{VERDIPULS}: scale AMB items: «bg.rolle» is not answered on a scale; take it out",
        ),
        (
            VERDIPULS,
            'scale = "SIK"',
            'scale = "TRY"',
            (
                f"{VERDIPULS}: item vp.sik.1 scale: the scale «TRY» does not exist or does not"
                " list this"
                " item; correct one of the two"
            ),
        ),
        (
            "forms.toml",
            'items = ["vp.amb.1"]',
            'items = ["vp.amb.2"]',
            "forms.toml: verdipuls.k1 block items: «vp.amb.2» is not an item; correct the id",
        ),
        (
            "forms.toml",
            'items = ["vp.amb.1"]',
            'items = ["vp.amb.1", "vp.amb.1"]',
            "forms.toml: verdipuls.k1 block items: «vp.amb.1» is asked 2 times; keep one",
        ),
        (
            "drivers.toml",
            'predictors = ["vp.sik.1", ',
            'predictors = ["vp.sik.0", ',
            (
                "drivers.toml: outcome culture vp.sik.0: this is no index, scale or item;"
                " correct the code"
            ),
        ),
        (
            "drivers.toml",
            'predictors = ["vp.sik.1", ',
            'predictors = ["vp.apn.1", ',
            (
                "drivers.toml: outcome culture vp.apn.1: the outcome shares answers with it;"
                " leave it out"
            ),
        ),
        (
            "drivers.toml",
            'predictors = ["vp.sik.1", ',
            'predictors = ["aa.3", ',
            "drivers.toml: outcome culture aa.3: the predictor stands 2 times; keep one",
        ),
        (
            "drivers.toml",
            'nn = "å tilrå arbeidsplassen", ',
            "",
            "drivers.toml: outcome recommend phrase: the text in nn is missing; write it",
        ),
        (
            "inside_outside.toml",
            'outside = "ea.1"',
            'outside = "ea.5"',
            (
                "inside_outside.toml: theme place outside: no form for public asks «ea.5»;"
                " correct the id or the population"
            ),
        ),
        (
            "inside_outside.toml",
            'inside = "aa.3"',
            'inside = "vp.amb.1"',
            (
                "inside_outside.toml: theme place comparable: the answers are ambassador11 and"
                ' enig5, so there is no gap to compute; set comparable = "no" and give the reason'
            ),
        ),
        (
            "inside_outside.toml",
            'comparable = "theme"',
            'comparable = "weak"',
            "inside_outside.toml: theme place reason: say what keeps the two apart",
        ),
        (
            "inside_outside.toml",
            'item = "ea.3"',
            'item = "ea.4"',
            "inside_outside.toml: same_words ea.4: no form for public asks it; take it out",
        ),
        (
            "indices.toml",
            'TRY = "1/3"',
            'TRY = "1/2"',
            "indices.toml: KI parts: the weights sum to 7/6, not to 1; correct them",
        ),
        (
            "indices.toml",
            'TRY = "1/3"',
            'TRY = "a third"',
            "indices.toml: KI parts TRY: 'a third' is not a weight; write it as \"1/3\"",
        ),
        (
            "indices.toml",
            "{ EVN =",
            "{ OI =",
            (
                "indices.toml: TI parts: «OI» is neither a scale nor an index above this one;"
                " correct"
                " the code or move the index down"
            ),
        ),
        (
            "forms.toml",
            '"vp.nyt.2", "vp.nyt.4", "vp.nyt.5"]',
            (
                '"vp.nyt.2", "vp.nyt.4", "vp.nyt.5", "vp.try.2", "vp.try.4", "vp.try.5",'
                ' "vp.sik.2", "vp.sik.4", "vp.sik.5"]'
            ),
            (
                "forms.toml: verdipuls.k1 block: the form asks 21 questions, and at most 20 are"
                " allowed;"
                " take some out"
            ),
        ),
        (
            "forms.toml",
            'items = ["bg.rolle", "bg.ansiennitet"]',
            'items = ["bg.rolle", "bg.ansiennitet", "d.alder", "d.kjonn", "d.utd"]',
            (
                "forms.toml: verdipuls.main block: the form asks 37 questions, and at most 36 are"
                " allowed; take some out"
            ),
        ),
        (
            "forms.toml",
            'items = ["om.tot.1"]',
            'items = ["om.tot.1", "ea.4"]',
            (
                "forms.toml: omdomme block: the form asks 38 questions, and at most 37 are"
                " allowed; take"
                " some out"
            ),
        ),
        (
            OMDOMME,
            'statements = ["omdomme.samfunnsaktor.1"]',
            "statements = []",
            (
                f"{OMDOMME}: item om.fil.1 statements: the item measures no statement of the"
                " strategy;"
                ' name at least one, or set purpose = "background"'
            ),
        ),
        (
            OMDOMME,
            'any_of = ["1", "2", "3", "4", "5"]',
            'any_of = ["1", "9"]',
            f"{OMDOMME}: item om.pla.1 filter: «9» is not a code of om.fil.3; correct it",
        ),
        (
            "forms.toml",
            'unfiltered = ["om.pla.1"]',
            "",
            (
                "forms.toml: interessent.off block items: «om.pla.1» is filtered by «om.fil.3»,"
                " which"
                " this form does not ask; ask it, or list «om.pla.1» as unfiltered"
            ),
        ),
        (
            "forms.toml",
            'screen_out = { item = "om.fil.2", any_of = ["7"] }',
            'screen_out = { item = "om.fil.9", any_of = ["7"] }',
            "forms.toml: omdomme screen_out: «om.fil.9» is not an item; correct the id",
        ),
        (
            "forms.toml",
            'help = "help.staff"',
            'help = "help.stuff"',
            (
                "forms.toml: verdipuls.main help: «help.stuff» is not a message; see"
                " messages/nb.toml"
                " for those there are"
            ),
        ),
        (
            VERDIPULS,
            "core = true",
            "kore = true",
            (
                f"{VERDIPULS}: item vp.try.1 kore: this key is not known here; correct its"
                " spelling or"
                " remove it"
            ),
        ),
        (
            VERDIPULS,
            "core = true",
            'core = "yes"',
            f"{VERDIPULS}: item vp.try.1 core: this must be true or false, not 'yes'",
        ),
        (
            "messages/nn.toml",
            "privacy = ",
            "# privacy = ",
            "messages/nn.toml: button.privacy: the message is missing here; translate it",
        ),
        (
            "messages/en.toml",
            "({{enhet}})",
            "({{unit}})",
            (
                "messages/en.toml: landing.pp4a: the languages differ in their placeholders:"
                " enhet, unit"
            ),
        ),
        (
            "strategy/2021-1.toml",
            'id = "verdi.trygghet.2"',
            'id = "verdi.trygghet.1"',
            (
                "strategy/2021-1.toml: statement verdi.trygghet.1: the id is used 2 times; an id"
                " never"
                " has two meanings"
            ),
        ),
    ],
)
def test_a_broken_rule_is_told_in_one_sentence(copy, file, old, new, expected):
    change(copy, file, old, new)
    assert expected in problems(copy)


def test_all_problems_are_told_at_once(copy):
    change(copy, "indices.toml", 'TRY = "1/3"', 'TRY = "1/2"')
    change(copy, "forms.toml", 'items = ["vp.amb.1"]', 'items = ["vp.amb.2"]')
    (copy / "messages/en.toml").write_text("[button")
    found = problems(copy)
    assert any(line.startswith("indices.toml: KI parts") for line in found)
    assert any("«vp.amb.2» is not an item" in line for line in found)
    assert any(line.startswith("messages/en.toml: file: the file is not valid") for line in found)


def test_a_missing_file_is_a_problem_and_not_a_crash(copy):
    (copy / "response_options.toml").unlink()
    expected = "response_options.toml: file: the file is missing; create it or restore it"
    assert expected in problems(copy)


def test_an_empty_directory_is_told_and_not_a_crash(tmp_path):
    assert any("there is no instrument to read" in line for line in problems(tmp_path))


def test_english_may_be_missing_only_where_the_instrument_says_so(copy):
    english = copy / "instruments/verdipuls/v1/text.en.toml"
    english.unlink()
    expected = "instruments/verdipuls/v1/text.en.toml: file: the file is missing"
    assert any(line.startswith(expected) for line in problems(copy))
    change(copy, VERDIPULS, "version = 1", 'version = 1\noptional_languages = ["en"]')
    assert "en" not in load_library(copy).items["vp.try.1"].text


def test_nynorsk_is_never_optional(copy):
    change(copy, VERDIPULS, "version = 1", 'version = 1\noptional_languages = ["nn"]')
    (copy / "instruments/verdipuls/v1/text.nn.toml").unlink()
    found = problems(copy)
    assert any("nn is never optional" in line for line in found)
    assert any('item."vp.try.1" text: the text in nn is missing' in line for line in found)


def test_filters_do_not_form_chains(copy):
    change(
        copy,
        OMDOMME,
        'filter = [{ item = "om.fil.3", any_of = ["1", "2", "3", "4", "5"] }]',
        'filter = [{ item = "om.pla.2", any_of = ["1"] }]',
    )
    assert any("filters do not form chains" in line for line in problems(copy))


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        (
            "instruments/verdipuls/v1/text.nb.toml",
            "Jeg er faglig trygg i de oppgavene",
            "Jeg er faglig trygg i oppgavene",
            "instruments/verdipuls/v1",
        ),
        (VERDIPULS, 'tradition = "EDM"', 'tradition = "QPS"', "instruments/verdipuls/v1"),
        ("response_options.toml", '"Tend to agree"', '"Agree"', "instruments/omdomme/v1"),
        ("strategy/2021-1.toml", "Straff som endrer", "Straff som endrar", "strategy/2021-1"),
        ("indices.toml", 'OM1 = "2/5", SAM = "1/5"', 'OM1 = "1/5", SAM = "2/5"', "indices/2021-1"),
    ],
)
def test_a_released_version_that_changed_is_told(copy, file, old, new, name):
    before = content_hashes(copy)
    (copy / "released.toml").write_text(f'"{name}" = "{before[name]}"\n')
    change(copy, file, old, new)
    after = content_hashes(copy)[name]
    assert problems(copy) == [
        (
            f"released.toml: {name}: the content of this released version has changed: it is"
            " recorded"
            f" as {before[name]} and is now {after}. Restore it, and make the change in a new"
            " version"
        )
    ]


def test_a_comment_or_a_note_may_change_in_a_released_version(copy):
    before = content_hashes(copy)
    with (copy / VERDIPULS).open("a") as file:
        file.write("# reviewed\n")
    (copy / "instruments/verdipuls/v1/NOTES.md").write_text("More was learnt.")
    assert content_hashes(copy) == before


def test_a_released_version_that_is_gone_is_told(copy):
    (copy / "released.toml").write_text('"instruments/borte/v1" = "sha256:0"\n')
    (found,) = problems(copy)
    assert found.startswith("released.toml: instruments/borte/v1: the released version is gone")


def test_the_newest_version_is_read_and_an_older_one_on_request(copy):
    new = copy / "instruments/verdipuls/v2"
    shutil.copytree(copy / "instruments/verdipuls/v1", new)
    change(copy, "instruments/verdipuls/v2/instrument.toml", "version = 1", "version = 2")
    change(
        copy,
        "instruments/verdipuls/v2/instrument.toml",
        'id = "vp.try.1"\nversion = 1',
        'id = "vp.try.1"\nversion = 2',
    )
    assert load_library(copy).items["vp.try.1"].version == 2
    assert load_library(copy, versions={"verdipuls": 1}).items["vp.try.1"].version == 1
    with pytest.raises(QuestionnaireErrors, match="there is no such version"):
        load_library(copy, versions={"verdipuls": 3})


def test_a_directory_and_its_version_agree(copy):
    change(copy, VERDIPULS, "version = 1", "version = 2")
    assert any("must be those of the directory" in line for line in problems(copy))


def test_an_unknown_form_is_told_with_those_there_are():
    with pytest.raises(UnknownFormError, match=r"«verdipuls\.k3»; there are interessent\.fri"):
        load_library().questionnaire("verdipuls.k3")


@pytest.mark.parametrize("form", sorted(load_library().forms))
def test_no_form_lacks_a_text_in_bokmal_or_nynorsk(form):
    assert missing_texts(load_library().questionnaire(form)) == []


def test_a_missing_nynorsk_text_is_named_so_that_the_wave_can_be_refused():
    q = load_library().questionnaire("verdipuls.k1")
    without = (
        q.to_json().decode().replace('"nn":"Eg kjenner meg trygg når eg er på jobb."', '"nn":""')
    )
    assert missing_texts(q.from_json(without.encode())) == ["vp.sik.1 text nn"]
