"""Whole numbers bound no count of answers that is not told within fewer than k (ADR 0201)."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from analytics.disclosure import participation
from analytics.disclosure.rules import DisclosureRules
from survey_app.asking.campaigns.unit_counts import answer_step
from survey_app.publishing.computing import covering, domain_rows
from survey_app.publishing.computing.compute import compute
from tests.attack.hidden_counts import Counts
from tests.attack.odd_agencies import OddAgency, odd_units
from tests.attack.waves import History

K = 5
SHORT = (230, 6)  # people, seed
COVERED = (158, 627, 677)  # seeds of odd agencies in which something follows of units behind others
QUIET = (700, 3)  # whose last night told of nearly all that is published


def released(people, seed, waves=1):
    return History(people, seed, waves=waves, reorganised_at=waves + 1).run()


def hidden_counts(one, content=None):
    """Bound what no count is told of, once it is sure that the true numbers fit."""
    counts = Counts(content or one.content, one.inputs.data.frame, one.inputs.record["moved"])
    counts.read()
    if "field" in one.inputs.record:
        counts.read_the_field(one.inputs.record)
    assert counts.fit(one.inputs.data.domains.value_counts().to_dict())
    return list(counts.bounds())


def told_in_the_field(one):
    """Give a wave whose units' steps were told when all had come, and each link gave a ballot."""
    numbers = one.inputs.data.domains.value_counts().to_dict()
    invited = one.inputs.data.frame.set_index("unit")["invited"].to_dict()
    steps = {
        code: answer_step(n, invited[code], K) for code, n in numbers.items() if code in invited
    }
    accepted = one.inputs.record["accepted"]
    field = {"whole": accepted, "units": {code: (s.low, s.high) for code, s in steps.items()}}
    record = one.inputs.record | {"credentials": accepted, "unused_credentials": 0, "field": field}
    return replace(one, inputs=replace(one.inputs, record=record))


def beside_the_whole(one):
    """Bound every count as if that of the whole alone were told: it is told in any case."""
    content = one.content
    rows = [row | ({"answered": None} if row["code"] else {}) for row in content["domains"]]
    return {bound.place: bound.values for bound in hidden_counts(one, content | {"domains": rows})}


def test_no_hidden_count_is_known_within_fewer_than_k_numbers():
    found = hidden_counts(released(*SHORT)[0])
    assert len(found) > 3
    assert min(bound.values for bound in found) >= K


def test_the_same_attack_finds_counts_where_only_what_follows_from_others_alone_is_hidden(
    monkeypatch,
):
    monkeypatch.setattr(participation, "hide_more_counts", lambda _, hidden, *__: hidden)
    found = hidden_counts(released(*SHORT)[0])
    # 12 and 12 people of whom 4 and 3 had not answered, and 17 with the fewest that are stored
    assert [bound.values for bound in found] == [1] * 6


def test_nor_beside_what_pages_told_of_units_while_answers_came():
    quiet = told_in_the_field(released(*QUIET)[0])
    # decided without it, three numbers were possible of each of four places
    assert [bound.values for bound in hidden_counts(quiet)] == [3] * 4
    aware = replace(quiet, computed=compute(quiet.inputs))
    assert min(bound.values for bound in hidden_counts(aware)) >= K
    figures = [json.loads(one.computed.content)["estimates"] for one in (quiet, aware)]
    shown, shown_now = ([row["status"] for row in rows] for rows in figures)
    assert shown == shown_now


def narrow_in(seed):
    """List what is known too closely in an odd agency."""
    odd = OddAgency(odd_units(seed))
    rows = odd.publish()
    inputs = SimpleNamespace(record={"joined": odd.joined}, data=SimpleNamespace(frame=odd.frame))
    plan = SimpleNamespace(rules=DisclosureRules(minimum_group=K))
    return list(odd.narrow(rows, covering.units_that_cover(inputs, plan)))


@pytest.mark.parametrize("seed", COVERED)
def test_nor_that_of_a_unit_whose_answers_are_stored_with_others(seed):
    assert narrow_in(seed) == []


def test_the_same_attack_finds_those_where_what_is_said_of_covering_units_is_not_reckoned_with(
    monkeypatch,
):
    monkeypatch.setattr(domain_rows, "counts_behind", lambda *_: {})
    for module in (covering, domain_rows):
        monkeypatch.setattr(module, "units_that_cover", lambda inputs, _: inputs.record["joined"])
    assert all(map(narrow_in, COVERED))


@pytest.mark.slow
def test_no_hidden_count_of_many_small_agencies_is_known_more_closely_than_the_whole_tells():
    looked, least = 0, K
    for people, seed in [(190, 1), (190, 4), (190, 6), (230, 2), (230, 4), (230, 6), (230, 7)]:
        [one] = released(people, seed)
        alone = beside_the_whole(one)
        for bound in hidden_counts(one):
            looked += 1
            least = min(least, bound.values)
            assert bound.values >= min(K, alone[bound.place])
    print(f"{looked} hidden counts, the best known within {least} numbers")
