"""Every sentence about what can be wrong with the register; pages say each in their language."""

from __future__ import annotations

from enum import StrEnum


class Mistake(StrEnum):
    """What is wrong and how to mend it, in the words of the command line."""

    # of the file
    NOT_READABLE = "the file is neither UTF-8 nor Windows-1252; save it as «CSV UTF-8»"
    WORKBOOK = "the file is a workbook and no CSV; open it and save it as «CSV UTF-8»"
    TWO_ENCODINGS = (
        "«%(value)s» stands for another letter: a part of the file was saved in another way than"
        " the rest; export it again"
    )
    NOBODY = "the file holds no unit and no person"
    TOO_MANY_LINES = "the file has more than a million lines; take out the empty ones"
    NO_TABLE = (
        "the first line has %(number)s columns, and a register has at least %(least)s: somebody's"
        " key, e-mail address and unit, with semicolons, commas or tabs between"
    )
    MANY = (
        "the file has %(number)s mistakes; the first %(most)s are named, and the first of each kind"
        " that comes after them"
    )
    NO_COLUMN = "the column is missing; the columns are %(columns)s"
    TOO_WIDE = "the file has %(number)s columns; at most %(most)s can be read"
    UNREAD_COLUMN = "nobody reads this column; leave it out, so that it is not kept"
    COLUMN_TWICE = "the column stands twice"
    CELLS = "the row has %(cells)s cells and the header %(header)s"
    NOT_CSV = "the row is not proper CSV (%(error)s); is a quotation mark left open?"
    UNKNOWN_COLUMNS = (
        "nobody knows which columns hold each person's key, e-mail address and unit (%(columns)s);"
        " upload the file on the page of the register and say so there, once"
    )
    UNPLACED = (
        "the register does not know %(units)s; upload the file on its page and say there what they"
        " are and where they belong"
    )
    EMPTY = "the file holds nobody"
    NONE_OF = "«%(value)s» is none of %(known)s"
    SHARED = "line %(line)s has the same address; two people cannot share a personal link"
    # of a row
    KIND = "«%(value)s» is neither unit nor person"
    NEEDED_BY_UNIT = "is empty; a unit needs it"
    NEEDED_BY_PERSON = "is empty; a person needs it"
    FOREIGN_TO_UNIT = "must be empty for a unit"
    FOREIGN_TO_PERSON = "must be empty for a person"
    TOO_LONG = "is longer than %(most)s characters"
    CODE = "may hold letters, digits, full stop, hyphen and underscore"
    SHORTENED = (
        "«%(value)s» is a number that a spreadsheet has shortened; export the file again, and do"
        " not save it in a spreadsheet"
    )
    LETTERS_LOST = (
        "«%(value)s» has lost letters, as when a spreadsheet saves as «CSV»; save as «CSV UTF-8»"
    )
    SHEET_ERROR = (
        "«%(value)s» is what a spreadsheet writes where a formula fails; mend it there, or export"
        " the file again"
    )
    TWO_NAMES = "«%(value)s» is called «%(before)s» on line %(line)s"
    TWO_PLACES = (
        "«%(value)s» stands under «%(before)s» on line %(line)s; two units need two codes, or two"
        " names"
    )
    FORMER = "is not what the unit was before, such as «renamed:CODE» or «merged:CODE CODE»"
    NO_FORMER = "the register never had a unit «%(value)s»"
    FROM_TO = "a row has both units; of one that is closed, only the first"
    LINK_ITSELF = "a unit does not go on in itself; leave the row out"
    LINK_TWICE = "other rows say something else of the same unit; leave one of them"
    LINK_ORDER = "«%(value)s» was not there then: the first before it went on, the second after"
    LINK_FIXED = "figures rest on what was decided of this unit; it does not change any more"
    EMAIL = "is not an e-mail address such as name@example.org"
    LANGUAGE = "«%(value)s» is none of %(known)s; empty means %(default)s"
    NO_UNIT = "there is no unit «%(value)s» in the file"
    NO_UNIT_OF_STAFF = (
        "there is no unit «%(value)s» in the file; give its staff (%(people)s) one that is there"
    )
    WHOLE_AGENCY = "«%(value)s» is the whole agency; give its staff (%(people)s) a unit below it"
    WHOLE_REGION = "«%(value)s» is the whole region; give its staff (%(people)s) a unit below it"
    PERSON_TWICE = "the same person stands on line %(line)s"
    # of a campaign
    NEEDED = "is missing"
    NOT_OF_KIND = "must be %(kind)s, and is %(value)s"
    KEY = "may hold small letters a-z, digits, and single hyphens between them"
    NO_TEXT = "is missing; agency.toml asks for it, as the Language Act does"
    KEY_IS_PAGE = "«%(key)s» is the address of a page; choose another"
    ONE_DAY = "must be at least one day"
    MANY_DAYS = "must be at most %(most)s days"
    YEAR = "must lie in the years %(first)s to %(last)s"
    RELEASE = "is either «at once» or a time such as «09:00» on results_on"
    SENDER = "needs an address too: «HR-avdelingen <hr@example.org>»"
    SENDER_LETTERS = "has an address with other letters than a to z, which many servers refuse"
    NO_COMMENTS = "says how long comments are kept, and none are asked for"
    COMMENTS_LATE = "is %(days)s: comments are deleted before the answers are"
    FORM_NOT_OPEN = "«%(form)s» is not made for an open link"
    FORM_OPEN = '«%(form)s» is made for an open link: population = "open"'
    FORM_POPULATION = "«%(form)s» is made for %(made)s, not for %(chosen)s"
    PROMISED = "was told to those invited; make a new campaign instead"
    IN_USE = "«%(key)s» is open or approved; what the campaign says of itself waits until it closes"
    NOT_DONE = "something went wrong here, and nothing was changed; the log has where"
    CAMPAIGN_TAKEN = "another campaign has the key «%(key)s»"
    PAST = "has passed already"
    # of a wave
    CLOSES_EARLY = "the wave would close before it opens"
    SAMPLE_WRITTEN = "says how many are drawn, as in proportional:900 or neyman:900"
    ROTATION_WRITTEN = (
        "says which panels are asked, as in rotation:2/3:5: two of three, in the fifth turn. There"
        " are 2, 3, 4, 6 or 12 of them, and fewer are asked than there are"
    )
    SHORT_FIELD = "staff need at least %(least)s days: a whole shift rotation"
    LONG_FIELD = "a wave is open for at most %(most)s days; is the year right?"
    RESULTS_LATE = (
        "results come within %(most)s days of closing, as those of later waves wait for them; is"
        " the year right?"
    )
    CLOSES_BEFORE_TOMORROW = "an open wave closes tomorrow at the earliest; close it to end it now"
    RESULTS_PAST = "has passed already"
    REMINDERS_SENT = "reminders whose day has come stay as they are"
    RESULTS_EARLY = "results come after the day of closing"
    REMINDERS_RISE = "is a list of rising whole numbers: days after opening"
    REMINDERS_WITHIN = "lie within the field period: day 1 to %(last)s"
    REMINDERS_MANY = "at most %(most)s reminders are sent"
    WAVE_FIXED = "«%(key)s» is %(state)s; its %(names)s cannot change any more"
    WAVE_TAKEN = "another campaign has a wave «%(key)s»"
    CAMPAIGN_CHANGED = "the campaign was changed meanwhile; look again"
    OUT_OF_ORDER = "«%(key)s» would open before a wave that has opened already"
    OVERLAP = "cannot be: %(reason)s"
    OVERLAP_SAME = "is not needed: %(reason)s"
    OVERLAP_MIXED = "cannot be in one wave: %(reason)s"
    OVERLAP_FILTERED = "cannot be asked of the same people: %(reason)s"
    OVERLAP_DECIDES = "cannot be asked of halves: %(reason)s"
    OVERLAP_MODULES = "cannot be beside modules: %(reason)s"
    OVERLAP_RULE = "cannot be asked in two ways: %(reason)s"
    OVERLAP_OPEN = "an open link invites nobody, so that there is nobody to draw halves among"
    MODULES_OPEN = "an open link invites nobody, so that there is nobody to draw modules for"
    # of the tree
    UNIT_TWICE = "the unit «%(value)s» stands on line %(line)s too"
    ONE_AGENCY = "exactly one unit is of type agency; the file has %(number)s"
    ABOVE_AGENCY = "must be empty: nothing stands above the agency"
    NO_PARENT = "is empty"
    REGION_PLACE = (
        "a region stands directly under the agency; levels are agency, region and unit, so write"
        " one above the regions into their names"
    )
    UNIT_PLACE = "a unit stands under a region; give the agency's own units a region too"
    CIRCLE = "the units above lead back to this one"
    TOO_DEEP = "more than %(most)s units lie above this one; look over what lies under what"
    # of names and addresses
    NO_ROW = "is no line of the sample file or the list"
    ROW_TWICE = "the row %(row)s stands on line %(line)s too"
    ROW_NOT_INVITED = "nobody on the row %(row)s is invited by letter"
    PART_EMPTY = "is empty; leave the whole row empty for no letter"
    NATIONAL_ID = (
        "must be the eleven digits of a national identity number or a D number, without a slip"
    )
    NATIONAL_ID_TWICE = "the same number stands on line %(line)s too"
    POSTCODE = (
        "has not four digits; did a spreadsheet take a leading zero away? Abroad, fill in country"
    )
    MANY_LINES = "takes %(lines)s lines, and an envelope's window shows %(most)s"
    LONG_LINE = "has a line of more than %(most)s characters"
    ROWS_MISSING = "%(number)s who are invited by letter stand nowhere in the file: %(rows)s"
