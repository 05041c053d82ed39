"""Tampering with a published wave, and what finds it."""

import copy
import hashlib

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from questionnaires.canonical import canonical_json
from survey_app.publications.check_files import check_files
from survey_app.publications.formats import FORMAT
from survey_app.publications.receipts import as_receipt

RECEIPTS = sorted(hashlib.sha256(bytes([at])).hexdigest() for at in range(40))
QUESTIONNAIRE, PLAN, RESPONSES = ("sha256:" + letter * 64 for letter in "123")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def key_list(**changed):
    return {
        "format": 1,
        "wave": "pulse-1",
        "questionnaire": QUESTIONNAIRE,
        "plan": PLAN,
        "suite": "RSABSSA-SHA384-PSS-Randomized",
        "urn": {"suite": "HPKE", "keys": ["AA"]},
        "groups": [{"group": "a", "key_id": "1" * 64, "n": "AQ", "e": "AQAB"}],
    } | changed


def group(level, code, parent, invited, ballots, links=None, bound=""):
    return {"level": level, "group": code, "parent": parent, "invited": invited,
            "credentials": links, "ballots": ballots, "bound": bound}  # fmt: skip


def record(keys=None, **changed):
    return {
        "format": 2,
        "wave": "pulse-1",
        "questionnaire": QUESTIONNAIRE,
        "plan": PLAN,
        "minimum_group": 5,
        "suite": "RSABSSA-SHA384-PSS-Randomized",
        "key_list_hash": sha256(canonical_json(keys or key_list())),
        "keys_held_by": "worker",
        "opened_on": "2026-05-12",
        "closed_on": "2026-05-29",
        "totals": {
            "invited": 60, "credentials": 41, "replaced": 1, "ballots": 38, "refused": 1,
            "screened_out": 1, "not_stored": 0, "unused_credentials": 2,
        },
        "alarms": [],
        "groups": [
            group("region", "north", "", 40, 25),
            group("unit", "a", "north", 20, 13, 13),
            group("unit", "b", "north", 20, 12, 12),
        ],
        "receipts": RECEIPTS,
        "response_set_hash": RESPONSES,
    } | changed  # fmt: skip


def publication(of=None, **changed):
    of = of or record()
    return {
        "format": 1,
        "wave": {"key": "pulse-1"},
        "questionnaire": QUESTIONNAIRE,
        "plan_hash": PLAN,
        "response_set_hash": RESPONSES,
        "wave_record_hash": f"sha256:{sha256(canonical_json(of))}",
        "response": {"answers": 38, "invited": 60, "screened_out": 1},
        "domains": [
            {"level": row["level"], "code": row["group"], "invited": row["invited"],
             "answered": row["ballots"], "bound": row["bound"]} for row in record()["groups"]
        ],
        "estimates": [],
        "measures": [],
    } | changed  # fmt: skip


def changed(path, value):
    """The record with one value in another way."""
    made = copy.deepcopy(record())
    *way, last = path
    place = made
    for step in way:
        place = place[step]
    place[last] = value
    return made


def wrong(*files, receipts=(), keys_hash=None):
    """The sentences of the checks that do not hold."""
    given = {f"file-{at}.json": canonical_json(one) for at, one in enumerate(files)}
    found = check_files(given, receipts=receipts, keys_hash=keys_hash)
    return [one.sentence for one in found if not one.holds]


def test_what_fits_together_holds_in_every_line():
    named = sha256(canonical_json(key_list()))
    assert wrong(record(), key_list(), publication(), receipts=[RECEIPTS[7]], keys_hash=named) == []
    assert wrong(record()) == []


def test_files_of_the_first_days_are_checked_too():
    old = {name: value for name, value in record().items() if name != "keys_held_by"}
    files = (old, key_list(), publication(old), publication(old, format=FORMAT))
    assert wrong(*files, receipts=[RECEIPTS[7]]) == []
    found = check_files({f"{at}.json": canonical_json(one) for at, one in enumerate(files)})
    [told] = [one for one in found if not one.looked_at]
    assert told.sentence.endswith("the urn was locked by the worker; the record is too old to say")
    newer = publication(format=FORMAT + 1)
    assert wrong(record(), newer)[0].endswith(f"does not know: {FORMAT + 1}")


def test_a_record_may_tell_how_many_could_not_be_reached():
    told = changed(["totals", "not_reachable"], 7)
    assert wrong(told, key_list(), publication(told)) == []


# -- the kinds of tampering -----------------------------------------------------------------------


def test_a_receipt_taken_out_is_found_by_everybody_and_by_its_owner():
    less = record(receipts=[one for one in RECEIPTS if one != RECEIPTS[7]])
    assert wrong(less) == ["receipts: 39 of them, for 40 ballots"]
    swapped = record(receipts=sorted([*RECEIPTS[:7], *RECEIPTS[8:], "f" * 64]))
    assert wrong(swapped) == []
    assert wrong(swapped, receipts=[RECEIPTS[7]]) == [
        f"your receipt {RECEIPTS[7][:8]}…: it is not in the record"
    ]
    assert wrong(swapped, publication()) == ["file-1.json: it names exactly this record"]


def test_a_receipt_added_is_found_by_everybody():
    more = record(receipts=sorted([*RECEIPTS, "0" * 64]))
    assert wrong(more) == ["receipts: 41 of them, for 40 ballots"]
    covered = changed(["totals", "ballots"], 39)
    covered["totals"]["unused_credentials"] = 1
    covered["receipts"] = more["receipts"]
    assert wrong(covered) == []
    assert wrong(covered, publication()) == [
        "file-1.json: it names exactly this record",
        "file-1.json: the record's totals of answers",
    ]


def test_a_key_list_exchanged_is_found_by_its_hash_in_record_and_invitation():
    other = key_list(groups=[{"group": "a", "key_id": "2" * 64, "n": "Ag", "e": "AQAB"}])
    assert wrong(record(), other) == ["file-1.json: the key list that the record names"]
    named = sha256(canonical_json(key_list()))
    assert wrong(record(other), other) == []
    assert wrong(record(other), other, keys_hash=named.upper()) == [
        "key list: the check sum in the invitation is the record's"
    ]


def test_a_record_that_names_other_holders_of_the_urns_keys_is_found_by_the_key_list():
    two = key_list(urn={"suite": "HPKE", "keys": ["AA", "AB"]})
    assert wrong(record(two, keys_held_by="trustees"), two) == []
    assert wrong(record(two), two) == [
        "file-1.json: the urn was locked by the trustees, as the record says"
    ]


def test_two_key_lists_for_one_wave_are_a_breach():
    own = key_list(groups=[{"group": "a", "key_id": "2" * 64, "n": "Ag", "e": "AQAB"}])
    [breach, mismatch] = wrong(record(), key_list(), own)
    assert "This is a breach" in breach
    assert mismatch == "file-2.json: the key list that the record names"
    assert wrong(record(), key_list(), key_list()) == []


def test_ballots_put_into_the_urn_are_found_by_the_links_that_were_used():
    stuffed = changed(["totals", "ballots"], 48)
    stuffed["receipts"] = sorted([*RECEIPTS, *(f"{at:064x}" for at in range(10))])
    assert "ballots: 50 in the urn, from 41 used links and 1 replaced" in wrong(stuffed)
    links = copy.deepcopy(stuffed)
    links["totals"] |= {"credentials": 61, "unused_credentials": 12}
    assert wrong(links) == ["links: 61 used of 60 invited"]
    # into one unit, from links that nobody used elsewhere
    one = changed(["groups", 1, "ballots"], 19)
    one["groups"][0]["ballots"] = 31
    assert any("they do not fit in: a" in line for line in wrong(one))
    told = record(alarms=["more ballots than used links"])
    assert wrong(told) == ["alarms at closing: the record tells of: more ballots than used links"]


def test_a_set_of_responses_exchanged_is_found_by_the_publication():
    other = record(response_set_hash="sha256:" + "9" * 64)
    assert wrong(other, publication(other)) == [
        "file-1.json: made from the set of responses that the record names"
    ]


@pytest.mark.parametrize("field", ["wave", "questionnaire", "plan"])
def test_a_record_of_another_wave_or_questionnaire_is_found_by_key_list_and_publication(field):
    other = record(**{field: "another"})
    assert f"file-1.json: of another {field} than the record" in wrong(other, key_list())
    assert f"file-1.json: of another {field} than the record" in wrong(other, publication(other))


# -- form -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (["receipts"], RECEIPTS[::-1], "receipts: sorted, and none stands twice"),
        (["receipts"], [RECEIPTS[0], *RECEIPTS[:-1]], "receipts: sorted, and none stands twice"),
        (["receipts"], [*RECEIPTS[:-1], "F" * 64], "receipts: each has 64 hexadecimal digits"),
        (["receipts"], [*RECEIPTS[:-1], 5], "receipts: each has 64 hexadecimal digits"),
        (["totals", "unused_credentials"], 1, "sums: 1 credentials without a ballot"),
        (["groups", 1, "ballots"], 4, "groups below the minimum of 5: fewer than 5"),
        (["groups", 1, "ballots"], 16, "groups below the minimum of 5: fewer than 5"),
        (["groups", 1, "credentials"], 15, "groups below the minimum of 5: fewer than 5"),
        (["groups", 0, "invited"], 39, "they do not fit in: north"),
        (["groups", 0, "invited"], 61, "they do not fit in: the whole"),
        (["totals", "ballots"], -1, "with a total that is no count"),
        (["totals", "replaced"], None, "with a total that is no count"),
        (["totals", "invited"], None, "with a total that is no count"),
        (["totals", "not_reachable"], None, "with a total that is no count"),
        (["totals"], {}, "with other totals than a record has"),
        (["groups"], [{}], "with a group that is none"),
        (["format"], 3, "of a format that this programme does not know: 3"),
        (["answers"], [], "with what does not belong there: answers"),
    ],
)
def test_a_record_that_is_not_as_it_should_be_is_refused_with_a_sentence(path, value, line):
    found = wrong(changed(path, value))
    assert any(line in one for one in found), found


def test_bytes_that_are_not_those_published_are_refused():
    spaced = canonical_json(record()).replace(b'{"alarms"', b'{ "alarms"')
    twice = canonical_json(record()).replace(b'{"alarms"', b'{"alarms":["x"],"alarms"')
    for content in (spaced, twice):
        [first, _] = [one for one in check_files({"r.json": content}) if not one.holds]
        assert "it is not the original" in first.sentence


def test_files_that_are_nothing_of_ours_are_named():
    found = check_files({"a.json": b"{", "b.json": b"[]", "c.json": b'{"x":1}'})
    assert [one.sentence for one in found] == [
        "a.json: not JSON; download it again",
        "b.json: no wave record, key list or publication",
        "c.json: no wave record, key list or publication",
        "no wave record among the files: give one (/records/WAVE.json)",
    ]
    assert "different wave records among the files" in wrong(record(), record(wave="x"))[0]
    assert "the publication is not built as one is: download it again" in wrong(
        record(), publication(wave="pulse-1")
    )


def test_an_open_link_has_ballots_and_neither_links_nor_receipts():
    totals = record()["totals"] | dict.fromkeys(["invited", "credentials", "unused_credentials"])
    keys = key_list(groups=[])
    made = record(keys, totals=totals, suite=None, groups=[], receipts=[])
    assert wrong(made, keys) == []
    assert wrong(made | {"receipts": RECEIPTS}) == [
        "receipts: 40 of them, for 0 ballots that have receipts"
    ]


@given(sampled_from(RECEIPTS), text(" \n\t\r\u00a0\u200b-:", max_size=6))
def test_a_receipt_is_read_however_it_was_written_down(receipt, between):
    written = between.join(receipt[at : at + 4] for at in range(0, 64, 4)).upper()
    assert as_receipt(f"{between}{written}{between}") == receipt
    assert as_receipt(written[:-1]) is None
    assert as_receipt(written + "a") is None


FIGURE = {"measure": "KI", "statistic": "mean", "category": "", "level": "unit", "domain": "a"}


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        ({"n": 3, "mean": 61.0, "status": "published"},
         "no figure is of fewer people than the minimum group"),
        ({"n": None, "mean": 61.0, "status": "suppressed_primary"},
         "what is not shown holds no figure"),
    ],
)  # fmt: skip
def test_a_figure_that_nobody_may_be_told_is_found_in_the_publication(figure, sentence):
    told = publication(limits={"minimum_group": 5}, estimates=[FIGURE | figure])
    assert wrong(record(), told) == [f"file-1.json: {sentence}"]
