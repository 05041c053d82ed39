"""How many answers each kind of result needs before it is shown.

This is the one place for such numbers (instruments.md 4.6, anonymity-design.md 7.2 and 7.3; where
two documents differ, the stricter stands here). k, the minimum group, is what may never be
derivable; these are what is *shown*. An agency may lower a limit, never below k.
"""

from typing import Final

# k when the agency has said nothing, and the lowest it may say.
MINIMUM_GROUP: Final = 5
LOWEST_MINIMUM_GROUP: Final = 3

# Respondents behind a cell. The name is the kind of result; a kind that is not here is not shown.
DISPLAY_LIMITS: Final = {
    # Staff: a mean or an index, on each of its components.
    "staff_mean": 10,
    # Staff: shares of an item's answers. Below it an item's mean stands without error and interval
    # too, since mean and spread together would give the distribution back. Of two answers the mean
    # alone does, and needs as many.
    "staff_distribution": 20,
    # Staff: exposure to threats and violence, in the bands below, never as a number.
    "staff_exposure": 20,
    # Staff: violence below region.
    "staff_violence_unit": 50,
    # Staff: items on harassment, violence and health, their means too.
    "staff_sensitive": 20,
    # Share of 9-10 minus share of 0-6: it throws information away and needs more of it.
    "balance": 50,
    # Staff: role, tenure. At agency and region only.
    "staff_background": 30,
    # Staff: what goes with an outcome, for the whole agency alone: below it intervals say nothing.
    "staff_drivers": 200,
    # Public: one background group. The open link has this limit for everything.
    "public_group": 50,
    # Public: the whole.
    "public_headline": 50,
    # Partners, volunteers, candidates: marked as not representative.
    "stakeholder_mean": 10,
    "stakeholder_distribution": 20,
    # Counts of how many have answered: k itself.
    "participation": LOWEST_MINIMUM_GROUP,
}

# Steps between the scores that people can have: a scale of no more than an item on five grades has
# (two of yes and no have two) is told as such an item is below staff_distribution.
MOST_STEPS: Final = 4

# Besides n: people in the group (staff), and equally weighted respondents (public). Weights that
# differ much make 50 answers worth fewer.
SMALLEST_POPULATION: Final = 15
PUBLIC_GROUP_EFFECTIVE: Final = 40
PUBLIC_HEADLINE_EFFECTIVE: Final = 500

# Everyone answered the same: below this many, what each of them said follows.
EQUAL_ANSWERS: Final = 50

# Dominance: a distribution of which more than this share of the weight is one group's whose own
# mean is too small to be shown is nearly that group's.
DOMINANCE_SHARE: Final = 0.5

# The remainder of a published parent, less its published children: nobody, or at least this many
# (or k) respondents in at least so many units.
REMAINDER: Final = 10
REMAINDER_UNITS: Final = 2
# The same for the public's background groups, which are no units: those who would not say (other
# gender, no county) may follow from the total when they are at least REMAINDER people whom no
# reader can list, since nobody knows who was drawn. A suppressed category never may. With 2, a
# handful of "would not say" would leave one of two genders to show, in every wave.
REMAINDER_UNITS_PUBLIC: Final = 1

# Protection level: the feasibility interval of a suppressed mean is at least so much of its scale
# wide, 20 points on 0-100 (anonymity-design.md 7.4). Of a suppressed share it must not follow that
# it is above the second: among fewer than 20, more than 95 % are all.
PROTECTION_LEVEL: Final = 0.20
LARGEST_INFERABLE_SHARE: Final = 0.95

# Exposure is shown in bands: code and lowest share of each.
EXPOSURE_BANDS: Final = (
    ("under_5", 0.0),
    ("5_14", 0.05),
    ("15_29", 0.15),
    ("30_49", 0.30),
    ("50_plus", 0.50),
)

# "Don't know" in the middle makes another mean of the same people: it is told of the whole alone,
# from so many answers on, and in no finer steps (docs/adr/0039).
DONT_KNOW_ANSWERS: Final = 100
DONT_KNOW_STEP: Final = 0.5

# Digits: means and errors to 0.1; shares to whole percent below 100 respondents, else to 0.001.
MEAN_DIGITS: Final = 1
SHARE_DIGITS_SMALL: Final = 2
SHARE_DIGITS: Final = 3
SHARE_SMALL_BELOW: Final = 100

# Answers are whole persons, and persons of different units weigh differently: from the exact shares
# of a region, the whole numbers behind two suppressed units can often be found by trying them all.
# A share that includes units whose own is suppressed is rounded to the first of these bases that
# spans so many answers; that of one option to more, since they add up beside agree and disagree.
BASE_ANSWERS: Final = 5
BASE_OPTION_ANSWERS: Final = 10
SHARE_BASES: Final = (0.01, 0.02, 0.05, 0.10, 0.20)
# A mean of an item or a scale likewise, to the first base that spans so many answers moved by one
# grade, which is at least so many points of an item (100 on two grades), and shared among the items
# of a scale.
BASE_MOVES: Final = 4
POINTS_OF_A_GRADE: Final = {False: 25.0, True: 10.0}  # True: on 0-10, the items with a balance
MEAN_BASES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
# An index of so few answers (four questions on five grades) is rounded as a scale of as many.
STEPS_OF_AN_INDEX: Final = 16
