"""How well a publication's figures measure, and what they can be compared with: its own checks."""
