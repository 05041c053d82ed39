"""Actions as pages: what leaders do about findings, whether it moved, and what staff are told."""
