"""Who speaks: the command line, the chat channels and the assistant behind them."""

VERSION = "0.1.0"
"""Version of the whole product; the package metadata is read from here."""
