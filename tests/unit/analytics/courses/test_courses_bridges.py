"""Changes over a link carry its error, and waves of the same words do not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.courses.bridges import Bridge, Bridges
from analytics.courses.findings import Place, judge_by_series
from analytics.courses.over_links import differences_over_links

WAVES = ["w1", "w2", "w3", "w4"]
BEFORE = frozenset(WAVES[:2])
LINK = Bridge("m", "w3", BEFORE, -12.0, 0.8, 3.0)
KEY = ["measure", "level", "domain", "since", "role"]


def shown(*means, half=1.0, level="agency", domain="", n=500):
    return pd.DataFrame(
        [
            (wave, "m", level, domain, mean, mean - half, mean + half, n, 1000)
            for wave, mean in zip(WAVES, means, strict=False)
        ],
        columns=["wave", "measure", "level", "domain", "mean", "low", "high", "n", "population"],
    )


def wanted(*since, level="agency", domain=""):
    return pd.DataFrame([("m", level, domain, key, "first") for key in since], columns=KEY)


def plain(figures, waves, bridges, **where):
    found = differences_over_links(
        bridges.laid_on(figures), waves, wanted(waves[0], waves[-2], **where), bridges,
        linked=np.ones((len(waves), len(waves))),
    )  # fmt: skip
    return found.set_index("since")


def test_figures_of_before_are_brought_to_the_scale_of_now_and_others_stay():
    lifted = Bridges((LINK,)).laid_on(shown(60, 61, 48, 49))
    assert lifted["mean"].tolist() == [48, 49, 48, 49]
    assert lifted["low"].tolist() == [47, 48, 47, 48]
    other = shown(60, 61, 48, 49).assign(measure="n")
    assert Bridges((LINK,)).laid_on(other)["mean"].tolist() == [60, 61, 48, 49]


def test_a_change_over_the_link_has_its_error_and_one_after_it_has_not():
    with_link, exact = Bridges((LINK,)), Bridges((Bridge("m", "w3", BEFORE, -12.0, 0.0, 0.0),))
    one, other = (plain(shown(60, 61, 48, 49), WAVES, found) for found in (with_link, exact))
    assert one.loc["w1", "difference"] == pytest.approx(1.0)
    width = (one["high"] - one["low"]) / 2
    without = (other["high"] - other["low"]) / 2
    assert width["w1"] == pytest.approx(np.hypot(without["w1"], 1.96 * 0.8), abs=0.1)
    assert width["w3"] == without["w3"]


def test_to_the_overlap_wave_only_the_half_in_the_old_words_counts():
    # both halves err by .51 / sqrt(1 - 500/1000) = .72 each, and the link by 1.02 of the two
    link = Bridges((Bridge("m", "w3", BEFORE, -12.0, 1.02, 3.0),))
    found = plain(shown(60, 61, 48), WAVES[:3], link)
    width = (found.loc["w2", "high"] - found.loc["w2", "low"]) / 2
    # two means that err by .72, of which half is shared at a correlation of a half
    assert width == pytest.approx(1.96 * np.sqrt(2 * 0.72**2 - 0.5 * 0.72**2), abs=0.1)


def test_a_unit_also_has_its_own_effect_of_words():
    figures = shown(60, 61, 48, 49, level="unit", domain="u", half=4.0)
    found = plain(figures, WAVES, Bridges((LINK,)), level="unit", domain="u")
    alone = plain(figures, WAVES, Bridges((), {}), level="unit", domain="u")
    widths = [(one["high"] - one["low"]) / 2 for one in (found, alone)]
    own = 1.96 * np.hypot(0.8, 3.0)
    assert widths[0]["w1"] == pytest.approx(np.hypot(widths[1]["w1"], own), abs=0.1)
    whole = Bridges((LINK,), {("unit", "u"): 0.0})
    assert (
        plain(figures, WAVES, whole, level="unit", domain="u")["high"]["w1"] < found["high"]["w1"]
    )


def test_the_model_goes_over_the_link_with_its_error():
    places = {("agency", ""): Place("", 1000.0)}

    def told(bridges):
        lifted = bridges.laid_on(shown(60, 61, 48, 49))
        return judge_by_series(
            lifted, WAVES, wanted("w1", "w3"), places, linked=np.ones((4, 4)),
            margins=np.full(2, 3.0), named={"w1"}, bridges=bridges,
        )  # fmt: skip

    linked, exact, none = (
        told(Bridges(links)) for links in ((LINK,), (Bridge("m", "w3", BEFORE, -12.0, 0, 0),), ())
    )
    width = [(one.rows["high"] - one.rows["low"])[0] for one in (linked, exact)]
    assert width[0] > width[1]
    assert linked.rows["verdict"][0] != "down"
    assert none.rows["verdict"][0] == "down"
    assert set(linked.path["verdict"]) <= {"steady", "uncertain"}


def test_without_a_link_a_judgement_is_as_it_was():
    places = {("agency", ""): Place("", 1000.0)}
    asked = {"linked": np.ones((4, 4)), "margins": np.full(1, 3.0), "named": {"w1"}}
    plainly, none = (
        judge_by_series(shown(60, 61, 62, 63), WAVES, wanted("w1"), places, **asked, **more)
        for more in ({}, {"bridges": Bridges(())})
    )
    pd.testing.assert_frame_equal(plainly.rows, none.rows)
    pd.testing.assert_frame_equal(plainly.path, none.path)


def test_links_follow_each_other_and_their_errors_add_up():
    second = Bridge("m", "w4", frozenset(WAVES[:3]), 5.0, 0.6, 0.0)
    both = Bridges((LINK, second))
    assert both.laid_on(shown(60, 61, 48, 53))["mean"].tolist() == [53, 54, 53, 53]
    # of the figure of the last wave, which is the second overlap, the error drops out
    one, two = (plain(shown(60, 61, 48, 53), WAVES, found) for found in (Bridges((LINK,)), both))
    assert two.loc["w1", "difference"] == pytest.approx(0.0)
    assert one.loc["w1", "difference"] == pytest.approx(5.0)


def test_a_region_in_which_words_do_something_else_is_as_unsure_as_regions_differ():
    apart = Bridge("m", "w3", BEFORE, -12.0, 0.0, 3.0, among=(("region", 2.5),))
    where = {"level": "region", "domain": "r1"}
    of_region = shown(60, 61, 48, 49, **where)
    reach = {}
    for name, link in (("units", replace(apart, among=())), ("regions", apart)):
        found = plain(of_region, WAVES, Bridges((link,), {("region", "r1"): 0.1}), **where)
        reach[name] = (found["high"] - found["low"]) / 2 / 1.96
    # of its units a tenth of 3^2 is in common; between waves of the same words nothing is added
    added = reach["regions"] ** 2 - reach["units"] ** 2
    assert added["w1"] == pytest.approx(2.5**2 - 0.1 * 3.0**2, abs=0.3)
    assert added["w3"] == pytest.approx(0.0)
