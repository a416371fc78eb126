"""The only place where concrete classes meet: from settings and the state at home to an assistant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
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
from bot.state import (
    load_definitions,
    load_entities,
    load_registers,
    load_wording,
    open_cards,
    open_database_of,
    open_encoder,
    open_library,
    open_search,
)
from knowledge.card_library import JoinedLibrary
from knowledge.catalogue import FolderLibrary
from prompts import Wording
from stats_tools.database import Database
from stats_tools.operations.sources import Sources
from stats_tools.periods import Period
from stats_tools.queries import ObservationReader
from stats_tools.registers.desk import View
from stats_tools.registers.store import open_desk
from stats_tools.registers.understanding import RegisterQuestionReader
from stats_tools.reports.lateness import DueOf
from stats_tools.understanding.directory import DirectoryReader
from stats_tools.understanding.reader import MetricReader

if TYPE_CHECKING:
    from bot.assistant.agent_model import LanguageModel


def build_assistant(
    settings: Settings,
    conversations: Conversations | None = None,
    *,
    rehearsing: bool = False,
    in_chat: bool = False,
) -> Assistant:
    """The assistant over prepared state.

    Args:
        settings: which engine, encoder and database.
        conversations: where turns are remembered; the database where none are given.
        rehearsing: whether nobody really asks, so that refused questions are no gaps to be noted.
        in_chat: whether those who ask have no command line.
    """
    wording, library, database = load_wording(in_chat=in_chat), open_library(settings), open_database_of(settings)
    papers, messages, registry = JoinedLibrary(library, open_cards()), MessageRules.load(), load_definitions().registry
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
    tools = [*_tools(settings, library, database, wording, firms), *directory_tools(registry, papers, wording)]
    toolbox = Toolbox([*tools, _explain_tool(tools, composer, database, wording)], wording)
    questions = RegisterQuestionReader(load_registers(), load_entities())
    specialists = (
        firms.dialogue,
        DirectorySpecialist(DirectoryReader(load_entities())),
        ReportSpecialist(wording),
        BriefingSpecialist(registry),
        RegisterSpecialist(questions, _opens_registers(database), load_definitions().targets),
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
    return RemovedSources(library or open_library(settings), load_wording())


def _explain_tool(tools: list[Tool[Any]], composer: Composer, database: Database, wording: Wording) -> Tool[Any]:
    known = load_definitions()
    others = ToolExplainers(Toolbox(tools, wording), composer, load_registers(), known, wording)
    figures = MetricExplainer(known, lambda viewer, told: ObservationReader(database, viewer, told), wording)
    return explain_tool(explainers(figures, others), others.other, wording)


def _tools(
    settings: Settings, library: FolderLibrary, database: Database, wording: Wording, firms: EligibilityDesk
) -> list[Tool[Any]]:
    policy = policy_tools(open_search(settings, library), library, open_cards(), wording)
    opens, files = _opens(database), open_reports(settings, database)
    known, folder = load_definitions(), settings.home / "reports"
    reports = report_tools(ReportTools(known, opens, files.halfyear, files.evaluation, folder, wording))
    registers = register_tools(load_registers(), _opens_registers(database), known.targets, wording)
    figures = metric_tools(known, opens, wording)
    briefings = briefing_tools(_briefings(settings, database, wording), known.registry)
    return [*policy, *figures, *registers, *reports, *briefings, *firms.tools]


def _opens(database: Database) -> Opens:
    return lambda viewer: ObservationReader(database, viewer)


def _opens_registers(database: Database) -> OpensRegisters:
    registers, registry = load_registers(), load_definitions().registry
    return lambda viewer, today: open_desk(database, registers, registry, today, viewer)


def _write_register(path: Path, view: View) -> int:
    from stats_tools.registers.reference import RegisterReference
    from stats_tools.registers.workbooks import write_register_rows

    return write_register_rows(path, [view], RegisterReference.load())


def open_reports(settings: Settings, database: Database) -> ReportFiles:
    """What writes reports as files, from the observations of a database."""
    known, opens, wording = load_definitions(), _opens(database), load_wording()
    library, registers, charts = open_library(settings), _opens_registers(database), settings.home / "charts"
    halfyear = HalfYearReport(known, opens, library, wording, registers, charts, _reports_due(settings))
    return ReportFiles(halfyear, EvaluationReport(known, opens, wording))


def open_subscribing(settings: Settings, database: Database, *, in_chat: bool = False) -> Subscribing:
    """Subscriptions to digests and who writes them, for chats in any case.

    Args:
        settings: where the calendar of duties is, and the home folder.
        database: holds the subscriptions.
        in_chat: whether those who subscribe have no command line.

    Raises:
        DutiesError: the calendar of duties cannot be read.
    """
    calendar = DutyCalendar.load(settings.duties_file or DUTIES_FILE)
    planned = partial(recurrences, calendar)
    composers = _composers(settings, database, calendar)
    desk = Desk(Subscriptions(database), Outbox(database), composers, planned, readers(database))
    return Subscribing(desk, load_wording(in_chat=in_chat))


def _composers(settings: Settings, database: Database, calendar: DutyCalendar) -> dict[DigestKind, DigestComposer]:
    library, known, opens = open_library(settings), load_definitions(), _opens(database)
    wording = load_wording(in_chat=True)

    def sources(principal: Principal) -> Sources:
        return Sources(known, opens(viewer_of(principal)))

    figures = BriefingComposer(_briefings(settings, database, wording), known.registry, wording)
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

    return worded(composers, _language_model(settings), names_with_figures(known, load_registers()), wording)


def _briefings(settings: Settings, database: Database, wording: Wording) -> Briefings:
    def due(on: date) -> Sequence[str]:
        return deadlines(DutyCalendar.load(settings.duties_file or DUTIES_FILE), wording, on)

    folder, reports_due = settings.home / "charts", _reports_due(settings)
    return Briefings(
        load_definitions(), _opens(database), _opens_registers(database), due, reports_due, folder, wording
    )


def _reports_due(settings: Settings) -> DueOf:
    """When reports are due by the calendar of duties, which is read when that is asked for."""
    return lambda period: DutyCalendar.load(settings.duties_file or DUTIES_FILE).reports_due(period)


def _reader(database: Database) -> MetricReader:
    known = load_definitions()
    # A reader of its own for every question: whether real reports have replaced the sample may have changed.
    return MetricReader(
        known.catalogue, load_entities(), known.targets, known.units, lambda: ObservationReader(database).reporting()
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
