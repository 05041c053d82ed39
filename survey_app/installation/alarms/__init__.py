"""What is wrong with an installation while it runs: looked at, kept, shown and told by mail."""
