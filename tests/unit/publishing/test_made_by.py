"""Which programme made a publication, from what, and what its earliest counts are read as."""

import json
from dataclasses import replace

from survey_app.publishing.inputs.counted import read_counted
from survey_app.publishing.releasing import made_by
from survey_app.publishing.releasing.differences import difference
from survey_app.publishing.releasing.explain_difference import other
from survey_app.publishing.releasing.made_by import Maker
from tests.builders_publication import staff_series
from tests.builders_publication.older import in_format_1


def version_with(monkeypatch, **files):
    monkeypatch.setattr(made_by, "sources", lambda: iter(files.items()))
    made_by.code_version.cache_clear()
    try:
        return made_by.code_version()
    finally:
        made_by.code_version.cache_clear()


def test_the_version_names_the_sources_that_compute(monkeypatch):
    before = version_with(monkeypatch, a=b"1", b=b"2")
    assert before.partition("+")[0] == made_by.version("verdibarometer")
    assert before == version_with(monkeypatch, a=b"1", b=b"2")
    others = (
        version_with(monkeypatch, a=b"1", b=b"3"),
        version_with(monkeypatch, a=b"1", c=b"2"),
        version_with(monkeypatch, a=b"12"),
        version_with(monkeypatch, a=b"1\nb\n1\n2"),
    )
    assert len({before, *others}) == 5


def test_another_programme_is_named_by_what_differs():
    here = Maker.here()
    assert "(0.1.0; this is 0.2.0+" in other(Maker("0.1.0", here.lock_hash))
    assert "other versions of numpy" in other(replace(here, lock_hash="sha256:1"))


def test_links_that_were_counted_as_a_whole_are_read_as_credentials():
    first = {
        "format": 1, "marked": 40, "accepted": 30, "refused": 1, "screened_out": 2,
        "too_few": False, "domains": [{"level": "region", "domain": "a", "accepted": 30}],
    }  # fmt: skip
    read = read_counted(json.dumps(first))
    assert (read["credentials"], read["unused_credentials"], read["not_stored"]) == (40, 7, 0)
    assert bytes.fromhex(read["salt"]) == b""
    assert read["domains"][0]["credentials"] is None
    few = read_counted(json.dumps(first | {"too_few": True, "accepted": 0}))
    assert (few["not_stored"], few["unused_credentials"]) == (37, 0)
    later = read | {"replaced": 3}
    assert read_counted(json.dumps(later)) == later


def test_another_programme_is_compared_in_what_both_tell():
    content = staff_series()[-1]
    now = json.dumps(content, sort_keys=True).encode()
    assert difference(now, now, loosely=False) is None
    old = in_format_1(content)
    assert difference(old, now, loosely=False) == "content"
    # sums over units are told no more, so they are no difference
    assert difference(old, now, loosely=True) in {None, "content.weights"}
    moved = json.loads(old)
    moved["domains"][0]["invited"] += 1
    assert difference(json.dumps(moved).encode(), now, loosely=True) == "content.domains[0].invited"
