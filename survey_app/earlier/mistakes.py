"""Every sentence about what can be wrong with earlier results; pages say each in their language."""

from __future__ import annotations

from enum import StrEnum


class SourceMistake(StrEnum):
    """What is wrong and how to mend it, in the words of the command line."""

    # of the manifest
    NOT_TOML = "is not TOML: %(error)s"
    MANIFEST_NOT_UTF8 = "is not UTF-8"
    MISSING = "is missing"
    MUST_BE_TEXT = "must be a text in quotation marks, and is %(value)s"
    MUST_BE_WHOLE = "must be a whole number, and is %(value)s"
    MUST_BE_DATE = "must be a date such as 2025-06-01, without quotation marks, and is %(value)s"
    MUST_BE_TABLE = "must be a table, and is %(value)s"
    MUST_BE_LIST = "must be a list in square brackets, and is %(value)s"
    TOO_LONG = "is longer than %(most)s characters"
    NONE_OF = "«%(value)s» is none of %(known)s"
    NO_LANGUAGE = "is none of the languages %(known)s"
    NO_FIRST_LANGUAGE = "is missing; the other languages fall back on it"
    NOBODY_READS = "nobody reads this; is it misspelt?"
    KEY = "may hold small letters a-z, digits, and single hyphens between them"
    ADDRESS = "must begin with https:// or http://"
    SCALE = "holds the lowest and the highest value, such as [1, 5]"
    LISTING = "is either a table with a file, or rows written as [[%(name)s]]"
    FOLDER = "names a file in the same folder as the manifest"
    WIDE = "only results can be wide"
    # of a file
    NOT_THERE = "is not there; %(manifest)s names it"
    NOT_UTF8 = "is not UTF-8; save it as «CSV UTF-8»"
    NOT_CSV = "the row is not proper CSV (%(error)s); is a quotation mark left open?"
    CELLS = "the row has %(cells)s cells and the header %(header)s"
    NO_COLUMN = (
        "the column is missing; is it called something else? Say so in [%(listing)s.columns]"
    )
    UNREAD_COLUMN = "nobody reads this column; leave it out, or name it under ignore"
    COLUMN_TWICE = "the column stands twice"
    NO_VALUE = "holds no value"
    TOO_WIDE = "has %(number)s columns; at most %(most)s can be read"
    MANY = (
        "there are %(number)s mistakes; the first %(most)s are named, and the first of each kind"
        " that comes after them"
    )
    MANY_MEASURES = "there are %(number)s measures; at most %(most)s can be taken in"
    MANY_UNITS = "there are %(number)s units; at most %(most)s can be taken in"
    # of a row
    YEAR = "«%(value)s» is not a year from %(first)s to %(last)s"
    NO_UNIT = "there is no unit «%(code)s» among the units"
    NO_MEASURE = "there is no measure «%(code)s» among the measures"
    TWICE = "%(year)s, «%(unit)s», «%(measure)s» stand on line %(line)s too"
    OUTSIDE = "%(value)s is outside the scale, %(low)s to %(high)s; is «scale» right?"
    PARTS_OF_ONE = (
        "all values of «%(measure)s» lie from 0 to 1, on a scale to 100; are they parts of 1? Write"
        " 63 for 0.63, or scale = [0, 1]. If they are less than 1 in 100, call the measure a rate"
    )
    BELOW_ZERO = "is below zero"
    NUMBER = "«%(value)s» is not a number; leave it empty if it is not known"
    COUNT = "«%(value)s» is not a number of respondents; leave it empty if not known"
    TOO_FEW = "a value of fewer than %(least)s people is not taken in; leave the row out"
    EMPTY = "is empty"
    CODE_TWICE = "«%(code)s» stands on line %(line)s too"
    OWN_TWICE = "line %(line)s is «%(own)s» too; one unit of ours, one of theirs"
    HOW_COMPARABLE = "says how comparable it is with «%(own)s»: %(known)s"
    COMPARABLE_ALONE = "is empty; comparable with which measure of ours?"
    STATISTIC = "is one of %(known)s"
    UNIT_CHANGE = "«%(value)s» is direct (the line goes on), indirect (it is broken) or empty"
    REASON = "«%(value)s» is none of %(known)s; translate it under values"
    # of what is taken in already
    OTHER_SIDE = "is of the other side: staff at HR's page, the public at communications' page"
    # told, and no hindrance
    UNKNOWN_UNIT = "own unit «%(own)s» is not in our register, so nobody finds it there"
    NO_COUNT = (
        "%(number)s values of our own units come without a number of answers, so nobody can tell"
        " whether some are of too few people to be shown; make sure before it is taken in"
    )
    RATE_OF_ONE = (
        "all values of the rate «%(measure)s» lie from 0 to 1, on a scale to 100; 0.63 is shown as"
        " 0.63 in a hundred. If they are parts of 1, write 63 for 0.63, or scale = [0, 1]"
    )
    UNKNOWN_MEASURE = "own measure «%(own)s» is not in any publication, so it stands beside nothing"
