"""How clauses are found: bigram BM25 and dense vectors, fused; every hit keeps its exact source span."""
