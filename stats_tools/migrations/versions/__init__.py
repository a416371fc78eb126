"""Migration scripts; the file name begins with the revision, and revisions follow one another in one line."""
