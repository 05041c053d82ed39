"""The urn: keys, sealing, dropping, opening."""
