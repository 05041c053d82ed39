"""A new version of an instrument while it is written: the text of its files, changed by edits."""
