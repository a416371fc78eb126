"""Run by Alembic: applies the scripts on the connection that ``Database.upgrade`` hands over.

The scripts say all there is; no metadata is imported, so that the assistant's tables need no import from here.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
