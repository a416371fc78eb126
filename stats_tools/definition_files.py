"""Reading a definition file into its schema, with an error that names the file and the place in it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

FOLDER = Path(__file__).parent / "definitions"

Schema = TypeVar("Schema", bound=BaseModel)


class DefinitionError(ValueError):
    """A definition file is not valid YAML, misses its schema, or contradicts itself."""


def read_definition(path: Path, schema: type[Schema]) -> Schema:
    """The file's content as its schema.

    Raises:
        DefinitionError: the file cannot be read, is not YAML, or does not match the schema.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return schema.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise DefinitionError(f"{path.name}: {error}") from error
