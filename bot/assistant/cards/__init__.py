"""Questions that policy cards answer: summaries beside the documents, asked where the documents are silent."""
