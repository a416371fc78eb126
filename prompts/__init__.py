"""Every word said to a person or a model, as files."""

from prompts.wording import Wording, WordingError

__all__ = ["Wording", "WordingError"]
