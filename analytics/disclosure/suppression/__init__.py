"""Suppression: primary by the rules, secondary so that no cell follows, exactly or nearly."""
