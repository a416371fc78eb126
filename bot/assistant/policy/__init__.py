"""Questions the documents answer: read, matched to clauses, decided, and put into words that are quoted and cited."""
