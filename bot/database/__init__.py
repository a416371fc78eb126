"""The assistant's own tables: people, conversations, feedback."""
