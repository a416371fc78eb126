"""Digests: what is sent to a chat at an agreed hour, kept so that it arrives once whatever fails."""
