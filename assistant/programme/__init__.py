"""The AI work programme's records: kinds as data, one register, and what each initiative computes."""

from assistant.programme.behaviours import BEHAVIOURS, CHECKS, REACTIONS
from assistant.programme.behaviours.certificate import lapse_failed, verify
from assistant.programme.catalogue import Catalogue, FocusArea, Initiative, Spec, load_catalogue
from assistant.programme.desk import Ask, Desk, Document, Meaning
from assistant.programme.erasure import Erased, erase
from assistant.programme.errors import (
    BadQuery,
    InvalidRecord,
    MissingVersion,
    NotAllowed,
    ProgrammeError,
    StaleRecord,
    UnknownBehaviour,
    UnknownKind,
    UnknownRecord,
    WrongState,
)
from assistant.programme.exchange import (
    ImportReport,
    UnreadableImport,
    export_csv,
    import_rows,
    read_rows,
)
from assistant.programme.expiries import settle_all, settle_expired
from assistant.programme.gates import GateResult, Gates, RecordedGates, record_gate
from assistant.programme.kinds import FieldType, Kind, KindField
from assistant.programme.page import address, provenance
from assistant.programme.queries import Query
from assistant.programme.records import OFFICE, PUBLIC, Actor, Change, Found, Link, Origin, Provenance, Record
from assistant.programme.register import Register
from assistant.programme.schema import schema
from assistant.programme.seeding import Seeded, seed
from assistant.programme.signing import Signer, verifies
from assistant.programme.source import RecordSource
from assistant.programme.usage import MODEL_TOKENS, Usage
from assistant.programme.wording import date_in_words, day, shown

__all__ = [
    "BEHAVIOURS",
    "CHECKS",
    "MODEL_TOKENS",
    "OFFICE",
    "PUBLIC",
    "REACTIONS",
    "Actor",
    "Ask",
    "BadQuery",
    "Catalogue",
    "Change",
    "Desk",
    "Document",
    "Erased",
    "FieldType",
    "FocusArea",
    "Found",
    "GateResult",
    "Gates",
    "ImportReport",
    "Initiative",
    "InvalidRecord",
    "Kind",
    "KindField",
    "Link",
    "Meaning",
    "MissingVersion",
    "NotAllowed",
    "Origin",
    "ProgrammeError",
    "Provenance",
    "Query",
    "Record",
    "RecordSource",
    "RecordedGates",
    "Register",
    "Seeded",
    "Signer",
    "Spec",
    "StaleRecord",
    "UnknownBehaviour",
    "UnknownKind",
    "UnknownRecord",
    "UnreadableImport",
    "Usage",
    "WrongState",
    "address",
    "date_in_words",
    "day",
    "erase",
    "export_csv",
    "import_rows",
    "lapse_failed",
    "load_catalogue",
    "provenance",
    "read_rows",
    "record_gate",
    "schema",
    "seed",
    "settle_all",
    "settle_expired",
    "shown",
    "verifies",
    "verify",
]
