"""Reports to hand out: the pages' figures and sentences as PDF and as slides."""
