"""Disclosure control: the only way from exact estimates to something that may be read.

A table passes the packages in this order:

- `rules`: the minimum group, display limits and protection levels, fixed before a wave opens;
- `table`: its plan, hierarchy and networks, its finest cells, and what was released of it before;
- `suppression`: primary by the rules; secondary so that no cell follows, exactly or nearly;
- `audit`: an independent look, in exact arithmetic, at what follows all the same;
- `releases`: versions, waves and years beside one another;
- `output`: digits, rounding bases, changes, shrunken means.

`solve_suppression` repeats suppression and audit until nothing follows. Others call `protect` for
figures and `participation` for counts of answers; besides these, `rules`, `table` and `releases`
say in their ``__init__`` what may be imported from outside.
"""
