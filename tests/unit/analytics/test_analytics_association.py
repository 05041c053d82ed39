"""The [association] section."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import FrameError, SpecificationError, UnsupportedError
from analytics.workbench.analyse import analyse
from analytics.workbench.specification.association import read_association


def a_file(n=400, seed=3, **columns):
    rng = np.random.default_rng(seed)
    answer = rng.integers(1, 4, n)
    group = np.where(rng.random(n) < 0.2 + 0.15 * answer, "a", "b")
    data = pd.DataFrame({"group": group, "answer": answer, "h": np.arange(n) % 2, "N": 4 * n})
    return data.assign(**columns)


def ask(data, *table, **sections):
    result = analyse(data, {"association": {"tables": [list(table)]}} | sections).result
    return result["association"][0], result["warnings"]


def test_rows_drawn_one_by_one_are_tested_nearly_as_by_pearson():
    data = a_file()
    row, _ = ask(data, "group", "answer")
    counts = pd.crosstab(data["group"], data["answer"])
    pearson = stats.chi2_contingency(counts, correction=False)
    assert (row["row_categories"], row["column_categories"]) == (["a", "b"], ["1", "2", "3"])
    assert row["n"] == 400
    assert row["first_order"]["chisq"] == pytest.approx(pearson.statistic, rel=0.05)
    assert row["cramers_v"] == pytest.approx(np.sqrt(pearson.statistic / 400))
    cells = [[cell[key] for cell in row["cells"]] for key in ("n", "count", "expected")]
    assert cells[0] == cells[1] == counts.to_numpy().ravel().tolist()
    assert cells[2] == pytest.approx(pearson.expected_freq.ravel())
    # Of one degree of freedom per row the residual is nearly the adjusted one of Haberman.
    share = counts.to_numpy() / 400
    across, down = share.sum(axis=1)[:, None], share.sum(axis=0)
    plain = (share - across * down) / np.sqrt(across * (1 - across) * down * (1 - down) / 400)
    residuals = [cell["residual"] for cell in row["cells"]]
    assert residuals == pytest.approx(plain.ravel(), rel=0.1)


def test_what_holds_of_today_s_staff_stands_beside_and_a_complete_count_has_no_test_of_it():
    data = a_file()
    row, _ = ask(data, "group", "answer", design={"population": 800})
    # Half of the staff were heard: the errors are smaller by the root of a half.
    assert row["current_staff"]["f"] == pytest.approx(2 * row["f"])
    assert row["current_staff"]["adjusted_wald"]["f"] == pytest.approx(
        2 * row["adjusted_wald"]["f"]
    )
    row, _ = ask(data, "group", "answer", design={"population": 400})
    assert row["p"] < 0.01
    assert {row["current_staff"][key] for key in ("f", "df1", "df2", "p")} == {None}
    assert set(row["current_staff"]["wald"].values()) == {None}


def test_who_lacks_one_of_the_columns_is_left_out():
    data = a_file()
    data.loc[:99, "answer"] = np.nan
    row, _ = ask(data, "group", "answer")
    alone, _ = ask(data.iloc[100:], "group", "answer")
    assert (row["n"], row["df2"]) == (alone["n"], pytest.approx(alone["df2"]))
    # The design is that of all rows, as for every domain.
    assert row["f"] == pytest.approx(alone["f"], rel=0.01)


def test_an_empty_cell_and_few_answers_are_tested_with_a_warning():
    data = a_file(40, answer=np.repeat([1, 2], 20), group=np.repeat(list("aab"), [20, 17, 3]))
    row, told = ask(data, "group", "answer")
    assert 0 in [cell["n"] for cell in row["cells"]]
    assert 0 < row["p"] < 1
    (text,) = (text for text in told if "association" in text)
    assert text.startswith("[association] group x answer: independence would put 1.5 answers in")


def test_a_table_that_weights_fix_has_no_error_and_no_test():
    counts = pd.DataFrame(
        [(g, a, 100) for g in "ab" for a in (1, 2, 3)], columns=["group", "answer", "count"]
    )
    spec = {
        "association": {"tables": [["group", "answer"]]},
        "poststratify": {"by": ["group", "answer"], "counts": "c.csv"},
    }
    result = analyse(a_file(), spec, {"c.csv": counts}).result
    assert result["association"][0]["p"] is None
    assert any("tells no error" in text for text in result["warnings"])


def test_a_single_cluster_per_stratum_gives_no_test():
    data = a_file(design_cluster=np.arange(400) % 2)
    row, _ = ask(
        data, "group", "answer",
        design={"strata": "h", "cluster": "design_cluster", "lonely": "certainty"},
    )  # fmt: skip
    assert row["p"] is None
    assert row["n"] == 400


@pytest.mark.parametrize(
    ("columns", "error", "sentence"),
    [
        (("group", "answr"), FrameError, "'answr', which the data does not have: did you mean"),
        (("group", "one"), FrameError, "'one' has fewer than two categories among those who"),
        (("none", "group"), FrameError, "'none' has fewer than two categories"),
        (("group", "many"), FrameError, "has 800 cells, and a test of more than 400"),
    ],
)
def test_columns_that_make_no_table_are_told(columns, error, sentence):
    data = a_file(one="x", none=np.nan, many=np.arange(400))
    with pytest.raises(error, match=rf"^\[association\] tables.*{sentence}"):
        ask(data, *columns)


@pytest.mark.parametrize(
    "section",
    [{}, {"tables": []}, {"tables": ["a", "b"]}, {"tables": [["a"]]}, {"tables": [["a", "a"]]}],
)
def test_what_is_no_pair_of_columns_is_told(section):
    with pytest.raises(SpecificationError, match=r"tables must be pairs of two columns"):
        read_association(section)


def test_another_key_is_told():
    with pytest.raises(SpecificationError, match=r"\[association\] does not know 'by'"):
        read_association({"by": "group", "tables": [["a", "b"]]})


PROTECTED = {
    "domains": {"by": ["group"]},
    "variables": {"shares": ["answer"]},
    "disclosure": {"minimum": 5},
}


def groups(sizes, seed=5):
    rng = np.random.default_rng(seed)
    group = np.repeat(list("abcdef"[: len(sizes)]), sizes)
    return pd.DataFrame({"group": group, "answer": rng.integers(1, 4, len(group))})


def test_a_protected_table_is_made_of_shown_groups_alone_and_says_so():
    data = groups([60, 50, 40, 9, 4])
    row, told = ask(data, "group", "answer", **PROTECTED)
    assert row["row_categories"] == ["a", "b", "c"]
    assert "[association] group x answer: tested without group=d, group=e, which are hidden" in (
        " ".join(told)
    )
    assert row.keys() == {
        "rows", "columns", "wave", "row_categories", "column_categories", "n", "cramers_v",
        "f", "df1", "df2", "p",
    }  # fmt: skip
    assert (row["f"], row["p"]) == (round(row["f"], 2), round(row["p"], 4))
    other = data.copy()
    # as many answers on either side of the middle, so that as much is hidden
    hidden = other["group"].isin(["d", "e"])
    other.loc[hidden, "answer"] = 4 - other.loc[hidden, "answer"]
    assert ask(other, "group", "answer", **PROTECTED)[0] == row


@pytest.mark.parametrize(
    "sections",
    [
        PROTECTED | {"variables": {"means": ["answer"]}},
        PROTECTED | {"domains": {"by": []}},
    ],
)
def test_a_protected_table_whose_cells_are_not_decided_on_is_refused(sections):
    with pytest.raises(UnsupportedError, match=r"name 'group' in \[domains\] by and 'answer' in"):
        ask(groups([60, 50]), "group", "answer", **sections)
