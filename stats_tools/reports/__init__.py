"""What reports and digests say of a quarter or a year: figures and judgements by rule, no wording."""
