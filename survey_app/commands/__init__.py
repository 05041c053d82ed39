"""What ``cli.py``'s commands do: read a file, call one action, say what happened."""
