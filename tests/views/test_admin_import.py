"""Importing in Django admin, by the pages' own forms: upload, look, confirm."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from certification.admin import question_import
from certification.models import Event, Question, Section
from certification.states import EventKind, QuestionState, Role
from tests.factories import AdminFactory, ExamFactory, QuestionFactory, SectionFactory, UserFactory
from tests.pages import POLICY, inline_code, policy, press, read, typed, words
from tests.rows import all_rows, changed_tables
from tests.sources import COUNTS, DOCUMENT, NAME, changed, row, workbook
from tests.views.test_admin_pages import queries_of

pytestmark = pytest.mark.django_db

IMPORT = "/admin/certification/question/import/"
READY = "/admin/certification/question/readiness/"
ANOTHER = (
    "This plan is not the one that you saw: the bank, or what becomes of the lines, has changed meanwhile. "
    "Nothing was written. Look at it again and confirm."
)


def upload(editor, data=DOCUMENT, *, name=NAME, document=""):
    """Send a file; the page that comes of it."""
    data = data if isinstance(data, bytes) else data.encode()
    fields = {**typed(editor.get(IMPORT), "document"), "document": document}
    return editor.post(IMPORT, {**fields, "file": SimpleUploadedFile(name, data)}, follow=True)


def confirm(editor, page, **changes):
    return press(editor, page, words("Do this"), **changes)


def put_in_place(editor, **options):
    """Import the document, and confirm it."""
    page = confirm(editor, upload(editor, **options))
    assert page.redirect_chain[-1][0] == READY
    return page


def ticks(page):
    """{name: whether it is ticked}."""
    [form] = [form for form in read(page).forms if form.named("plan")]
    return {field.value: field.is_on for field in form.named("step")}


def count(page, kind, number):
    return f"{pgettext('import', kind)}: {number}" in read(page).text


def test_nothing_is_written_before_the_confirmation(editor):
    before = all_rows()

    page = upload(editor)

    assert page.status_code == 200
    assert changed_tables(before) == []
    assert count(page, "new", sum(COUNTS))
    text = read(page).text
    for words_of_file in (
        f"{gettext('Line %(place)s') % {'place': 14}} 2.4 Выберите верное утверждение:",
        "Касса",
    ):
        assert words_of_file in text
    assert (
        words(
            "Section %(number)s: questions announced %(announced)s, found %(found)s.",
            number=1,
            announced=3,
            found=0,
        )
        in text
    )


def test_confirmed_it_is_done_and_the_drafts_are_listed(editor, admin):
    page = put_in_place(editor)

    assert (
        words(
            "Done: new %(created)s, changed %(revised)s, linked %(linked)s, retired %(retired)s.",
            created=9,
            revised=0,
            linked=0,
            retired=0,
        )
        in read(page).text
    )
    assert set(Question.objects.values_list("state", "author")) == {(QuestionState.DRAFT, admin.pk)}
    assert Section.objects.count() == 4
    assert read(page).text.count(words("There is no explanation.")) == 9
    question = Question.objects.get(number="2.1")
    assert reverse("admin:certification_question_change", args=[question.pk]) in read(page).links


def test_imported_again_there_is_nothing_to_confirm(editor):
    put_in_place(editor)

    page = upload(editor)

    assert words("The bank has all of this already: there is nothing to do.") in read(page).text
    assert f"{words('Line %(place)s', place=27)}. 4.2 Кто закрывает смену?" in read(page).text
    assert words("Do this") not in [button.text for form in read(page).forms for button in form.buttons]


def test_history_tells_the_file_and_the_line(editor):
    put_in_place(editor)
    question = Question.objects.get(number="4.2")

    history = editor.get(reverse("admin:certification_question_history", args=[question.pk]))

    place = words("“%(document)s”, line or row %(place)s", document="памятка", place=27)
    assert place in read(history).text


def test_ticks_decide_what_is_changed_and_retired(editor):
    put_in_place(editor)
    copy = changed(
        ("Кладовщик.", "Завскладом."),
        ("Продавец.", "Магазин."),
        ("4. Выберите верное утверждение:\nДоставка занимает до 2 дней.\n", ""),
    )
    page = upload(editor, copy)
    names = ticks(page)
    assert list(names.values()) == [True, True, True]
    first, *_, gone = names

    confirm(editor, page, step=[first])

    assert Question.objects.get(number="2.1").item.right == ("Завскладом.",)
    assert Question.objects.get(number="3.3").item.right == ("Продавец.",)
    assert gone.startswith("gone-")
    assert Question.objects.get(number="2.4").state == QuestionState.DRAFT


def in_use(number):
    """The imported question of this number, published, and the exam that draws it."""
    question = Question.objects.get(number=number)
    Question.objects.filter(pk=question.pk).update(state=QuestionState.PUBLISHED, is_current=True)
    return ExamFactory(title=f"Тест {number}", lines={question.section: 1})


def stopped(exam, section):
    return words(
        "Without them nobody can start “%(exam)s” any more. %(section)s: questions wanted %(wanted)s, "
        "available %(available)s.",
        exam=exam,
        section=section,
        wanted=1,
        available=0,
    )


def test_exams_that_nobody_could_start_any_more_are_told_before_the_confirmation(editor):
    put_in_place(editor)
    sentence = stopped(in_use("3.3"), "3. Возврат")

    page = upload(editor, changed(("3. Кто платит за возврат?\nПродавец.\n", "")))

    assert sentence in read(page).text
    confirm(editor, page)
    assert Question.objects.get(number="3.3").state == QuestionState.RETIRED


def test_exams_stopped_by_another_tick_are_told_before_it_is_done(editor):
    put_in_place(editor)
    sentence = stopped(in_use("3.3"), "3. Возврат")
    Question.objects.filter(number="3.3").update(text="Кто заплатит?")
    page = upload(editor, changed(("3. Кто платит за возврат?\nПродавец.\n", "")))
    [gone] = ticks(page)
    assert sentence not in read(page).text

    asked = confirm(editor, page, step=[gone])

    assert (asked.status_code, Question.objects.get(number="3.3").state) == (409, QuestionState.PUBLISHED)
    assert sentence in read(asked).text
    confirm(editor, asked)
    assert Question.objects.get(number="3.3").state == QuestionState.RETIRED


def test_question_of_the_bank_is_shown_beside_the_files_and_not_ticked(editor):
    ours = QuestionFactory(section=SectionFactory(number=2), number="2.1", text="Кому сдают товар?")

    page = upload(editor)

    assert ticks(page) == {"6": False}
    text = read(page).text
    assert f"{words('In the bank:')} Кому сдают товар?" in text
    assert f"{words('As in the file:')} Кто принимает товар на склад?" in text
    confirm(editor, page, step=["6"])
    assert Question.objects.get(key=ours.key, version=2).text == "Кто принимает товар на склад?"


def test_bank_that_changed_meanwhile_is_shown_with_its_new_plan(editor):
    page = upload(editor)
    QuestionFactory(section=SectionFactory(number=2), number="2.1", text="Кому сдают товар?")
    before = all_rows()

    response = confirm(editor, page)

    assert response.status_code == 409
    assert words(ANOTHER) in read(response).text
    assert changed_tables(before) == []
    assert ticks(response) == {"6": False}
    confirm(editor, response)
    assert Question.objects.count() == 9


def test_lines_of_the_tail_are_moved_and_looked_at_before_they_are_confirmed(editor):
    page = upload(editor)

    unseen = confirm(editor, page, **{"line-29": "4.2"})
    assert (unseen.status_code, Question.objects.count()) == (409, 0)
    shown = press(editor, page, words("Show the plan with these lines moved"), **{"line-29": "4.2"})
    assert shown.status_code == 200
    assert typed(shown, "plan")["line-29"] == ["4.2"]
    confirm(editor, shown)

    assert Question.objects.get(number="4.2").item.right == (
        "Старший кассир.",
        "Смену закрывают каждый вечер.",
    )
    again = read(upload(editor))
    assert [field.value for form in again.forms for field in form.named("line-29")] == ["4.2"]
    assert words("The bank has all of this already: there is nothing to do.") in again.text


@pytest.mark.parametrize("number", ["9.9", "кассир", "4.2.1"])
def test_line_that_goes_nowhere_is_told(editor, number):
    response = confirm(editor, upload(editor), **{"line-30": number})

    assert response.status_code == 422
    assert words("The document has no question “%(number)s”.", number=number) in read(response).text
    assert typed(response, "plan")["line-30"] == [number]
    assert Question.objects.count() == 0


def test_file_is_refused_on_the_form_with_its_place(editor):
    page = upload(editor, workbook(row(text="=1"), row(number="2.2")), name="a.xlsx")

    assert page.status_code == 422
    sentence = words("a number such as %(section)s.1 is wanted.", section=1)
    assert f"{words('Row %(place)s', place=3)}. " in read(page).text
    assert sentence in read(page).text
    assert inline_code(page) == []


def test_file_that_there_is_no_plan_for_is_refused_with_its_row(editor):
    page = upload(editor, workbook(replace(row(), title="")), name="a.xlsx")

    assert page.status_code == 422
    place = words("Row %(place)s", place=2)
    sentence = words(
        "%(place)s. The bank has no section %(number)s: say how it is called.", place=place, number=1
    )
    assert sentence in read(page).text


def test_form_without_a_file_is_shown_again(editor):
    page = editor.post(IMPORT, {"document": "памятка"})

    assert page.status_code == 422
    assert typed(page, "document")["document"] == ["памятка"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_file_that_is_not_kept_any_more_is_asked_for_anew(editor, method):
    response = getattr(editor, method)(f"{IMPORT}nothing/")

    assert response.status_code == 410
    gone = "The file is not kept any more: it was imported, or an hour has passed. Send it anew."
    assert words(gone) in read(response).text


def test_file_is_kept_for_who_sent_it_until_it_is_imported(editor):
    page = upload(editor)
    address = page.redirect_chain[-1][0]
    other = Client()
    other.force_login(AdminFactory())

    assert (editor.get(address).status_code, other.get(address).status_code) == (200, 410)
    confirm(editor, page)
    assert confirm(editor, page).status_code == 410
    assert Question.objects.count() == 9


def test_long_plan_is_decided_kind_by_kind(editor, monkeypatch):
    monkeypatch.setattr(question_import, "MOST_TICKS", 1)
    put_in_place(editor)
    Question.objects.filter(number="2.2").update(text="Что делать?")
    copy = changed(("Кладовщик.", "Завскладом."), ("Продавец.", "Магазин."), ("Составить акт.", "Позвонить."))

    page = upload(editor, copy)

    assert ticks(page) == {}
    assert words("Not shown here: %(count)s more.", count=1) in read(page).text
    [form] = [form for form in read(page).forms if form.named("plan")]
    assert [(field.value, field.is_on) for field in form.named("all")] == [("revise", True), ("link", False)]
    confirm(editor, page)
    assert Question.objects.get(number="3.3").item.right == ("Магазин.",)
    assert Question.objects.get(number="2.2").text == "Что делать?"


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD, Role.MANAGER])
def test_importing_is_for_administrators(editor, role):
    address = upload(editor).redirect_chain[-1][0]
    browser = Client()
    browser.force_login(UserFactory(role=role))
    export = reverse("admin:certification_question_export")

    answers = [browser.post(path, follow=True).status_code for path in (IMPORT, address, export)]

    assert answers == [403, 403, 403]


def test_pages_have_no_inline_code_and_carry_the_policy(editor):
    plan = upload(editor).redirect_chain[-1][0]

    for address in (IMPORT, plan, READY):
        response = editor.get(address)
        assert (inline_code(response), policy(response)) == ([], POLICY)


def test_bank_is_exported_and_read_back_as_it_is(editor):
    put_in_place(editor)
    QuestionFactory(section=SectionFactory(number=2), number="", text="=1+1")
    Question.objects.filter(number="4.1").update(state=QuestionState.RETIRED)

    page = editor.get(IMPORT)
    sent = press(editor, page, words("Download the bank (.xlsx)"))

    assert sent["Content-Disposition"] == 'attachment; filename="questions.xlsx"'
    facts = {"listing": "questions", "filters": {}, "form": "xlsx", "rows": 9}
    assert Event.objects.get(kind=EventKind.EXPORT_MADE).facts == facts
    plan = upload(editor, sent.content, name="questions.xlsx")
    assert count(plan, "as before", 9)
    assert words("The bank has all of this already: there is nothing to do.") in read(plan).text


def test_bank_that_is_too_long_for_a_workbook_is_told_beside_its_export(editor, monkeypatch):
    QuestionFactory.create_batch(2, section=SectionFactory())
    sentence = (
        "The bank has more than %(most)s questions, and no workbook with more is read: send only the rows "
        "that you have changed."
    )
    assert words(sentence, most=1) not in read(editor.get(IMPORT)).text

    monkeypatch.setattr(question_import, "MOST_ROWS", 1)

    assert words(sentence, most=1) in read(editor.get(IMPORT)).text


def test_template_to_fill_in_has_headings_and_no_question(editor):
    address = reverse("admin:certification_question_import_template")
    assert address in read(editor.get(IMPORT)).links

    page = upload(editor, editor.get(address).content, name="questions.xlsx")

    assert words("There are headings, but no question under them.") in read(page).text


def test_list_of_questions_leads_to_the_import_and_the_readiness(editor):
    links = read(editor.get("/admin/certification/question/")).links

    assert {IMPORT, READY} <= set(links)


@pytest.mark.parametrize("questions", [1, 3])
def test_plan_asks_the_same_queries_however_many_questions(editor, questions):
    section = SectionFactory(number=2)
    for number in range(1, questions + 1):
        QuestionFactory(section=section, number=f"2.{number}")
    address = upload(editor).redirect_chain[-1][0]

    assert queries_of(editor, address) == 8


def test_upload_is_kept_for_an_hour(editor, clock):
    address = upload(editor).redirect_chain[-1][0]

    clock.shift(question_import.KEPT_FOR - 1)
    assert editor.get(address).status_code == 200
    clock.shift(2)
    assert editor.get(address).status_code == 410
