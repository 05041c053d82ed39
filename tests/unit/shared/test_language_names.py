"""A language has a name in every language of the agency, also where the CLDR has none for it."""

import shutil

import pytest

from questionnaires.content import SETTING
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.numbers import language_name, languages_listed
from tests.agencies import FIRST

KVEN = """
[[language]]
code = "fkv"
name = "Kvääni"
locale = "nb_NO"
fallback = "nb"
partial = true
added = true
quotes = ["«", "»"]
time = "%H.%M"
register = "FKV"
"""


@pytest.fixture
def also_in_kven(tmp_path, monkeypatch):
    """Let the content have Kven, a national minority's language that Babel knows nothing of."""
    root = shutil.copytree(FIRST, tmp_path / "content")
    with (root / "agency.toml").open("a", encoding="utf-8") as agency:
        agency.write(KVEN)
    monkeypatch.setenv(SETTING, str(root))


def test_a_language_without_a_name_there_is_called_as_it_calls_itself(also_in_kven):
    assert language_name("fkv", "nb") == "Kvääni"
    # one that was taken out and that the CLDR does not know has nobody else's name
    assert language_name("qzz", "nb") == "qzz"
    # dates and names in Kven are written as its entry says: as in bokmål
    assert language_name("en", "fkv") == language_name("en", "nb") == "engelsk"
    assert languages_listed(["nn", "fkv"], "nb") == "norsk nynorsk og Kvääni"


@pytest.mark.parametrize(("missing", "reader"), [("fkv", "nb"), ("nn", "fkv"), ("fkv", "fkv")])
def test_a_reason_that_names_a_language_is_said_to_every_reader(also_in_kven, missing, reader):
    [said] = say_reasons([Reason(Against.PURPOSE, language=missing)], reader)
    assert language_name(missing, reader) in said
