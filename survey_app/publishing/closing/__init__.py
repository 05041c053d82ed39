"""From a sealed urn to rows that may be stored, and what else closing leaves behind."""
