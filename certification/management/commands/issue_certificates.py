from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certification.actions import certificates
from certification.models import Attempt


class Command(BaseCommand):
    help = "Issues a certificate for every pass that was promised one and has had none."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        passes = Attempt.objects.uncertified().order_by("finished_at", "pk").values_list("pk", flat=True)
        issued = [certificates.issue_missing(pk, now=now) for pk in list(passes)]
        self.stdout.write(f"Certificates issued: {sum(one is not None for one in issued)}.")
