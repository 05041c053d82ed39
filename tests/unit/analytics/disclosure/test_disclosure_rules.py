"""Limits, the plan, the seal, counts of answers and the audit by itself."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure import display_limits
from analytics.disclosure.audit import audit
from analytics.disclosure.errors import DisclosureError
from analytics.disclosure.network import spanning_forest
from analytics.disclosure.participation import participation
from analytics.disclosure.plan import plan_wave
from analytics.disclosure.protect import PublishableTable, restore
from analytics.disclosure.publication import Publication
from analytics.disclosure.rounding import round_estimates
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.tree import Domain, DomainTree
from questionnaires.loader import load_library
from tests.unit.analytics.disclosure.attack import follows
from tests.unit.analytics.disclosure.trees import a_wave, the_agency, units

FRAME = units(
    ("a", "ost", "hoy", 40), ("b", "ost", "lav", 40), ("c", "vest", "hoy", 90),
    ("d", "vest", "lav", 90),
)  # fmt: skip
LIBRARY = load_library()


def test_the_minimum_group_is_never_below_three():
    assert DisclosureRules(minimum_group=3).minimum_group == 3
    with pytest.raises(DisclosureError, match="may not be below 3"):
        DisclosureRules(minimum_group=2)


def test_a_display_limit_may_be_lowered_but_not_below_the_minimum_group():
    assert DisclosureRules(limits={"staff_mean": 5}).limit("staff_mean") == 5
    with pytest.raises(DisclosureError, match="staff_mean is 4, below the minimum group of 5"):
        DisclosureRules(limits={"staff_mean": 4})
    with pytest.raises(DisclosureError, match="no display limit called 'staff_maen'"):
        DisclosureRules(limits={"staff_maen": 10})


def test_a_large_minimum_group_raises_every_limit_to_itself():
    assert min(v for k, v in DisclosureRules(minimum_group=25).facts().items()) == 25


@pytest.mark.parametrize(
    "strange",
    [
        {"population": "prisoners"},
        {"level": "planet"},
        {"kind": "rumour"},
        {"statistic": "median"},
        {"population": "public", "level": "unit"},
        {"population": "stakeholders", "level": "group"},
        {"measure": "vp.hen.1", "statistic": "mean"},
    ],
)
def test_a_result_that_no_rule_names_is_never_shown(strange):
    ordinary = {
        "population": "staff", "level": "unit", "kind": "index", "statistic": "mean",
        "measure": "KI",
    }  # fmt: skip
    assert DisclosureRules().requirement(**ordinary).n == 10
    assert DisclosureRules().requirement(**ordinary | strange) is None


# instruments.md 4.6
@pytest.mark.parametrize(
    ("population", "level", "statistic", "measure", "n", "people", "n_eff"),
    [
        ("staff", "unit", "mean", "KI", 10, 15, 0),
        ("staff", "unit", "share", "vp.try.1", 20, 15, 0),
        ("staff", "unit", "mean", "vp.sik.3", 20, 15, 0),
        ("staff", "agency", "balance", "AMB", 50, 15, 0),
        ("staff", "group", "mean", "KI", 30, 0, 0),
        ("public", "agency", "mean", "OI", 50, 0, 500),
        ("public", "group", "mean", "OI", 50, 0, 40),
        ("open", "agency", "mean", "OI", 50, 0, 40),
        ("stakeholders", "agency", "mean", "OI-kort", 10, 0, 0),
        ("stakeholders", "agency", "share", "om.evn.1", 20, 0, 0),
        ("candidates", "agency", "mean", "EAI-8", 10, 0, 0),
    ],
)
def test_each_kind_of_result_has_its_own_limit(
    population, level, statistic, measure, n, people, n_eff
):
    found = DisclosureRules().requirement(
        population=population, level=level, kind="index", statistic=statistic, measure=measure
    )
    assert (found.n, found.population, found.n_eff) == (n, people, n_eff)


def test_a_plan_knows_every_figure_that_its_form_gives():
    plan = plan_wave(LIBRARY.questionnaire("verdipuls.main"), the_agency(), rules=DisclosureRules())
    assert plan.foresees("KI", "index", "mean")
    assert plan.foresees("TRY-kjerne", "scale", "mean")
    assert plan.foresees("AMB", "index", "balance")
    assert plan.foresees("vp.hen.1", "item", "prevalence")
    assert plan.foresees("vp.try.1", "item", "share")
    assert not plan.foresees("bg.rolle", "item", "share")
    assert not plan.foresees("TI", "index", "mean")
    public = plan_wave(LIBRARY.questionnaire("omdomme"), rules=DisclosureRules())
    assert public.foresees("OI-lik", "index", "mean")
    assert public.foresees("TI", "index", "share")
    assert public.foresees("om.fil.2", "item", "share")
    assert ("group", "age:18-29") in public.tree.keys
    assert ("group", "contact:yes") in public.tree.keys


def test_a_plan_can_be_shown_before_the_wave_opens():
    plan = plan_wave(LIBRARY.questionnaire("verdipuls.main"), the_agency(), rules=DisclosureRules())
    tables = {(t.measure, t.statistic, t.level): (t.cells, t.n) for t in plan.tables}
    assert tables["KI", "mean", "unit"] == (55, 10)
    assert tables["vp.hen.2", "prevalence", "unit"] == (55, 50)
    assert tables["vp.try.1", "share", "region"] == (6, 20)


def test_a_plan_is_known_by_its_content():
    form = LIBRARY.questionnaire("verdipuls.main")
    plan = plan_wave(form, FRAME, rules=DisclosureRules())
    assert plan.hash.startswith("sha256:")
    assert plan.hash == plan_wave(form, FRAME.iloc[::-1], rules=DisclosureRules()).hash
    others = (
        plan_wave(form, FRAME, rules=DisclosureRules(minimum_group=6)),
        plan_wave(form, FRAME.iloc[1:], rules=DisclosureRules()),
        plan_wave(LIBRARY.questionnaire("verdipuls.k1"), FRAME, rules=DisclosureRules()),
    )
    assert plan.hash not in {other.hash for other in others}


def test_a_domain_without_its_parent_is_refused():
    with pytest.raises(DisclosureError, match="belongs to 'atlantis'"):
        DomainTree((Domain("unit", "a", "atlantis"),))
    with pytest.raises(DisclosureError, match="twice"):
        DomainTree((Domain("region", "a"), Domain("unit", "a", "a")))


def test_nobody_else_can_make_a_publishable_table():
    with pytest.raises(DisclosureError, match="protect only"):
        PublishableTable(pd.DataFrame(), object())


def test_a_stored_publication_comes_back_only_if_it_was_cleared():
    wave = a_wave(FRAME, {"a": 9, "b": 30, "c": 40, "d": 40}, np.random.default_rng(1))
    table = wave.protected().estimates
    assert restore(table.frame).frame.equals(table.frame)
    with pytest.raises(DisclosureError, match="without a status"):
        restore(wave.estimates().frame)
    leaking = table.frame
    leaking.loc[leaking["status"] == "suppressed_primary", "n"] = 9
    with pytest.raises(DisclosureError, match="holds a figure"):
        restore(leaking)


def test_the_frame_of_a_publishable_table_is_a_copy():
    wave = a_wave(FRAME, {"a": 9, "b": 30, "c": 40, "d": 40}, np.random.default_rng(1))
    table = wave.protected().estimates
    taken = table.frame
    taken.loc[:, "mean"] = 1.0
    assert not table.frame.equals(taken)


def test_the_report_tells_how_much_is_left_but_no_small_count():
    wave = a_wave(FRAME, {"a": 9, "b": 30, "c": 40, "d": 40}, np.random.default_rng(1))
    report = wave.protected().report
    assert set(report) == {
        "plan", "limits", "cells", "cells_from_k_published", "means_from_limit_published",
        "units_with_an_index",
    }  # fmt: skip
    # a hides itself, b with it in ost, c in hoy, d in vest and lav: no unit is left
    assert report["units_with_an_index"] == 0.0


def test_shares_are_whole_percent_below_100_and_means_have_one_decimal():
    frame = pd.DataFrame(
        {
            "statistic": ["mean", "share", "share", "mean"],
            "n": [40, 99, 100, 40],
            "mean": [61.25, 0.1234, 0.1234, -0.01],
            "se": [1.26, 0.034, 0.0345, 1.0],
            "low": 0.0, "high": 1.0, "se_model": 0.0, "deff": 1.234, "n_eff": 39.6, "df": 1.0,
        }
    )  # fmt: skip
    rounded = round_estimates(frame, no_spread=np.zeros(4, dtype=bool))
    assert rounded["mean"].tolist() == [61.2, 0.12, 0.123, 0.0]
    assert not np.signbit(rounded["mean"].iloc[3])
    assert rounded["se"].tolist() == [1.3, 0.03, 0.034, 1.0]
    assert rounded["n_eff"].tolist() == [40, 40, 40, 40]


def test_a_count_of_answers_is_held_back_where_nearly_everybody_answered():
    tree = DomainTree(tuple(Domain("region", code) for code in ("n", "o", "s", "v")))
    asked = {("region", code): 40 for code in "nosv"} | {("agency", ""): 160}
    told = dict(zip([("region", code) for code in "nosv"], (40, 37, 20, 22), strict=True))
    table = participation(asked, told | {("agency", ""): 119}, tree=tree, rules=DisclosureRules())
    rows = table.set_index("domain")
    # 160 - 119 silent, less 20 in s and 18 in v, would be the 3 of n and o: the smaller goes too
    assert rows.loc[["n", "o", "s"], "status"].tolist() == ["suppressed_primary"] * 3
    assert rows.loc["v", "answered"] == 22
    assert rows.loc["", "answered"] == 119


@pytest.mark.parametrize("silent", [(3, 0, 0), (0, 0, 0), (2, 1, 1), (0, 4, 0)])
def test_few_silent_in_several_units_together_are_not_what_told_counts_leave(silent):
    # type t in the north, whose other unit is told, is all of a, b and c
    people = dict(zip("abcdef", (30, 16, 26, 40, 40, 40), strict=True))
    quiet = dict(zip("abcdef", (*silent, 12, 12, 12), strict=True))
    region, kind = dict.fromkeys("abcd", "n"), dict.fromkeys("abcd", "t")
    units = [Domain("unit", u, region.get(u, "s"), kind.get(u, "v")) for u in "abcdef"]
    above = [Domain("region", "n"), Domain("region", "s")]
    tree = DomainTree((*above, Domain("unit_type", "t"), Domain("unit_type", "v"), *units))
    sums = []
    for count in (people, {unit: people[unit] - quiet[unit] for unit in people}):
        total = Counter({("agency", ""): sum(count.values())})
        for unit in units:
            for key in (
                ("unit", unit.code),
                ("region", unit.parent),
                ("unit_type", unit.unit_type),
            ):
                total[key] += count[unit.code]
        sums.append(total)
    rules = DisclosureRules(minimum_group=5)
    table = participation(*sums, tree=tree, rules=rules, known={("agency", "")})
    shown = table[table["answered"].notna()]
    told = set(zip(shown["level"], shown["domain"], strict=True))
    left = {("region", "n"), ("unit_type", "t")} & told
    assert not (left and ("unit", "d") in told)


def test_that_nearly_everybody_in_the_agency_answered_is_told_as_a_bound():
    tree = DomainTree((Domain("region", "n"), Domain("region", "o")))
    asked = {("region", "n"): 40, ("region", "o"): 40, ("agency", ""): 80}
    told = {("region", "n"): 40, ("region", "o"): 37, ("agency", ""): 77}
    rows = participation(asked, told, tree=tree, rules=DisclosureRules()).set_index("domain")
    assert rows.loc["", ["answered", "bound"]].tolist() == [75, "at_least"]


@pytest.mark.parametrize(
    ("silent", "people"),
    [((4, 4), (20, 20)), ((0, 12), (20, 15)), ((0, 0), (20, 20)), ((3, 4), (20, 20))],
)
def test_no_bound_of_a_unit_makes_an_equation_with_its_region(silent, people):
    # two of 20 with at least 15 each, and 8 silent between them, would be 16 and 16
    units = {"a": people[0], "b": people[1], "c": 60, "d": 60}
    quiet = {"a": silent[0], "b": silent[1], "c": 25, "d": 25}
    tree = DomainTree(
        (
            *(Domain("region", code) for code in "no"),
            *(Domain("unit", code, "o" if code == "d" else "n") for code in units),
        )
    )
    inside = {("region", "n"): "abc", ("region", "o"): "d", ("agency", ""): "abcd"}
    asked = {("unit", code): n for code, n in units.items()}
    told = {("unit", code): n - quiet[code] for code, n in units.items()}
    for key, codes in inside.items():
        asked[key] = sum(asked["unit", code] for code in codes)
        told[key] = sum(told["unit", code] for code in codes)
    table = participation(asked, told, tree=tree, rules=DisclosureRules())
    rows = table[table["domain"].isin(["a", "b"])]
    assert rows["bound"].tolist() == ["", ""]
    assert rows["status"].tolist() == ["suppressed_primary"] * 2
    assert rows["answered"].isna().all()


def test_a_count_of_answers_is_not_found_beside_the_numbers_that_stand_with_figures():
    tree = DomainTree(tuple(Domain("region", code) for code in ("n", "o", "s", "v")))
    asked = {("region", code): 40 for code in "nosv"} | {("agency", ""): 160}
    told = {("region", "n"): 3, ("region", "o"): 18, ("region", "s"): 25, ("region", "v"): 20}
    told |= {("agency", ""): 66}

    def hidden(known=()):
        table = participation(asked, told, tree=tree, rules=DisclosureRules(), known=known)
        return set(table.loc[table["status"] != "published", "domain"])

    # o covers the 3 of n by itself; but where means of o stand with their n, and v's do not,
    # 66 - 18 - 25 - 20 would be the 3: v covers them instead
    assert hidden() == {"n", "o"}
    assert hidden([("agency", ""), ("region", "o"), ("region", "s")]) == {"n", "v"}
    # figures that show all of them have given it away, and to hold o back keeps nothing
    assert hidden([("agency", ""), *(("region", code) for code in "osv")]) == {"n"}


def test_what_an_earlier_version_counted_is_read_over_the_domains_it_had():
    # u stood under s by mistake, and moved to n: the two versions of n differ by u's 30 and 15
    units = {"u": (30, 15), "a": (40, 3), "b": (40, 20), "c": (40, 18), "d": (40, 22)}

    def tree(region):
        parents = {"u": region, "a": "n", "b": "n", "c": "s", "d": "s"}
        return DomainTree(
            (
                *(Domain("region", code) for code in "ns"),
                *(Domain("unit", code, parent) for code, parent in parents.items()),
            )
        )

    def sums(at, region):
        parents = {"u": region, "a": "n", "b": "n", "c": "s", "d": "s"}
        found = {("unit", code): counts[at] for code, counts in units.items()}
        for code in "ns":
            found["region", code] = sum(
                counts[at] for unit, counts in units.items() if parents[unit] == code
            )
        return found | {("agency", ""): sum(counts[at] for counts in units.values())}

    def shown(region, earlier=()):
        table = participation(
            sums(0, region),
            sums(1, region),
            tree=tree(region),
            rules=DisclosureRules(),
            earlier=earlier,
        )
        told = table[(table["status"] == "published") & (table["bound"] == "")]
        return set(zip(told["level"], told["domain"], strict=True))

    first = shown("s")
    assert ("unit", "u") in first
    assert ("region", "n") in first  # 23, of which b is hidden for the sake of a's 3
    assert ("unit", "b") not in first
    second = shown("n", [(tree("s"), first)])
    # n has 38 now: less the 15 that were told, and b if it were told, a's 3 would be left
    assert ("unit", "b") not in second
    assert ("region", "s") in second


def test_a_unit_that_one_leaves_between_two_waves_is_not_found_by_subtraction():
    # 40 invited and 20 answered, then 39 and 20: each wave is counted for itself
    tree = DomainTree((Domain("region", "n"), Domain("region", "o")))
    shares = []
    for people in (40, 39):
        asked = {("region", "n"): people, ("region", "o"): 40, ("agency", ""): 40 + people}
        told = {("region", "n"): 20, ("region", "o"): 20, ("agency", ""): 40}
        table = participation(asked, told, tree=tree, rules=DisclosureRules())
        shares.append(table["status"].tolist())
    assert shares == [["published"] * 3] * 2


def test_a_unit_where_nobody_answered_is_not_found_by_subtraction():
    tree = DomainTree(tuple(Domain("region", code) for code in ("n", "o", "s")))
    asked = {("region", code): 40 for code in "nos"} | {("agency", ""): 120}
    told = {("region", "n"): 0, ("region", "o"): 18, ("region", "s"): 25, ("agency", ""): 43}
    table = participation(asked, told, tree=tree, rules=DisclosureRules()).set_index("domain")
    assert table.loc[["n", "o"], "answered"].isna().all()
    assert table.loc["s", "answered"] == 25
    with pytest.raises(DisclosureError, match="more answered than were invited"):
        participation({}, told, tree=tree, rules=DisclosureRules())


def test_bridges_and_cycles_are_those_of_linear_algebra():
    rng = np.random.default_rng(4)
    for _ in range(60):
        rows = [(f"u{i}", str(rng.integers(3)), "abc"[rng.integers(3)], 60) for i in range(8)]
        network = DomainTree.staff(units(*rows)).networks()[0]
        hidden = rng.random(len(network.cell)) < 0.5
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
    return audit(Publication(tree, {KI: frozenset(shown)}, {KI: n}, minimum_group=5, remainder=10))


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


def test_the_audit_compares_an_index_with_its_parts():
    whole = ("agency", "")
    names = {measure: (measure, "mean", "") for measure in ("KI", "TRY", "APN")}
    shown = {name: frozenset({whole} if name != KI else ()) for name in names.values()}
    counts = {name: {whole: 40} for name in names.values()}
    leaks = audit(
        Publication(
            DomainTree(()), shown, counts, minimum_group=5, remainder=10,
            indices={"KI": ("TRY", "APN")},
        )
    )  # fmt: skip
    assert [leak.measure for leak in leaks] == ["KI"]


def test_every_limit_has_a_number_of_its_own_and_none_is_below_three():
    assert min(display_limits.DISPLAY_LIMITS.values()) >= display_limits.LOWEST_MINIMUM_GROUP
