"""Whatever keeps a wave from asking two versions is said in the reader's language."""

from typing import get_args

import pytest

from questionnaires.errors import Hinders, OverlapError
from survey_app.asking.campaigns.wave_checks import hindrance
from survey_app.asking.errors import problem
from survey_app.asking.mends import mended


@pytest.mark.parametrize("hinders", get_args(Hinders.__value__))
def test_each_reason_has_a_sentence_that_no_reader_has_to_guess(hinders):
    error = OverlapError("two versions cannot be asked", hinders, ["vp.try.1"])
    found = problem(0, "overlap", hindrance(error), reason=error, items=", ".join(error.items))
    assert "two versions cannot be asked" in found.sentence
    said = {language: mended(found, language) for language in ("nb", "nn", "en")}
    assert len(set(said.values())) == len(said)
    assert not [one for one in said.values() if "%(" in one or "two versions cannot" in one]
