"""Those who did not answer: who they were, how far off they may be, and what would turn a finding.

Counts of invited and answered people and published figures go in; never an answer, and nobody is
linked to anything.
"""
