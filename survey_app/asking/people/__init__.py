"""The register of units and people, and how units are reported."""
