"""What is shown when a page cannot be, by the views that show it."""

from django.test import RequestFactory
from django.urls import reverse

from certification.views import errors
from tests.browser.place import Place


def errors_places():
    url = reverse("verify")
    return [
        Place("error 400", url, reach=answered_by(errors.bad_request, Exception()), status=400),
        Place("error 403", url, reach=answered_by(errors.forbidden, Exception()), status=403),
        Place("error 403 of an old page", url, reach=answered_by(errors.csrf_failure), status=403),
        Place("error 500", url, reach=answered_by(errors.server_error), status=500),
        Place("error 503", url, reach=answered_by(errors.unavailable), status=503),
    ]


def answered_by(view, *args):
    """The page comes from this view, as if the one that was asked for had failed."""

    def reach(page):
        response = view(RequestFactory().get("/"), *args)
        page.route(
            page.url,
            lambda route: route.fulfill(
                status=response.status_code, content_type="text/html; charset=utf-8", body=response.content
            ),
        )
        page.reload()
        page.unroute_all()

    return reach
