"""What the admin's first page tells of the bank."""

from django import template
from django.utils import timezone

from certification.reports.bank import Due, due

register = template.Library()


@register.simple_tag
def due_questions() -> Due:
    return due(on=timezone.localdate())
