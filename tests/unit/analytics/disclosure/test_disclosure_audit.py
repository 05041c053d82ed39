"""The audit by itself, beside linear algebra: it knows nothing of how cells were chosen."""

import itertools

import numpy as np

from analytics.disclosure.audit import audited_table
from analytics.disclosure.audit.audit import audit
from analytics.disclosure.audit.candidate_release import CandidateRelease
from analytics.disclosure.audit.released_totals import ReleasedTotals
from analytics.disclosure.table import DomainTree
from analytics.disclosure.table.finest_cells import partitions_of
from analytics.disclosure.table.network import connected_to, spanning_forest
from tests.unit.analytics.disclosure.attack import follows
from tests.unit.analytics.disclosure.trees import units

FRAME = units(
    ("a", "ost", "hoy", 40), ("b", "ost", "lav", 40), ("c", "vest", "hoy", 90),
    ("d", "vest", "lav", 90),
)  # fmt: skip


def networks(rng, times, share=0.5):
    """Draw networks of eight units, and some of their edges."""
    for _ in range(times):
        rows = [(f"u{i}", str(rng.integers(3)), "abc"[rng.integers(3)], 60) for i in range(8)]
        network = DomainTree.staff(units(*rows)).networks()[0]
        yield network, rng.random(len(network.cell)) < share


def test_nodes_hang_together_where_powers_of_the_adjacency_matrix_say_so():
    rng = np.random.default_rng(5)
    for network, hidden in (*networks(rng, 20), *networks(rng, 20, share=0.1)):
        beside = np.eye(network.nodes)
        beside[network.tail[hidden], network.head[hidden]] = 1
        beside[network.head[hidden], network.tail[hidden]] = 1
        reached = np.linalg.matrix_power(beside, network.nodes) > 0
        for start in ([0], [1, network.nodes - 1]):
            assert (connected_to(network, hidden, start) == reached[start].any(axis=0)).all()


def test_paths_of_the_forest_lead_from_node_to_node():
    rng = np.random.default_rng(6)
    for network, hidden in (*networks(rng, 20), *networks(rng, 20, share=0.1)):
        forest = spanning_forest(network, hidden)
        steps = np.zeros((len(forest.edges), network.nodes))
        steps[np.arange(len(forest.edges)), network.head[forest.edges]] += 1
        steps[np.arange(len(forest.edges)), network.tail[forest.edges]] -= 1
        for node in range(network.nodes):
            ends = forest.paths[node] @ steps
            root = np.flatnonzero(connected_to(network, hidden, [node]))[0]
            assert (ends == np.eye(network.nodes)[node] - np.eye(network.nodes)[root]).all()


def test_bridges_and_cycles_are_those_of_linear_algebra():
    rng = np.random.default_rng(4)
    for network, hidden in networks(rng, 60):
        forest = spanning_forest(network, hidden)
        # conservation at each node, over the hidden edges only
        nodes = np.zeros((network.nodes, len(network.cell)))
        np.add.at(nodes, (network.tail, np.arange(len(network.cell))), 1.0)
        np.add.at(nodes, (network.head, np.arange(len(network.cell))), -1.0)
        known = nodes[:, forest.edges]
        found = np.isin(forest.edges, forest.bridges)
        assert (follows(known, np.eye(len(forest.edges))) == found).all()
        sums = (rng.random((10, len(forest.edges))) < 0.4).astype(np.int64)
        sums = sums[sums.any(axis=1)]
        assert (follows(known, sums.astype(float)) == forest.determined(sums)).all()


KI = ("KI", "mean", "")


def look(shown, n):
    n = {("unit", code): count for code, count in n.items()}
    for row in FRAME.itertuples():
        for key in (("region", row.region), ("unit_type", row.unit_type), ("agency", "")):
            n[key] = n.get(key, 0) + n["unit", row.unit]
    tree = DomainTree.staff(FRAME)
    return audit(
        CandidateRelease(tree, {KI: frozenset(shown)}, {KI: n}, minimum_group=5, remainder=10)
    )


def test_the_audit_finds_exactly_the_hidden_cells_that_follow():
    n = {"a": 12, "b": 14, "c": 16, "d": 18}
    keys = DomainTree.staff(FRAME).keys
    rows = {
        key: [
            float(key[0] == "agency" or key[1] in (u.unit, u.region, u.unit_type))
            for u in FRAME.itertuples()
        ]
        for key in keys
    }
    for size in range(len(keys)):
        for shown in itertools.combinations(keys, size + 1):
            hidden = [key for key in keys if key not in shown]
            if not hidden:
                continue
            found = {
                (leak.level, leak.domain)
                for leak in look(set(shown), n)
                if leak.reason == "it is a combination of published cells"
            }
            follow = follows(
                np.array([rows[key] for key in shown]), np.array([rows[key] for key in hidden])
            )
            assert found == {key for key, yes in zip(hidden, follow, strict=True) if yes}


def test_the_audit_finds_a_rest_that_is_too_small():
    leaks = look(
        {("agency", ""), ("region", "ost"), ("unit", "b")}, {"a": 4, "b": 14, "c": 16, "d": 18}
    )
    reasons = {(leak.domain, leak.reason) for leak in leaks}
    assert ("ost", "what is left beside its published parts is too small") in reasons
    assert ("a", "a few respondents follow from published cells") in reasons


def test_where_no_version_came_before_each_table_is_taken_apart_once(monkeypatch):
    taken_apart = []

    def counted(totals=()):
        kept = list(totals)
        taken_apart.extend([None] if kept else [])
        return ReleasedTotals(kept)

    monkeypatch.setattr(audited_table, "ReleasedTotals", counted)
    look(set(DomainTree.staff(FRAME).keys), {"a": 12, "b": 14, "c": 16, "d": 18})
    # the figure, and the numbers of respondents
    assert len(taken_apart) == 2 * len(partitions_of(DomainTree.staff(FRAME)))


def test_the_audit_compares_an_index_with_its_parts():
    whole = ("agency", "")
    names = {measure: (measure, "mean", "") for measure in ("KI", "TRY", "APN")}
    shown = {name: frozenset({whole} if name != KI else ()) for name in names.values()}
    counts = {name: {whole: 40} for name in names.values()}
    leaks = audit(
        CandidateRelease(
            DomainTree(()), shown, counts, minimum_group=5, remainder=10,
            indices={"KI": ("TRY", "APN")},
        )
    )  # fmt: skip
    assert [leak.measure for leak in leaks] == ["KI"]
