"""How places moved over all their waves: what is shown of a change, and what it is called."""
