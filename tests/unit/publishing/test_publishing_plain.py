"""What frames hold is written as JSON has it."""

import numpy as np
import pandas as pd
import pytest

from survey_app.publishing.computing.canonical import plain


@pytest.mark.parametrize(
    ("held", "written"),
    [
        ("nord", "nord"),
        (3, 3),
        (True, True),
        (None, None),
        (pd.NA, None),
        (np.int64(3), 3),
        (np.True_, True),
        (np.str_("nord"), "nord"),
        # ten significant digits
        (1 / 3, 0.3333333333),
        (np.float64(2 / 3), 0.6666666667),
        (np.float32(0.5), 0.5),
        (123456789012.0, 123456789000.0),
        (-0.0, 0.0),
        (float("nan"), None),
        (np.float64("inf"), None),
        (-float("inf"), None),
        ({1: (np.int8(2), float("nan"))}, {"1": [2, None]}),
    ],
)
def test_a_value_of_a_frame_is_one_that_json_has(held, written):
    found = plain(held)
    assert found == written
    # a number of numpy is none that JSON has, though it equals one
    assert isinstance(held, np.str_) or type(found) is type(written)
    assert str(found) == str(written)
