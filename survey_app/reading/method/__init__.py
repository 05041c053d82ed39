"""How a change gets its verdict, and how often that is wrong: for everybody, without an account."""
