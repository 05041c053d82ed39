"""Agree is who agreed, in whichever order the answers to choose from stood on the form."""

import copy
from dataclasses import replace

import pytest

from questionnaires.loader import load_library
from survey_app.publishing.computing.measures import measure_facts
from survey_app.reading.culture.item import answers_of_place, scored
from survey_app.reading.published import Published
from tests.builders_publication import staff_series

ITEM = "vp.try.1"
FORM = load_library().questionnaire("verdipuls.k2")


def from_highest_down(form, name):
    """Offer the answers to an item with the highest first, and «vet ikke» last as before."""
    options = form.option_set(form.item(name))
    valued = [one for one in options.options if one.value is not None]
    turned = (*valued[::-1], *(one for one in options.options if one.value is None))
    return replace(form, options={**form.options, options.id: replace(options, options=turned)})


def codes(measures, name):
    [found] = [one for one in measures if one["code"] == name]
    return [one["code"] for one in found["options"]]


def test_a_publication_lists_the_answers_of_a_scale_from_the_lowest_up():
    turned = from_highest_down(FORM, ITEM)
    [first, *_] = turned.option_set(turned.item(ITEM)).options
    assert first.value == 5
    assert codes(measure_facts(turned, {ITEM}), ITEM) == ["1", "2", "3", "4", "5", "vi"]
    assert measure_facts(turned, {ITEM}) == measure_facts(FORM, {ITEM})


def numbered_as_they_stand(form, name):
    """Offer the highest first, and number the answers as they stand there: «1» is worth five."""
    options = form.option_set(form.item(name))
    turned = tuple(
        one if one.value is None else replace(one, code=str(6 - one.value))
        for one in from_highest_down(form, name).option_set(form.item(name)).options
    )
    return replace(form, options={**form.options, options.id: replace(options, options=turned)})


def test_an_answer_counts_by_what_it_is_worth_and_not_by_its_code():
    [facts] = measure_facts(numbered_as_they_stand(FORM, ITEM), {ITEM})
    content = copy.deepcopy(staff_series()[-1])
    for row in content["measures"]:
        if row["code"] == ITEM:
            row["options"] = facts["options"]
    measure = Published(content).measures[ITEM]
    labels = [one["label"]["nb"] for one in scored(measure)]
    assert (labels[0], labels[-1]) == ("Helt uenig", "Helt enig")


def called_otherwise(form, name):
    """Call the answers «grad 1» to «grad 5», and «vet ikke» 99 as many do."""
    options = form.option_set(form.item(name))
    named = tuple(
        replace(one, code="99" if one.value is None else f"grad {one.value}")
        for one in options.options
    )
    return replace(form, options={**form.options, options.id: replace(options, options=named)})


def test_what_is_an_answer_and_what_is_none_does_not_follow_from_codes():
    [facts] = measure_facts(called_otherwise(FORM, ITEM), {ITEM})
    assert facts["options"][-1]["missing"] == "not_applicable"
    content = copy.deepcopy(staff_series()[-1])
    codes_now = {str(n): f"grad {n}" for n in range(1, 6)} | {"vi": "99"}
    for row in content["estimates"]:
        if (row["measure"], row["statistic"]) == (ITEM, "share"):
            row["category"] = codes_now.get(row["category"], row["category"])
    mean = {"mean": 0.07}
    share = next(one for one in content["estimates"] if one.get("category") == "grad 5")
    content["estimates"].append(share | {"category": "99", "level": "agency", "domain": ""} | mean)
    for row in content["measures"]:
        if row["code"] == ITEM:
            row["options"] = facts["options"]
    found, usual = Published(content), Published(staff_series()[-1])
    measure = found.measures[ITEM]
    assert [one["code"] for one in scored(measure)] == [f"grad {n}" for n in range(1, 6)]
    wanted = answers_of_place(usual, usual.measures[ITEM], usual.whole, "nb")
    assert answers_of_place(found, measure, found.whole, "nb").shares == wanted.shares
    assert found.not_applicable(ITEM).mean == 0.07
    assert usual.measures[ITEM].not_applicable["code"] == "vi"


@pytest.fixture
def as_before():
    """A publication as it was written before: its answers in the order of the form."""
    content = copy.deepcopy(staff_series()[-1])
    for row in content["measures"]:
        if row["code"] == ITEM:
            valued = [one for one in row["options"] if one["code"].isdigit()]
            others = [one for one in row["options"] if not one["code"].isdigit()]
            row["options"] = [*valued[::-1], *others]
    return Published(content)


def test_an_earlier_publication_is_read_from_the_lowest_up_too(as_before):
    usual = Published(staff_series()[-1])
    measure = as_before.measures[ITEM]
    assert [one["code"] for one in scored(measure)] == ["1", "2", "3", "4", "5"]
    found = answers_of_place(as_before, measure, as_before.whole, "nb")
    wanted = answers_of_place(usual, usual.measures[ITEM], usual.whole, "nb")
    assert wanted.agree != wanted.disagree
    assert (found.agree, found.disagree) == (wanted.agree, wanted.disagree)
