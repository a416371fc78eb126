"""The synchronous core: question in, grounded answer out. It imports no channel, database or vector store."""
