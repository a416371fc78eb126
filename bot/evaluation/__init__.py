"""How well the assistant answers: question files scored case by case."""
