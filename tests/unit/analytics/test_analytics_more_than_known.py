import numpy as np
import pytest

from analytics.errors import DesignError
from analytics.workbench.analyse import UNPROTECTED, analyse
from tests.unit.analytics.test_analytics_analyse import SCALE, a_file, run

CERTAINTY = {"lonely": "certainty"}


def test_more_answers_than_persons_are_a_complete_count_and_told():
    result = run(a_file(), design={"population": 30})
    (row,) = result["estimates"]
    assert row["se"] == 0
    assert result["weights"]["sum"] == 40  # nobody speaks for less than themselves
    assert result["warnings"][0].startswith("[design] population is smaller than the sample: ")


def test_a_stratum_with_more_answers_than_persons_leaves_the_others_as_they_are():
    data = a_file().assign(N=lambda frame: np.where(frame["region"] == "n", 10, 200))
    design = {"strata": "region", "fpc": "N"}
    result = run(data, design=design, domains={"by": ["region"]})
    known = run(data.assign(N=[20] * 20 + [200] * 20), design=design, domains={"by": ["region"]})
    assert result["estimates"] == known["estimates"]
    sentence = "[design] fpc: 'N' is smaller than the sample in 1 stratum: taken as a complete"
    assert result["warnings"][0].startswith(sentence)
    assert not any("fpc" in text for text in result["warnings"][1:])
    assert result["warnings"][-1] == UNPROTECTED


def test_one_respondent_is_called_one_respondent():
    with pytest.raises(DesignError, match=r"^only one respondent: no error can be estimated"):
        run(a_file().iloc[:1])


def test_one_respondent_has_a_figure_and_no_error_where_that_is_asked_for():
    (row,) = run(a_file().iloc[:1], design=CERTAINTY)["estimates"]
    assert row["n"] == 1
    assert row["mean"] is not None
    assert [row[name] for name in ("se", "low", "high", "deff", "n_eff")] == [None] * 5


@pytest.mark.parametrize(("alone", "words"), [(1, "1 stratum has"), (2, "2 strata have")])
def test_lonely_strata_are_counted_in_words_that_agree(alone, words):
    data = a_file().assign(h=[*range(alone), *[9] * (40 - alone)])
    with pytest.raises(DesignError, match=f"^{words} a single sampled unit"):
        analyse(data, {"scales": {"s": SCALE}, "design": {"strata": "h"}})


def test_clusters_of_one_name_in_several_strata_are_taken_apart_and_told():
    data = a_file().assign(prison=lambda frame: [f"p{at % 5}" for at in range(len(frame))])
    design = {"cluster": "prison", "strata": "region"}
    crossed = run(data, design=design)
    named = run(data.assign(prison=data["region"] + data["prison"]), design=design)
    # R: svydesign(nest = TRUE); without it R stops
    assert crossed["estimates"] == named["estimates"]
    told = "[design] strata: a name of 'prison' stands in more than one 'region', and is taken for"
    assert crossed["warnings"][0].startswith(told)
    assert not any(text.startswith("[design] strata") for text in named["warnings"])
    shown = run(data, design=design, disclosure={"minimum": 5})
    assert any(text.startswith(told) for text in shown["warnings"])
