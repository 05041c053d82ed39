"""What is true of every publication: nothing hidden follows from what is shown."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.disclosure.audit.released_totals import ReleasedTotal, ReleasedTotals, SensitiveTotal
from analytics.disclosure.audit.suppress_totals import suppress_totals
from analytics.disclosure.participation import protect_participation
from analytics.disclosure.protect import protect
from analytics.disclosure.releases import PublishedCells
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, PriorRelease
from analytics.tables import CHANGE_COLUMNS, ChangeTable, EstimateTable
from tests.examples import examples
from tests.unit.analytics.disclosure.attack import follows, hidden_figures_found
from tests.unit.analytics.disclosure.trees import a_wave, units

REGIONS, TYPES = ("ost", "vest", "nord"), ("hoy", "lav", "fri")


@st.composite
def trees(draw):
    """Up to nine units in three regions and three types, with up to 45 respondents each."""
    size = draw(st.integers(1, 9))
    rows = [
        (f"u{number}", draw(st.sampled_from(REGIONS)), draw(st.sampled_from(TYPES)), 60)
        for number in range(size)
    ]
    counts = {row[0]: draw(st.integers(0, 45)) for row in rows}
    # a few whose unit was too small carry their region's code
    if draw(st.booleans()):
        counts[draw(st.sampled_from(sorted({row[1] for row in rows})))] = draw(st.integers(1, 12))
    return units(*rows), {code: n for code, n in counts.items() if n}


waves = st.tuples(trees(), st.integers(0, 10**6)).map(
    lambda drawn: a_wave(*drawn[0], np.random.default_rng(drawn[1]))
)


@examples(5, audit=300)
@given(wave=waves)
def test_no_hidden_figure_follows_from_all_that_is_published(wave):
    table = wave.protected().estimates.frame
    shown = (table["status"] == "published").to_numpy()
    if shown.any():
        assert hidden_figures_found(wave, table, shown=shown) == []


def test_the_attack_finds_what_primary_suppression_alone_gives_away():
    # one unit of 9 among large ones: its figures are what is missing from the total
    frame = units(("a", "ost", "hoy", 90), ("b", "ost", "lav", 90), ("c", "vest", "hoy", 90))
    wave = a_wave(frame, {"a": 9, "b": 40, "c": 40}, np.random.default_rng(1))
    table = wave.protected().estimates.frame
    primary_only = (table["status"] != "suppressed_primary").to_numpy()
    found = hidden_figures_found(wave, table, shown=primary_only)
    assert ("KI", "mean", "", "unit", "a") in found
    assert (
        hidden_figures_found(wave, table, shown=(table["status"] == "published").to_numpy()) == []
    )


@examples(4, audit=150)
@given(wave=waves, seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_does_not_matter(wave, seed):
    exact = wave.estimates().frame
    shuffled = exact.sample(frac=1, random_state=seed)
    key = ["measure", "statistic", "category", "level", "domain"]
    tables = [
        protect(EstimateTable(rows), ChangeTable.empty(), plan=wave.plan)
        .estimates.frame.sort_values(key)
        .reset_index(drop=True)
        for rows in (exact, shuffled)
    ]
    pd.testing.assert_frame_equal(*tables)


@examples(5, audit=200)
@given(wave=waves, k=st.integers(3, 20), more=st.integers(1, 20))
def test_what_is_too_small_stays_too_small_with_a_larger_minimum_group(wave, k, more):
    exact = wave.estimates()
    small, large = (
        protect(
            exact, ChangeTable.empty(), plan=wave.plan_with(DisclosureRules(minimum_group=g))
        ).estimates.frame["status"]
        for g in (k, k + more)
    )
    assert (large[small == "suppressed_primary"] == "suppressed_primary").all()
    assert (exact.frame.loc[large == "published", "n"] >= k + more).all()


NOBODY_ASKED = (
    pd.DataFrame({
        "unit": [f"u{at}" for at in range(5)], "region": "ost", "unit_type": "hoy",
        "population": 60,
    }),
    {"u0": 3, "u1": 3, "u3": 3, "u4": 3},
)  # fmt: skip


@examples(12, audit=40)
@given(tree=trees(), seed=st.integers(0, 10**6), k=st.integers(3, 8))
@example(tree=NOBODY_ASKED, seed=5, k=3)
def test_no_hidden_count_of_answers_follows_from_the_others(tree, seed, k):
    frame, counts = tree
    domains = DomainTree.staff(frame)
    rng = np.random.default_rng(seed)
    told = {("unit", code): counts.get(code, 0) for code in frame["unit"]}
    asked = {key: n + int(rng.integers(0, 30)) for key, n in told.items()}
    for figures in (told, asked):
        for column, level in (("region", "region"), ("unit_type", "unit_type")):
            for row in frame.itertuples():
                key = (level, getattr(row, column))
                figures[key] = figures.get(key, 0) + figures["unit", row.unit]
        figures["agency", ""] = sum(figures["unit", code] for code in frame["unit"])
    shown = protect_participation(asked, told, tree=domains, rules=DisclosureRules(minimum_group=k))
    exact = ((shown["status"] == "published") & (shown["bound"] == "")).to_numpy()
    cells = zip(shown["level"], shown["domain"], strict=True)
    rows = np.array([_inside(frame, level, code) for level, code in cells])
    # where nobody was asked nobody answered: the register says so, whatever is told
    hidden = ~exact & np.array([asked[key] > 0 for key in domains.keys])
    if exact.any() and hidden.any():
        assert not follows(rows[exact], rows[hidden]).any()
    n = np.array([told[key] for key in domains.keys])
    assert (n[exact] >= k).all()


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(more, marks=pytest.mark.slow) for more in (1, 2))]
)
def test_twelve_waves_with_changes_give_no_hidden_mean_away(seed):
    rng = np.random.default_rng(seed)
    rows = [(f"u{i}", REGIONS[i % 3], TYPES[i // 2 % 3], 60) for i in range(9)]
    frame = units(*rows)
    size = rng.integers(6, 40, len(rows))
    published: list[PublishedCells] = []
    exact: list[pd.DataFrame] = []
    known, hidden, primary_known = [], [], []
    for number in range(12):
        counts = {
            row[0]: int(max(1, n + rng.integers(-4, 5))) for row, n in zip(rows, size, strict=True)
        }
        wave = a_wave(frame, counts, rng, scales={"S": ("s.1", "s.2")}, indices={})
        means = wave.estimates().frame.query("measure == 'S' and statistic == 'mean'")
        changes = _changes(means, exact[-1], f"w{number - 1}") if exact else ChangeTable.empty()
        cleared = protect(EstimateTable(means), changes, plan=wave.plan, earlier=tuple(published))
        table = cleared.estimates.frame
        where = dict(zip(frame["unit"], range(9), strict=True))
        n = np.array([counts[u] for u in where])
        for row, status in zip(means.itertuples(), table["status"], strict=True):
            vector = np.zeros((12, 9))
            inside = _inside(frame, row.level, row.domain)
            vector[number] = inside * n / max(inside @ n, 1)
            (known if status == "published" else hidden).append(vector.ravel())
            if status != "suppressed_primary":
                primary_known.append(vector.ravel())
        shown_changes = cleared.changes.frame.query("status == 'published'")
        for change in shown_changes.itertuples():
            assert ("S", "mean", "", change.level, change.domain) in published[-1].shown
        published.append(PublishedCells.of(f"w{number}", cleared.estimates.frame))
        exact.append(means)
    assert not follows(np.array(known), np.array(hidden)).any()
    assert follows(np.array(primary_known), np.array(hidden)).any()


def _inside(frame, level, domain):
    column = {"unit": "unit", "region": "region", "unit_type": "unit_type"}.get(level)
    return (
        np.ones(len(frame)) if column is None else (frame[column] == domain).to_numpy(dtype=float)
    )


def _changes(now, before, since):
    both = now.merge(before, on=["measure", "statistic", "level", "domain"], suffixes=("", "_b"))
    difference = both["mean"] - both["mean_b"]
    frame = both.assign(
        since=since,
        role="previous",
        difference=difference,
        se=1.0,
        low=difference - 2,
        high=difference + 2,
        p=0.5,
        p_adjusted=0.5,
        verdict="uncertain",
        under_limit=False,
        margin=3.0,
    )
    return ChangeTable(frame[list(CHANGE_COLUMNS)])


ATOMS = "abcdefg"
sets_of_atoms = st.frozensets(st.sampled_from(ATOMS), min_size=1)


def _vector(atoms):
    return np.array([float(atom in atoms) for atom in ATOMS])


def _statements(sets):
    return [ReleasedTotal("x", atoms, (str(number),)) for number, atoms in enumerate(sets)]


@examples(30, audit=100)
@given(told=st.lists(sets_of_atoms, min_size=1, max_size=8), wanted=sets_of_atoms)
def test_a_total_follows_exactly_where_floating_point_linear_algebra_says_so(told, wanted):
    rows = np.array([_vector(atoms) for atoms in told])
    ledger = ReleasedTotals(_statements(told))
    assert ledger.discloses("x", wanted) == follows(rows, _vector(wanted)[np.newaxis])[0]
    used = [one.cells for one in ledger.combination("x", wanted)]
    if used:
        own = np.array([_vector(atoms) for atoms in used])
        assert follows(own, _vector(wanted)[np.newaxis])[0]


@examples(20, audit=60)
@given(told=st.lists(sets_of_atoms, min_size=1, max_size=8), data=st.data())
def test_a_ledger_that_grows_says_what_one_made_at_once_says(told, data):
    order = data.draw(st.permutations(range(len(told))))
    statements = _statements(told)
    grown = ReleasedTotals(statements[:1])
    for statement in statements[1:]:
        grown.add(statement)
    at_once = ReleasedTotals([statements[place] for place in order])
    for size in range(1, len(ATOMS) + 1):
        for wanted in itertools.combinations(ATOMS, size):
            assert grown.discloses("x", wanted) == at_once.discloses("x", wanted)


@examples(30, audit=100)
@given(
    standing=st.lists(sets_of_atoms, max_size=4),
    proposed=st.lists(sets_of_atoms, min_size=1, max_size=6),
    hidden=st.lists(sets_of_atoms, max_size=3),
    sizes=st.lists(st.integers(1, 12), min_size=len(ATOMS), max_size=len(ATOMS)),
    k=st.integers(2, 9),
)
def test_nothing_secret_follows_from_what_is_left_and_less_is_left_with_a_larger_minimum_group(
    standing, proposed, hidden, sizes, k
):
    n = dict(zip(ATOMS, sizes, strict=True))
    known = [ReleasedTotal("x", atoms, ("before", str(i))) for i, atoms in enumerate(standing)]
    wanted = [
        ReleasedTotal("x", atoms, ("now", str(i)), respondents=sum(n[a] for a in atoms))
        for i, atoms in enumerate(proposed)
    ]
    secrets = [SensitiveTotal("x", atoms, "it is hidden") for atoms in hidden]
    withheld = suppress_totals(known, wanted, secrets, sizes={"x": n}, minimum_group=k)
    gone = {one.total.label for one in withheld}
    before = np.array([_vector(atoms) for atoms in standing]).reshape(-1, len(ATOMS))
    left = [_vector(one.cells) for one in wanted if one.label not in gone]
    after = np.vstack([before, *left])
    every = [
        frozenset(chosen)
        for size in range(1, len(ATOMS) + 1)
        for chosen in itertools.combinations(ATOMS, size)
    ]
    few = [atoms for atoms in every if sum(n[a] for a in atoms) < k]
    secret = [*hidden, *few, *(one.total.cells for one in withheld)]
    if secret:
        rows = np.array([_vector(atoms) for atoms in secret])
        told_before = follows(before, rows) if len(before) else np.zeros(len(rows), dtype=bool)
        now = follows(after, rows) if len(after) else np.zeros(len(rows), dtype=bool)
        assert not (now & ~told_before).any()
    if not gone:
        # nothing had to be withheld, so nothing has to be with a smaller k
        assert suppress_totals(known, wanted, secrets, sizes={"x": n}, minimum_group=k - 1) == []


@examples(5, audit=200)
@given(wave=waves, limits=st.tuples(st.integers(10, 20), st.integers(10, 20)))
def test_no_hidden_figure_follows_from_two_versions_of_a_publication(wave, limits):
    exact = wave.estimates()
    plans = [wave.plan_with(DisclosureRules(limits={"staff_mean": limit})) for limit in limits]
    first = protect(exact, ChangeTable.empty(), plan=plans[0]).estimates.frame
    told = PriorRelease.of("version 1", plans[0].tree, first)
    second = protect(
        exact, ChangeTable.empty(), plan=plans[1], prior_releases=[told]
    ).estimates.frame
    shown = ((first["status"] == "published") | (second["status"] == "published")).to_numpy()
    if shown.any():
        assert hidden_figures_found(wave, second, shown=shown) == []
