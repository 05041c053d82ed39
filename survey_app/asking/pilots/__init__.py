"""Pilots: a draft's questions tried out by a small group, before they are asked of anybody."""
