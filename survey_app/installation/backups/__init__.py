"""Take an installation along in one file, and bring it back into an empty one."""
