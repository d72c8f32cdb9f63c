"""The floor stays one: what it asks of the database is counted on a scratch database of its own."""

from bench import server
from bench.server import BARE, Database
from bench.sitting import Step


def test_floor_is_session_user_and_one_statement_more(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/bare.sqlite3")
    server.prepare(BARE, database, people=1)

    counted = server.count_statements(BARE, database)

    first = {step: count for step, _, count in reversed(counted)}
    assert first == {
        Step.SIGN_IN: 9,  # the user, last_login and a session of the new key, in transactions
        Step.HOME: 2,
        Step.START_PAGE: 2,
        Step.START: 7,  # with the sitting and a row a question in a transaction
        Step.OPEN: 3,
        Step.SAVE: 3,
        Step.SAVE_AND_NEXT: 4,
        Step.REVIEW: 3,
        Step.FINISH: 3,
        Step.RESULT: 3,
        Step.CLOCK: 3,
    }
