"""What a firm may get: its facts out of its own words, checked condition by condition against the measures' rules."""
