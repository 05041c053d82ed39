"""Among whom: all groups and counties in one table, judged at once, and the sentences above it."""

import copy
import re
from types import SimpleNamespace

from survey_app.reading.published import Published
from survey_app.reading.reputation.among import among
from survey_app.reading.reputation.findings import reputation_findings
from survey_app.reading.reputation.groups import county_figure, grouped
from survey_app.reading.reputation.questions import questions_of_public
from survey_app.reading.sides import side_of
from survey_app.shared.i18n import speaking
from survey_app.shared.pages import environment
from tests.builders_publication import public_series

LAST = public_series()[-1]
ALIKE = (
    "Endringen %s er anslått omtrent lik i alle gruppene som kan sammenlignes: %s poeng. Det er "
    "ikke nok til å kalles økt eller redusert."
)
NONE_MOVED = "I ingen gruppe er endringen %s stor og sikker nok til å kalles økt eller redusert."


def with_groups(levels, changes):
    """Move groups of trust to these levels, and give those named a change since both waves."""
    content = copy.deepcopy(LAST)
    content["warnings"] = []
    for row in content["estimates"]:
        if row["measure"] == "TI" and row["level"] == "group" and row["status"] == "published":
            mean = levels.get(row["domain"], 62.0)
            row |= {"mean": mean, "low": mean - 1.0, "high": mean + 1.0}
        if (row["measure"], row["level"], row["statistic"]) == ("TI", "agency", "mean"):
            row |= {"mean": 62.0, "low": 61.5, "high": 62.5}
    whole = [one for one in content["changes"] if one["measure"] == "TI"]
    shown = [d["code"] for d in content["domains"]
             if d["level"] == "group" and d["status"] == "published"]  # fmt: skip
    for code in shown:
        for one in whole:
            verdict, size = changes.get((code, one["role"]), ("steady", 0.4))
            content["changes"].append(one | {
                "level": "group", "domain": code, "verdict": verdict, "difference": size,
                "model_difference": size, "model_low": size - 1, "model_high": size + 1,
            })  # fmt: skip
    return Published(content)


def without_hidden(shown):
    content = copy.deepcopy(dict(shown.content))
    content["domains"] = [
        one for one in content["domains"]
        if one["level"] != "group"
        or ((cell := shown.estimate("TI", "group", one["code"])) is not None and cell.shown)
    ]  # fmt: skip
    return Published(content)


def told(shown):
    return [one.replace("\xa0", " ") for one in among(shown, "TI", "nb").sentences]


def test_groups_and_counties_stand_in_one_table_and_are_compared_all_at_once():
    shown = with_groups({"age:75+": 66.0}, {})
    found = among(shown, "TI", "nb")
    assert found.blocks[-1][0] == "Fylke"
    rows = [group for _, groups in found.blocks for group in groups]
    assert found.compared == sum(row.estimate is not None for row in rows)
    assert found.compared == len(grouped(shown, "TI")) > 25
    whole = shown.estimate("TI")
    for row in rows:
        assert row.row.side == side_of(row.estimate, whole, found.compared)
        assert (row.estimate is None) == bool(row.row.hidden)
    drawn = {row.name: row.side for row in county_figure(shown, "TI", "nb").table}
    table = {row.row.name: row.row.side for row in found.blocks[-1][1]}
    assert drawn == table


def test_what_stands_apart_and_what_has_moved_is_named_in_the_tables_order():
    shown = with_groups(
        {"age:75+": 66.0, "county:33": 56.0},
        {("age:18-29", "first"): ("down", -4.0), ("gender:man", "first"): ("down", -5.0)},
    )
    assert told(shown) == [
        "Lavere tillit enn befolkningen samlet: «Buskerud».",
        "Høyere tillit enn befolkningen samlet: «75 år eller eldre».",
        ALIKE % ("siden september 2025", "+0,4"),
        "Redusert siden september 2024: «18–29 år» og «Mann».",
    ]


def test_where_nearly_all_have_moved_alike_the_others_are_named():
    many = grouped(with_groups({}, {}), "TI")
    risen = {(one.code, "first"): ("up", 4.0) for one in many}
    [_, _, all_of, sizes] = told(with_groups({}, risen))
    # one is hidden
    assert all_of == "Økt siden september 2024 i alle gruppene som kan sammenlignes."
    assert sizes.endswith("omtrent lik i alle gruppene som kan sammenlignes: +4,0 poeng.")
    but = told(with_groups({}, risen | {("age:18-29", "first"): ("down", -4.0)}))
    assert "Redusert siden september 2024: «18–29 år»." in but
    told_of_all = "Økt siden september 2024 i alle gruppene som kan sammenlignes, unntatt"
    assert f"{told_of_all} «18–29 år»." in but
    few = dict(list(risen.items())[:4])
    assert told(with_groups({}, few))[2].startswith("Økt siden september 2024: «")


def test_nothing_apart_and_nothing_moved_is_said_of_each_wave():
    far = {("age:18-29", role): ("uncertain", 2.4) for role in ("previous", "first")}
    sentences = told(with_groups({}, far))
    assert sentences[0] == "Ingen gruppe skiller seg sikkert fra befolkningen samlet."
    assert len([one for one in sentences if one.startswith("I ingen gruppe")]) == 2


def test_groups_that_moved_about_alike_are_told_so_with_the_least_and_the_most():
    sizes = {("age:18-29", "previous"): ("steady", 1.2), ("gender:man", "first"): ("steady", 1.6)}
    found = told(with_groups({}, sizes))
    assert found[1] == ALIKE % ("siden september 2025", "+0,4 til +1,2")
    assert found[2] == NONE_MOVED % "siden september 2024"


def test_groups_are_known_to_be_judged_since_the_previous_and_the_first_wave_alone():
    found = among(with_groups({}, {}), "TI", "nb")
    assert found.judged_since("2025-09")
    assert found.judged_since("2024-09")
    assert not found.judged_since("2025-03")


def test_the_table_has_a_column_for_each_wave_that_a_change_is_told_since():
    shown = with_groups({}, {})
    assert among(shown, "TI", "nb").told == (0, 1)
    rows = shown.content["changes"]
    latest = next(one for one in rows if one["role"] == "previous")
    # the second wave of all: its previous one is the first
    same = {key: latest[key] for key in ("since", "since_labels") if key in latest}
    second = [one | same for one in rows]
    assert among(Published({**shown.content, "changes": second}), "TI", "nb").told == (0,)
    assert among(Published({**shown.content, "changes": []}), "TI", "nb").told == ()


def test_a_group_that_cannot_be_compared_says_so_and_is_on_no_side():
    shown = Published(LAST)
    young = next(
        group for _, groups in among(shown, "VEL", "nb").blocks for group in groups
        if group.row.name == "18–29 år"
    )  # fmt: skip
    assert young.row.side == "none"
    assert young.verdict.word == "Ikke sammenlignbart"


def test_every_question_stands_once_under_its_goal_with_its_change():
    shown = Published(LAST)
    found = questions_of_public(shown, "", "nb")
    asked = [one.row.code for goal in found.goals for part in goal.parts for one in part.questions]
    items = [one.code for one in shown.measures.values() if one.kind == "item"]
    assert sorted(asked) == sorted(items)
    assert [row.name for row in found.sides] == [
        "Evne", "Velvilje", "Integritet", "Åpenhet", "Troverdighet"
    ]  # fmt: skip
    trust = found.goals[0]
    assert (trust.count, trust.parts[0].name) == (15, "Evne")
    assert {one.row.code for one in found.goals[-1].parts[0].questions} == {"om.til.1", "om.tot.1"}
    since = questions_of_public(shown, "2024-09", "nb")
    cells = [one.row.previous for goal in since.goals for part in goal.parts
             for one in part.questions]  # fmt: skip
    assert {cell.since for cell in cells} == {"siden september 2024"}


def test_who_lacks_a_view_of_a_side_of_trust_is_a_finding_that_does_not_deny_their_answers():
    # fewer have a score on every side than stand behind the index: the rest are in it in part
    shown = Published(LAST)
    view, index = shown.estimate("TI", "agency", "", "share", "view"), shown.estimate("TI")
    assert view.mean * view.n < index.n
    found = reputation_findings(Published(LAST), "", "nb")[-1]
    assert found.sign == "level"
    text = re.sub("<[^>]+>", "", str(found.text)).replace("\xa0", " ")
    assert text.startswith(
        "16 % har ikke en mening om alle sider ved tilliten (usikkerhet 14–18 %)"
    )
    assert "for ofte til å få et tall" not in text
    assert "Vi regner ikke ut om andelen har endret seg." in text


def test_a_fall_of_trust_says_which_of_its_sides_fell_and_nothing_where_one_rose():
    def told(**verdicts):
        changes = [
            row | {"verdict": verdicts.get(row["measure"], "down"), "difference": -4.0,
                   "low": -5.0, "high": -3.0, "model_difference": -4.0, "model_low": -5.0,
                   "model_high": -3.0}
            if (row["level"], row["role"]) == ("agency", "previous") else row
            for row in LAST["changes"]
        ]  # fmt: skip
        found = reputation_findings(Published({**LAST, "changes": changes}), "", "nb")
        assert "Tilliten har gått ned" in found[0].text
        return re.sub("<[^>]+>", "", str(found[1].text))

    assert told() == (
        "Alle sidene ved tilliten har gått ned siden september 2025: evne, velvilje, integritet, "
        "åpenhet og troverdighet. Tallene sier ikke hvorfor."
    )
    assert told(EVN="steady", INT="uncertain").startswith(
        "Av sidene ved tilliten har velvilje, åpenhet og troverdighet gått ned siden september"
    )
    assert "sidene ved tilliten" not in told(EVN="up")


def test_a_group_without_a_figure_of_before_says_so_and_is_not_counted_among_all():
    shown = without_hidden(with_groups({}, {}))
    assert not any("som kan sammenlignes" in one for one in told(shown))
    assert any("i alle gruppene:" in one for one in told(shown))
    content = copy.deepcopy(dict(shown.content))
    content["changes"] = [one for one in content["changes"] if one["domain"] != "age:75+"]
    fewer = Published(content)
    rows = {
        group.row.name: group for _, groups in among(fewer, "TI", "nb").blocks for group in groups
    }
    assert [one.without for one in rows.values() if one.estimate and not any(one.changes)] == [
        "Ingen tidligere tall å sammenligne med"
    ]
    alike = [one for one in told(fewer) if "omtrent lik" in one]
    assert alike
    assert all("i alle gruppene som kan sammenlignes:" in one for one in alike)
    page = environment().from_string(
        '{% import "charts/signs.html" as signs %}{% import "charts/ruler.html" as rulers %}'
        '{% import "reading/parts.html" as parts %}{% include "reputation/_among.html" %}'
    )
    with speaking("nb"):
        view = SimpleNamespace(
            among=among(fewer, "TI", "nb"), groups=None, counties=None,
            compare=SimpleNamespace(since=""),
        )  # fmt: skip
        made = page.render(view=view, lang="nb", group_limit=50)
    assert made.count("Ingen tidligere tall å sammenligne med") == 1
