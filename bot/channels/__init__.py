"""The doors: each translates its own protocol to a Question and an Answer back, and decides nothing."""
