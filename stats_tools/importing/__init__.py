"""Reading a quarterly report as people write it, and putting it into the database all at once or not at all."""
