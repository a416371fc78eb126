"""What can be asked of the figures: one small function an operation, over a protocol of observations."""
