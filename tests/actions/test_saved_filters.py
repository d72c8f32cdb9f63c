import pytest

from certification.actions import saved_filters
from certification.actions.refused import Refused
from certification.models import SavedFilter
from tests.factories import ManagerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    return {"by": ManagerFactory().pk}


@pytest.fixture
def others():
    return {"by": ManagerFactory().pk}


def kept():
    return list(SavedFilter.objects.order_by("pk").values_list("user", "name", "query"))


def test_each_keeps_their_own_under_names_of_their_own(own, others):
    for by, name, query in (
        (own, "Сдали", "outcome=passed"),
        (others, "Сдали", "q=a"),
        (own, "Идут", "state=open"),
    ):
        saved_filters.keep(name, query, **by)

    assert kept() == [
        (own["by"], "Сдали", "outcome=passed"),
        (others["by"], "Сдали", "q=a"),
        (own["by"], "Идут", "state=open"),
    ]


def test_name_is_taken_once(own):
    saved_filters.keep("Сдали", "outcome=passed", **own)

    with pytest.raises(Refused, match="taken"):
        saved_filters.keep("Сдали", "q=a", **own)
    assert kept() == [(own["by"], "Сдали", "outcome=passed")]


def test_twenty_are_kept_by_each(own, others):
    for number in range(20):
        saved_filters.keep(str(number), "q=a", **own)

    with pytest.raises(Refused, match="full"):
        saved_filters.keep("20", "q=a", **own)
    saved_filters.keep("20", "q=a", **others)
    assert len(kept()) == 21


def test_nobody_forgets_for_another(own, others):
    mine, other = saved_filters.keep("А", "q=a", **own), saved_filters.keep("Б", "q=a", **others)

    for pk in (mine.pk, mine.pk, other.pk, 10**6):
        saved_filters.forget(pk, **own)

    assert kept() == [(others["by"], "Б", "q=a")]
