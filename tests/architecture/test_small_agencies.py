"""Design effects of a small agency give no hidden count back, nor stand beside hidden figures.

An agency of 150 to 400 people has 5 to 12 units, of which some are hidden; the weights, effective
numbers and design effects of all of them stand in the same publication.
"""

import numpy as np
import pytest

from tests.attack.kish import Agency, Found, attack
from tests.attack.waves import History

DUST = 1e-9
SHORT = (187, 1, 2)  # people, seed, waves


def released(people, seed, waves):
    return History(people, seed, waves=waves, reorganised_at=waves + 1).run()


@pytest.fixture(scope="module")
def agencies():
    return released(*SHORT)


def attacked(waves, *, digits=None):
    """Attack the weights of waves, as if their design effect were printed, if so asked."""
    total = Found()
    for one in waves:
        content, frame = one.content, one.inputs.data.frame
        truth = one.inputs.data.domains.value_counts().to_dict()
        if digits is not None:
            places = Agency(content)
            numbers = np.array([truth.get(code, 0) for code in places.places])
            content["weights"]["deff_kish"] = round(places.deff(numbers, frame), digits)
        off = 0.0 if digits is None else 0.5 * 10.0**-digits + DUST
        found = attack(content, truth, frame, off)
        total.looked += found.looked
        total.fell += found.fell
        total.left += found.left
    return total


def test_the_design_effect_of_weights_gives_no_hidden_count_back(agencies):
    found = attacked(agencies)
    assert found.looked > 0
    assert found.fell == []


def test_the_same_attack_finds_hidden_counts_behind_all_digits_of_it(agencies):
    assert attacked(agencies, digits=6).fell


def beside_hidden(content):
    """List the rows with a design effect or an effective number, in places that hide something."""
    units = [row for row in content["domains"] if row["level"] == "unit"]
    shown = {
        (row["measure"], row["statistic"], row["category"], row["domain"])
        for row in content["estimates"]
        if (row["level"], row["status"]) == ("unit", "published")
    }
    inside = {"agency": None, "region": "parent", "unit_type": "kind", "unit": "code"}
    for row in content["estimates"]:
        if row["level"] not in inside or (row.get("deff") is None and row.get("n_eff") is None):
            continue
        named, figure = inside[row["level"]], (row["measure"], row["statistic"], row["category"])
        own = [unit for unit in units if named is None or unit[named] == row["domain"]]
        if any(unit["answered"] is None or (*figure, unit["code"]) not in shown for unit in own):
            yield row


def test_no_design_effect_of_a_figure_stands_where_a_count_or_a_figure_inside_is_hidden(agencies):
    assert not [row for one in agencies for row in beside_hidden(one.content)]


def test_how_much_is_left_is_said_of_places_that_tell_how_many_answered(agencies):
    """Counted over hidden places, it told how many of their cells had k answers, or ten."""
    hidden = 0
    for content in (one.content for one in agencies):
        whole = {("agency", ""): content["response"]["answers"]}
        told = whole | {
            (row["level"], row["code"]): row["answered"]
            for row in content["domains"]
            if row["answered"] is not None
        }
        hidden += sum(row["answered"] is None for row in content["domains"])
        assert content["left"]["cells_from_k_published"] == shown_of(content["estimates"], told, 5)
        scales = {one["code"] for one in content["measures"] if one["kind"] != "item"}
        means = [
            row
            for row in content["estimates"]
            if row["statistic"] == "mean" and row["measure"] in scales
        ]
        assert content["left"]["means_from_limit_published"] == shown_of(means, told, 10)
    assert hidden > 0


def shown_of(rows, told, least):
    large = [row for row in rows if told.get((row["level"], row["domain"]), 0) >= least]
    return round(sum(row["status"] == "published" for row in large) / len(large), 4)


@pytest.mark.slow
def test_forty_small_agencies_give_no_hidden_count_back():
    waves = [one for seed in range(1, 41) for one in released(150 + seed * 37 % 251, seed, 3)]
    found, before = attacked(waves), attacked(waves, digits=1)
    print(f"{len(waves)} waves, {found.left} with too many ways; {found.looked} hidden counts: "
          f"{len(found.fell)} fell, {len(before.fell)} where one decimal is printed")  # fmt: skip
    assert found.looked > 50
    assert found.fell == []
    assert before.fell
    assert not [row for one in waves for row in beside_hidden(one.content)]
    rows = [row for one in waves for row in one.content["estimates"]]
    assert sum(row.get("deff") is not None for row in rows) > 100
