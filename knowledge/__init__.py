"""What was published: documents with validity, read into a clause tree with exact character spans."""
