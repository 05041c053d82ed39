"""Methods that no publication uses, by the names of the rooms whose methods publications use."""
