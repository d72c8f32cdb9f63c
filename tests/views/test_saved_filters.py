"""What a manager asks again and again, kept at the results."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from certification.actions import saved_filters
from certification.models import SavedFilter
from tests.factories import ManagerFactory, finished
from tests.pages import press, read, words

pytestmark = pytest.mark.django_db

RESULTS = "/manage/attempts/"
PASSED = f"{RESULTS}?outcome=passed"


def kept():
    return list(SavedFilter.objects.order_by("name").values_list("name", "query"))


def save(browser, name, address=PASSED):
    return press(browser, browser.get(address), words("Save the filter"), name=name)


def test_what_is_asked_is_kept_and_asked_again(office, manager):
    finished(right=5)
    saved_filters.keep("Чужой", "q=a", by=ManagerFactory().pk)

    response = save(office, "  Кто  сдал ", f"{RESULTS}?outcome=passed&q=&after=xyz")

    assert response.redirect_chain == [(PASSED, 302)]
    assert kept() == [("Кто сдал", "outcome=passed"), ("Чужой", "q=a")]
    page = read(office.get(RESULTS))
    assert (PASSED in page.links, "Кто сдал" in page.text, "Чужой" in page.text) == (True, True, False)


def test_nothing_is_kept_where_nothing_is_asked(office):
    buttons = [button.text for form in read(office.get(RESULTS)).forms for button in form.buttons]
    response = office.post(reverse("save_filter"), {"name": "Все"})

    assert words("Save the filter") not in buttons
    assert (response.status_code, kept()) == (422, [])
    assert words("Choose what to filter by first.") in read(response).text


@pytest.mark.parametrize(
    ("query", "name", "status"),
    [
        ("outcome=passed", " \u200b ", 422),
        ("outcome=passed", "а" * 61, 422),
        ("outcome=lost", "Кто", 422),
        ("colour=blue&q=a", "Кто", 422),
        ("outcome=passed", "Взято", 409),
    ],
)
def test_what_cannot_be_kept_is_said_beside_what_was_typed(office, manager, query, name, status):
    saved_filters.keep("Взято", "q=a", by=manager.pk)

    response = office.post(f"{reverse('save_filter')}?{query}", {"name": name})

    page = read(response)
    assert (response.status_code, kept()) == (status, [("Взято", "q=a")])
    assert [tag for tag, attrs in page.tags if attrs.get("role") == "alert"] != []
    [field] = [field for form in page.forms for field in form.named("name")]
    assert field.value == name
    assert words("Error:") in response.content.decode()


def test_one_more_than_can_be_kept_is_refused(office, manager):
    for number in range(saved_filters.MOST):
        saved_filters.keep(str(number), "q=a", by=manager.pk)

    response = save(office, "Ещё")

    assert response.status_code == 409
    assert words("You have as many filters as can be kept. Delete one first.") in read(response).text


def test_filter_longer_than_can_be_kept_is_refused(office):
    address = f"{RESULTS}?{urlencode({'q': '😀' * 100})}"

    response = save(office, "Длинный", address)

    page = read(response)
    assert (response.status_code, kept()) == (409, [])
    assert words("This filter is too long to be kept. Search by fewer words.") in page.text
    assert [field.value for form in page.forms for field in form.named("name")] == ["Длинный"]
    assert [field.value for form in page.forms for field in form.named("q")] == ["😀" * 100]


def test_kept_one_can_be_deleted(office, manager):
    for name in ("А", "Б"):
        saved_filters.keep(name, "q=a", by=manager.pk)

    response = press(office, office.get(RESULTS), f"{words('Delete')} А")

    assert (response.redirect_chain, kept()) == ([(RESULTS, 302)], [("Б", "q=a")])


def test_login_in_between_comes_back_to_what_was_asked(office):
    response = office.get(f"{reverse('save_filter')}?outcome=passed")

    assert (response.status_code, response["Location"]) == (302, PASSED)
