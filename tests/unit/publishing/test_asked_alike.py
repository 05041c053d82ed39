"""A measure that was asked otherwise is compared with nothing of before, and all others go on."""

from dataclasses import replace

import pytest

from questionnaires.identity import identities
from tests import reworded_agency
from tests.reworded_agency import AFTER, BEFORE, CHANGED_AT, MOVED, REWORDED, UNRELATED, Rewording


@pytest.fixture(scope="module")
def before():
    """The agency when nothing has changed yet: its waves so far are those of all that follow."""
    agency = reworded_agency.as_ever()
    agency.calendar = agency.calendar[:CHANGED_AT]
    agency.run()
    return agency


@pytest.fixture(scope="module")
def reworded(before):
    return reworded_agency.reworded(before)


@pytest.fixture(scope="module")
def elsewhere(before):
    return wave_of_the_break(Rewording(UNRELATED), before)


@pytest.fixture(scope="module")
def as_ever(before):
    return wave_of_the_break(reworded_agency.as_ever(), before)


def wave_of_the_break(agency, before):
    """Hold the wave that asks otherwise, and publish it; those before are the same for all."""
    agency.calendar = agency.calendar[: CHANGED_AT + 1]
    return agency.going_on_from(before).run()[CHANGED_AT].content


def compared(content, measures):
    """Every pair of waves that a publication holds beside each other, anywhere in it."""
    told = [
        *content["changes"],
        *content["path"],
        *content["trends"],
        *content["checks"]["composition"]["rows"],
        *(content["nonresponse"] or {}).get("tipping", ()),
    ]
    for row in told:
        if row["measure"] in measures:
            yield row["since"], row.get("until") or content["wave"]["key"]
    for row in content["checks"]["waves"]["rows"]:
        if {row["measure"], *row["scales"]} & measures:
            yield from ((wave, content["wave"]["key"]) for wave in row["groups"])
    for row in content["statements"]:
        if measures & set(row["items"]):
            yield from ((one["since"], content["wave"]["key"]) for one in row["changes"])


def test_no_part_of_a_publication_compares_across_other_words(reworded):
    for one in reworded[CHANGED_AT:]:
        pairs = set(compared(one.content, MOVED))
        assert not {pair for pair in pairs if (pair[0] in BEFORE) != (pair[1] in BEFORE)}
    # the course of the headline begins anew
    [trend] = [row for row in reworded[-1].content["trends"] if row["level"] == "agency"]
    assert (trend["waves"], trend["change"]) == (2, None) or trend["since"] not in BEFORE
    last = reworded[-1].content
    assert any(row["since"] == AFTER for row in last["changes"] if row["measure"] == "KI-kjerne")


def test_the_break_is_told_with_the_waves_on_either_side(reworded):
    for one in reworded[CHANGED_AT:]:
        breaks = {row["measure"]: row for row in one.content["breaks"]}
        assert breaks.keys() == MOVED & {row["code"] for row in one.content["measures"]}
        assert breaks["KI-kjerne"] == {
            "measure": "KI-kjerne", "before": BEFORE[-1], "since": AFTER, "waves": list(BEFORE),
            "why": "reworded", "items": [REWORDED],
        }  # fmt: skip
        assert {BEFORE[-1], AFTER} <= one.content["since_labels"].keys()
    assert [one.content["breaks"] for one in reworded[:CHANGED_AT]] == [[]] * CHANGED_AT


def test_taken_for_the_same_question_it_would_have_been_published_as_a_fall(before, reworded):
    class Blind(Rewording):
        """Takes an item for what it was, whatever its words are."""

        def in_other_words(self, at, form):
            self.was = form
            return super().in_other_words(at, form)

        def _series(self, key, questionnaire, labels):
            return replace(super()._series(key, questionnaire, labels), now=identities(self.was))

    fooled = wave_of_the_break(Blind(REWORDED, lower=2), before)
    [row] = [
        row
        for row in fooled["changes"]
        if (row["measure"], row["level"], row["role"]) == ("TRY-kjerne", "agency", "previous")
    ]
    assert (row["since"], row["verdict"]) == (BEFORE[-1], "down")
    told = reworded[CHANGED_AT].content["changes"]
    assert not [one for one in told if one["measure"] in MOVED]


# read from all measures of all waves together, so that one that is new among them may move a tenth
MODEL = {
    "model_difference", "model_low", "model_high", "chance", "apart", "lower", "higher", "gone",
    "plausible",
}  # fmt: skip
OF_THE_MODEL = ("path", "statements", "findings")


def without(content, measure):
    """A publication but for what it says of one item, of its questionnaire, and by the model."""
    gone = {"questionnaire", "plan_hash", "wave_record_hash", "record", *OF_THE_MODEL}
    kept = {name: value for name, value in content.items() if name not in gone}
    kept["nonresponse"] = kept["nonresponse"]["ranges"]
    for table in ("measures", "estimates", "changes", "nonresponse", "breaks"):
        kept[table] = [
            {name: value for name, value in row.items() if name not in MODEL}
            for row in kept[table]
            if measure not in {row.get("measure"), row.get("code")}
        ]
    return kept


def judged(content, measure):
    """What the model says of changes, and of the path, of all but one item."""
    for row in (*content["changes"], *content["path"]):
        if row["measure"] != measure:
            key = tuple(row.get(name) for name in ("measure", "level", "domain", "since", "role"))
            yield key, row


def test_all_that_the_item_is_no_part_of_goes_on_to_the_byte(as_ever, elsewhere):
    before, after = without(as_ever, UNRELATED), without(elsewhere, UNRELATED)
    # the words for the wave of the break stand there as well
    words, more = before.pop("since_labels"), after.pop("since_labels")
    assert {key: more[key] for key in words} == words
    assert before == after
    changes, again = (dict(judged(at, UNRELATED)) for at in (as_ever, elsewhere))
    assert changes.keys() == again.keys()
    for key, row in changes.items():
        for name in ("model_low", "model_high", "low", "high"):
            assert again[key].get(name) == pytest.approx(row.get(name), abs=0.3), (key, name)
    assert {row["measure"] for row in elsewhere["breaks"]} <= {UNRELATED}


def test_each_figure_carries_what_stood_behind_it(as_ever, reworded):
    before, after = (
        {row["code"]: row["identity"] for row in one["measures"]}
        for one in (as_ever, reworded[CHANGED_AT].content)
    )
    assert all(set(one) == {"nb", "nn", "en"} for one in before.values())
    assert {code for code in before if before[code] != after[code]} == MOVED & before.keys()
    [version] = {
        row["version"]
        for row in reworded[CHANGED_AT].content["measures"]
        if row["code"] == REWORDED
    }
    assert version == 2
