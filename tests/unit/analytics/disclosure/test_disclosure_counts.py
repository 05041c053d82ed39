"""How many answered: what is told of it, beside the register and earlier versions."""

from collections import Counter

import pytest

from analytics.disclosure.participation import protect_participation
from analytics.disclosure.rules import DisclosureError, DisclosureRules
from analytics.disclosure.table import DomainTree, TableDomain


def test_a_count_of_answers_is_held_back_where_nearly_everybody_answered():
    tree = DomainTree(tuple(TableDomain("region", code) for code in ("n", "o", "s", "v")))
    asked = {("region", code): 40 for code in "nosv"} | {("agency", ""): 160}
    told = dict(zip([("region", code) for code in "nosv"], (40, 37, 20, 22), strict=True))
    table = protect_participation(
        asked, told | {("agency", ""): 119}, tree=tree, rules=DisclosureRules()
    )
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
    units = [TableDomain("unit", u, region.get(u, "s"), kind.get(u, "v")) for u in "abcdef"]
    above = [TableDomain("region", "n"), TableDomain("region", "s")]
    tree = DomainTree(
        (*above, TableDomain("unit_type", "t"), TableDomain("unit_type", "v"), *units)
    )
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
    table = protect_participation(*sums, tree=tree, rules=rules, known={("agency", "")})
    shown = table[table["answered"].notna()]
    told = set(zip(shown["level"], shown["domain"], strict=True))
    left = {("region", "n"), ("unit_type", "t")} & told
    assert not (left and ("unit", "d") in told)


def test_that_nearly_everybody_in_the_agency_answered_is_told_as_a_bound():
    tree = DomainTree((TableDomain("region", "n"), TableDomain("region", "o")))
    asked = {("region", "n"): 40, ("region", "o"): 40, ("agency", ""): 80}
    told = {("region", "n"): 40, ("region", "o"): 37, ("agency", ""): 77}
    rows = protect_participation(asked, told, tree=tree, rules=DisclosureRules()).set_index(
        "domain"
    )
    assert rows.loc["", ["answered", "bound"]].tolist() == [75, "at_least"]


@pytest.mark.parametrize("answered", [16, 14, 11, 9])
def test_the_whole_says_what_the_receipts_say_and_no_region_says_more_by_it(answered):
    tree = DomainTree((TableDomain("region", "n"), TableDomain("region", "o")))
    asked = {("region", "n"): 8, ("region", "o"): 8, ("agency", ""): 16}
    told = {("region", "n"): 8, ("region", "o"): answered - 8, ("agency", ""): answered}
    table = protect_participation(
        asked, told, tree=tree, rules=DisclosureRules(), known={("agency", "")}
    )
    rows = table.set_index("domain")
    assert rows.loc["", ["answered", "bound", "status"]].tolist() == [answered, "", "published"]
    assert rows.loc[["n", "o"], "answered"].isna().all()


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
            *(TableDomain("region", code) for code in "no"),
            *(TableDomain("unit", code, "o" if code == "d" else "n") for code in units),
        )
    )
    inside = {("region", "n"): "abc", ("region", "o"): "d", ("agency", ""): "abcd"}
    asked = {("unit", code): n for code, n in units.items()}
    told = {("unit", code): n - quiet[code] for code, n in units.items()}
    for key, codes in inside.items():
        asked[key] = sum(asked["unit", code] for code in codes)
        told[key] = sum(told["unit", code] for code in codes)
    table = protect_participation(asked, told, tree=tree, rules=DisclosureRules())
    rows = table[table["domain"].isin(["a", "b"])]
    assert rows["bound"].tolist() == ["", ""]
    assert rows["status"].tolist() == ["suppressed_primary"] * 2
    assert rows["answered"].isna().all()


def test_a_count_of_answers_is_not_found_beside_the_numbers_that_stand_with_figures():
    tree = DomainTree(tuple(TableDomain("region", code) for code in ("n", "o", "s", "v")))
    asked = {("region", code): 40 for code in "nosv"} | {("agency", ""): 160}
    told = {("region", "n"): 3, ("region", "o"): 18, ("region", "s"): 25, ("region", "v"): 20}
    told |= {("agency", ""): 66}

    def hidden(known=()):
        table = protect_participation(asked, told, tree=tree, rules=DisclosureRules(), known=known)
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
                *(TableDomain("region", code) for code in "ns"),
                *(TableDomain("unit", code, parent) for code, parent in parents.items()),
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
        table = protect_participation(
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
    tree = DomainTree((TableDomain("region", "n"), TableDomain("region", "o")))
    shares = []
    for people in (40, 39):
        asked = {("region", "n"): people, ("region", "o"): 40, ("agency", ""): 40 + people}
        told = {("region", "n"): 20, ("region", "o"): 20, ("agency", ""): 40}
        table = protect_participation(asked, told, tree=tree, rules=DisclosureRules())
        shares.append(table["status"].tolist())
    assert shares == [["published"] * 3] * 2


def test_a_unit_where_nobody_answered_is_not_found_by_subtraction():
    tree = DomainTree(tuple(TableDomain("region", code) for code in ("n", "o", "s")))
    asked = {("region", code): 40 for code in "nos"} | {("agency", ""): 120}
    told = {("region", "n"): 0, ("region", "o"): 18, ("region", "s"): 25, ("agency", ""): 43}
    table = protect_participation(asked, told, tree=tree, rules=DisclosureRules()).set_index(
        "domain"
    )
    assert table.loc[["n", "o"], "answered"].isna().all()
    assert table.loc["s", "answered"] == 25
    with pytest.raises(DisclosureError, match="more answered than were invited"):
        protect_participation({}, told, tree=tree, rules=DisclosureRules())


def test_more_answers_than_people_in_the_rest_of_a_region_are_counted_all_the_same():
    # a small unit moved from n to s after its people were invited: its 6 answers lie in n
    units = (("a", "n"), ("b", "n"), ("c", "s"), ("d", "s"))
    regions = (TableDomain("region", "n"), TableDomain("region", "s"))
    tree = DomainTree((*regions, *(TableDomain("unit", *one) for one in units)))
    asked = {("region", "n"): 42, ("region", "s"): 50, ("agency", ""): 92}
    asked |= {("unit", unit): people for unit, people in zip("abcd", (20, 20, 20, 22), strict=True)}
    told = {("region", "n"): 14 + 14 + 6, ("region", "s"): 18 + 14, ("agency", ""): 66}
    told |= {("unit", unit): n for unit, n in zip("abcd", (14, 14, 18, 14), strict=True)}
    rows = protect_participation(
        asked, told, tree=tree, rules=DisclosureRules(minimum_group=5), known={("agency", "")},
        seen={("unit", unit): 10 for unit in "abcd"},
    ).set_index(["level", "domain"])  # fmt: skip
    assert rows.loc[("agency", ""), "answered"] == 66
    assert rows.loc[("region", "n"), "answered"] == 34
    assert rows.loc[("unit", "c"), "status"] == "suppressed_primary"
