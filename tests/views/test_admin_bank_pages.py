"""What stands beside a question's form: the check, the decisions, its history and its preview."""

from datetime import timedelta

import pytest
from django.utils.html import escape

from certification.actions import bank
from certification.models import Question
from certification.rules.freshness import Freshness
from certification.rules.items import ItemOption
from tests.factories import NOW, AdminFactory, SectionFactory, item
from tests.pages import POLICY, plain, policy, read, typed, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

LIST = "/admin/certification/question/"
TODAY = NOW.date()
ECHO = {
    "text": "Где видны задачи отдела?",
    "options": (
        ItemOption("В календаре задач", True),
        ItemOption("В карточке сделки", False),
        ItemOption("В общей почте отдела", False),
    ),
}


@pytest.fixture
def section(db):
    return SectionFactory(number=1, title="Основы продукта")


@pytest.fixture
def draft(section):
    return bank.create(item(), by=None, now=NOW)


@pytest.fixture
def in_use(section):
    return bank.create(item(), by=None, now=NOW, publish=True)


def url(question, page="change"):
    return f"{LIST}{question.pk}/{page}/"


def sent(editor, question, **changes):
    data = {**typed(editor.get(url(question)), "options-TOTAL_FORMS"), "_save": "1", **changes}
    return editor.post(url(question), {name: value for name, value in data.items() if value is not None})


def test_the_check_stands_beside_the_form(editor, section):
    sound = bank.create(item(), by=None, now=NOW)
    echoing = bank.create(item(**ECHO), by=None, now=NOW)
    [finding] = echoing.findings(on=TODAY)

    pages = [read(editor.get(url(question))).text for question in (sound, echoing)]

    assert [words("Nothing to mend.") in text for text in pages] == [True, False]
    assert f"{words('Warning', context='lint')}. {plain(finding.sentence)}" in pages[1]


def test_beside_a_refused_save_stands_what_is_saved(editor, section):
    question = bank.create(item(number="1.1"), by=None, now=NOW, publish=True)
    typed_text = {
        "text": ECHO["text"],
        **{f"options-{at}-text": option.text for at, option in enumerate(ECHO["options"])},
    }

    refused = sent(editor, question, number="9.9", **typed_text)

    title = f"<title>{words('Error:')} 1.1 v1 | "
    assert title in plain(refused.content.decode())
    assert words("Nothing to mend.") in read(refused).text
    assert typed(refused, "options-TOTAL_FORMS")["number"] == ["9.9"]


def test_a_warning_is_published_with_a_reason_only_and_all_that_was_typed_stays(editor, in_use):
    [finding] = bank.create(item(**ECHO), by=None, now=NOW).findings(on=TODAY)
    typed_text = {
        "text": ECHO["text"],
        **{f"options-{at}-text": option.text for at, option in enumerate(ECHO["options"])},
    }
    before = all_rows()

    refused = sent(editor, in_use, **typed_text)

    sentence = "Say why this does not matter, or mend it; nothing was saved: %(detail)s"
    assert words(sentence, detail=finding.sentence) in read(refused).text
    kept = typed(refused, "options-TOTAL_FORMS")
    assert (kept["text"], kept["options-2-text"]) == ([ECHO["text"]], ["В общей почте отдела"])
    assert changed_tables(before) == []

    sent(editor, in_use, **typed_text, excuse="Так называется экран")

    second = Question.objects.get(key=in_use.key, version=2)
    assert second.is_current
    history = read(editor.get(url(second, "history"))).text
    assert f"«Так называется экран» {words('Version %(version)s', version=1)}" in history
    assert plain(finding.sentence) in history


def test_a_reason_with_nothing_to_publish_is_given_back_with_what_to_do(editor, draft):
    before = all_rows()

    refused = sent(editor, draft, text="Кто заводит людей?", excuse="Набрано с трудом")

    assert changed_tables(before) == []
    sentence = (
        "A reason is kept with a publication, and this would publish nothing, so nothing was saved: tick "
        "“Publish”, or empty this field and save again."
    )
    assert words(sentence) in read(refused).text
    kept = typed(refused, "options-TOTAL_FORMS")
    assert (kept["text"], kept["excuse"]) == (["Кто заводит людей?"], ["Набрано с трудом"])

    sent(editor, draft, text="Кто заводит людей?", excuse="Набрано с трудом", publish="on")

    assert "«Набрано с трудом»" in read(editor.get(url(draft, "history"))).text


def test_what_is_known_of_a_question_is_edited_without_a_version(editor, in_use):
    response = sent(editor, in_use, source="Справка amoCRM", checked_on="20.11.2026", review_by="20.02.2027")

    assert response.status_code == 302
    question = Question.objects.get()
    days = (question.checked_on.isoformat(), question.review_by.isoformat())
    assert (question.source, days) == ("Справка amoCRM", ("2026-11-20", "2027-02-20"))


def test_a_form_opened_before_a_check_does_not_undo_it(editor, in_use):
    opened = typed(editor.get(url(in_use)), "options-TOTAL_FORMS")
    bank.check(in_use.pk, by=None, now=NOW)
    before = all_rows()

    response = editor.post(url(in_use), {**opened, "text": "Кто заводит людей?", "_save": "1"})

    assert (response.status_code, changed_tables(before)) == (200, [])
    assert typed(response, "options-TOTAL_FORMS")["text"] == ["Кто заводит людей?"]


def test_a_draft_that_was_given_up_leaves_the_version_in_use_to_be_edited(editor, in_use):
    draft = bank.revise(in_use.pk, item(text="Кто заводит людей?"), by=None, now=NOW)
    bank.retire(draft.pk, by=None, now=NOW)

    pages = [read(editor.get(url(question))) for question in (in_use, draft)]

    assert [any(form.named("text") for form in page.forms) for page in pages] == [True, False]


def test_to_be_looked_at_before_it_was_checked_is_refused(editor, in_use):
    response = sent(editor, in_use, checked_on="20.11.2026", review_by="20.11.2026")

    assert response.status_code == 200
    assert words("A question is looked at again after the day of its check.") in read(response).text


def test_history_tells_versions_newest_first_with_what_changed_and_who(editor, in_use):
    author = AdminFactory(name="Анна Орлова")
    options = (*item().options[:2], ItemOption("Наблюдатель", False))
    second = bank.revise(
        in_use.pk, item(text="Кто добавляет людей в аккаунт?", options=options), by=author.pk, now=NOW
    )
    bank.send_to_review(second.pk, by=author.pk, now=NOW)

    page = read(editor.get(url(in_use, "history")))

    text = page.text
    versions = [text.index(words("Version %(version)s", version=version)) for version in (2, 1)]
    assert versions == sorted(versions)
    gone, came = words("[removed:"), words("[added:")
    assert f"Кто добавляет {gone} сотрудников] {came} людей] в аккаунт?" in text
    assert f"{came} Наблюдатель]" in text
    assert text.count("Анна Орлова") == 3
    assert [tag for tag, _ in page.tags if tag in ("del", "ins")] == ["del", "ins", "ins", "del"]


def test_version_that_was_replaced_is_called_former_though_it_was_published(editor, in_use):
    second = bank.revise(in_use.pk, item(text="Кто добавляет людей?"), by=None, now=NOW, publish=True)
    bank.revise(second.pk, item(text="Кто добавил людей?"), by=None, now=NOW)
    history, form = (read(editor.get(url(second, page))).text for page in ("history", "change"))

    former = words("former, in new attempts no more")
    for version, word in ((1, former), (2, words("in use")), (3, words("draft"))):
        assert f"{words('Version %(version)s', version=version)}: {word}" in history
        assert f"{version} ({word})" in form


@pytest.mark.parametrize("versions", [1, 3])
def test_history_asks_as_many_queries_however_many_versions(
    editor, in_use, versions, django_assert_max_num_queries
):
    for number in range(1, versions):
        newest = Question.objects.standing().get()
        bank.revise(newest.pk, item(text=f"Кто добавил {number}?"), by=None, now=NOW, publish=True)

    with django_assert_max_num_queries(9):
        editor.get(url(in_use, "history"))


FRAME = '<html lang="ru" data-scheme="{}">'


def test_preview_shows_the_candidates_own_page_in_both_schemes_and_at_phone_width(editor, in_use):
    response = editor.get(url(in_use, "preview"))

    frames = [attrs for tag, attrs in read(response).tags if tag == "iframe"]
    assert [(f["width"], f["sandbox"]) for f in frames] == [
        *((width, "allow-same-origin") for width in ("320", "320", "100%", "100%"))
    ]
    for frame, scheme in zip(frames, ("light", "dark", "light", "dark"), strict=True):
        assert FRAME.format(scheme) in frame["srcdoc"]
        assert "<script" not in frame["srcdoc"]
        assert [text in frame["srcdoc"] for text in ("Ответственный", "в&nbsp;аккаунт", 'name="choice"')]
    assert policy(response) == POLICY


def test_preview_of_what_is_not_saved_writes_nothing(editor, in_use):
    data = {**typed(editor.get(url(in_use)), "options-TOTAL_FORMS"), "text": "Ещё не сохранено <b>?"}
    before = all_rows()

    response = editor.post(url(in_use, "preview"), data)

    assert response.status_code == 200
    [frame, *_] = [attrs for tag, attrs in read(response).tags if tag == "iframe"]
    assert escape("<b>") in frame["srcdoc"].replace("\xa0", " ")
    assert changed_tables(before) == []


def test_preview_of_nothing_says_what_is_missing(editor, in_use):
    data = {**typed(editor.get(url(in_use)), "options-TOTAL_FORMS"), "text": ""}

    response = editor.post(f"{LIST}preview/", data)

    assert response.status_code == 422
    assert words("There is nothing to preview yet.") in read(response).text


def test_what_is_due_is_counted_and_each_number_is_its_list(editor, section):
    for number, review_by in enumerate([TODAY - timedelta(days=1), TODAY, None, None], start=1):
        checked = TODAY - timedelta(days=100) if review_by else None
        fresh = Freshness("", checked, review_by)
        bank.create(item(number=f"1.{number}"), by=None, now=NOW, publish=True, freshness=fresh)
    bank.create(
        item(number="1.9"), by=None, now=NOW, freshness=Freshness("", None, TODAY - timedelta(days=9))
    )

    page = read(editor.get("/admin/"))

    links = [link for link in page.links if "fresh=" in link]
    counts = [editor.get(link).context["cl"].result_count for link in links]
    assert counts == [1, 1, 2]
    names = (
        words("stale"),
        words("due within %(days)s days", days=30),
        words("never compared with its source"),
    )
    told = [f"{name}: {count}" in page.text for name, count in zip(names, counts, strict=True)]
    assert told == [True] * 3


def test_search_folds_case_and_yo_in_options_too(editor, section):
    options = (ItemOption("Учёт ЗВОНКОВ", True), *item().options[1:])
    found = bank.create(item(number="3.7", options=options), by=None, now=NOW)
    bank.create(item(number="3.8"), by=None, now=NOW)

    lists = [editor.get(LIST, {"q": q}).context["cl"].result_list for q in ("учет звонков", "УЧЁТ", "3.7")]

    assert [list(rows) for rows in lists] == [[found]] * 3
