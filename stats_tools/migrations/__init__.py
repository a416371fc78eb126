"""The schema's history, one numbered script a step."""
