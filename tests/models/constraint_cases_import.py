"""What the database allows and refuses of what a document calls its questions; see constraint_cases."""

from uuid import UUID

from tests.factories import ExternalIdFactory
from tests.models.constraint_cases import Case
from tests.models.writes import added

ANOTHER = UUID(int=1)

CASES = [
    Case(
        "external_id_once",
        ExternalIdFactory,
        [
            {"key": ANOTHER, "number": 30001},
            {"key": ANOTHER, "section": 30001},
            {"key": ANOTHER, "document": "другая"},
        ],
        [{"key": ANOTHER}],
        added,
    ),
    Case(
        "external_id_of_one_number",
        ExternalIdFactory,
        [{"number": 30001, "key": ANOTHER}, {"number": 30001, "document": "другая"}],
        [{"number": 30001}, {"section": 30001}],
        added,
    ),
    Case(
        "external_id_numbered_from_one",
        ExternalIdFactory,
        [{"section": 1}, {"number": 1}],
        [{"section": 0}, {"number": 0}],
    ),
    Case("external_id_names_a_document", ExternalIdFactory, [{"document": "п"}], [{"document": ""}]),
]
