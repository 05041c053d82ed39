"""The crossing: the only room where an invitation and an answer meet, for one call."""
