"""What can be wrong with data or a specification, in one sentence each."""

from __future__ import annotations


class AnalyticsError(ValueError):
    """Something in the data or the specification stands in the way of a correct figure.

    The text says what is wrong, where, and how to mend it. It never holds a respondent's answer.
    """


class TableError(AnalyticsError):
    """A table lacks a column, or holds a value that it cannot hold."""


class FrameError(AnalyticsError):
    """A frame given to us does not have the columns, codes or index it should."""


class WeightError(AnalyticsError):
    """Weights cannot be made, or cannot be used."""


class DesignError(AnalyticsError):
    """The sampling design does not fit the data."""


class SpecificationError(AnalyticsError):
    """The specification asks for something that the data or the program does not have."""


class UnsupportedError(SpecificationError):
    """The specification asks for a section that this version cannot compute."""
