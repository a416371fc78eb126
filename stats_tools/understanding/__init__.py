"""Question text to a typed query: entities by the registers, language by pattern files; no database behind it."""
