import json
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from questionnaires.loader import load_library
from questionnaires.model import Condition
from survey_app.answering.form_page import _parts, _written, with_help, with_link
from survey_app.answering.lengths import request_size


def test_an_address_in_the_contact_becomes_a_link_and_the_rest_stays_text():
    assert (
        str(with_link("HR <b> på hr@example.org, kl. 9"))
        == 'HR &lt;b&gt; på <a href="mailto:hr@example.org">hr@example.org</a>, kl. 9'
    )
    assert str(with_link("telefon 22 00 00 00")) == "telefon 22 00 00 00"


def test_without_a_place_to_get_help_the_sentence_about_it_is_left_out():
    text = "Har du opplevd noe vanskelig, kan du snakke med lederen din. Andre steder: {{hjelp}}"
    assert with_help(text, "") == "Har du opplevd noe vanskelig, kan du snakke med lederen din."
    assert with_help(text, "116 123").endswith("Andre steder: 116 123")


def test_a_text_that_neighbouring_blocks_stand_under_is_said_once():
    form = load_library().questionnaire("verdipuls.main")
    assert len(form.form.blocks) > 3
    intros = ["Det siste året.", "Det siste året.", None, "Det siste året."]
    blocks = tuple(
        replace(block, intro={"nb": words} if words else None)
        for block, words in zip(form.form.blocks, intros, strict=False)
    )
    asked = replace(form, form=replace(form.form, blocks=blocks))
    shown = _parts(SimpleNamespace(questionnaire=asked, help=""), "nb")
    assert [str(one.intro) for one in shown] == ["Det siste året.", "", "", "Det siste året."]


def test_it_is_said_again_below_what_some_are_not_asked():
    """A page leaves out a part of which nothing is asked, and the text that stands in it."""
    form = load_library().questionnaire("omdomme")
    behind = next(n for n, one in enumerate(form.form.blocks) if form.item(one.items[0]).filter)
    assert all(form.item(name).filter for name in form.form.blocks[behind].items)
    year = {"nb": "Det siste året."}
    blocks = tuple(
        replace(block, intro=year if n in {behind, behind + 1} else None)
        for n, block in enumerate(form.form.blocks)
    )
    asked = replace(form, form=replace(form.form, blocks=blocks))
    shown = [str(one.intro) for one in _parts(SimpleNamespace(questionnaire=asked, help=""), "nb")]
    assert shown[behind : behind + 2] == [year["nb"]] * 2


def test_conditions_are_written_for_the_script():
    assert _written(Condition("om.fil.3", ("1", "2"), negate=False)) == "om.fil.3:1,2"
    assert _written(Condition("om.fil.2", ("7",), negate=True)) == "!om.fil.2:7"


@pytest.mark.parametrize("form", sorted(load_library().forms))
def test_no_form_and_no_ballot_can_be_longer_than_the_size_they_are_padded_to(form):
    questionnaire = load_library().questionnaire(form)
    longest: list[tuple[str, str]] = [("lang", "nb"), ("pad", "")]
    ballot: dict[str, list[str]] = {}
    for item in questionnaire.items:
        codes = [option.code for option in questionnaire.option_set(item).options]
        ballot[item.id] = codes if item.presentation == "checkbox" else [max(codes, key=len)]
        longest += [(item.id, code) for code in ballot[item.id]]
    written = json.dumps(ballot, separators=(",", ":"))
    size = request_size(questionnaire, ("nord-1", "sor"))
    assert len(urlencode(longest)) <= size
    assert len(written) + len("nord-1") <= size
    assert size < 1.1 * max(len(urlencode(longest)), len(written) + len("nord-1"))
