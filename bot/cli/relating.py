"""``knowledge relate``: record what one document does to another."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from bot.cli.failures import CommandError, ExitCode
from bot.cli.library import day_of, problem_message
from bot.cli.ready import alone, ready
from bot.cli.surroundings import out, settings
from bot.cli.words import say


def relate(
    subject: Annotated[str, Argument(metavar="ID", help=say("help_relate_subject"))],
    verb: Annotated[str, Argument(metavar="RELATION", help=say("help_relate_verb"))],
    target: Annotated[str, Argument(metavar="OTHER", help=say("help_relate_object"))],
    since: Annotated[str, Option("--since", metavar="DATE", help=say("help_relate_since"))] = "",
    withdraw: Annotated[bool, Option("--withdraw", help=say("help_relate_withdraw"))] = False,
) -> int:
    """Record that one document replaces, repeals, amends or implements another, or withdraw such a record."""
    from bot.state import open_library
    from knowledge.errors import DocumentError
    from knowledge.relations import Relation, Verb

    if verb not in {known.value for known in Verb}:
        raise CommandError(say("not_a_relation", verb=verb), ExitCode.USAGE)
    relation = Relation(subject=subject, verb=Verb(verb), object=target, since=day_of("--since", since))
    loaded = ready(settings())
    said = {"subject": subject, "verb": verb, "object": target}
    with alone(loaded):
        library = open_library(loaded)
        try:
            if not withdraw:
                library.relate(relation)
            elif not library.unrelate(relation):
                raise CommandError(say("relation_not_recorded", **said), ExitCode.NOT_FOUND)
        except DocumentError as error:
            raise CommandError(problem_message(error.problem)) from error
    out(say("relation_withdrawn" if withdraw else "relation_recorded", **said))
    return ExitCode.ANSWERED
