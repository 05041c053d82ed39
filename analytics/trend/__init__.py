"""How a published figure moves over many waves: slope, level, links, events and breaks."""
