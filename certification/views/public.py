"""Pages for machines. Everything else is for people who are signed in."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certification.actions.attempts import SWEEPER
from certification.actions.notices import SENDER
from certification.models import JobRun
from certification.models.jobs import KEEPER

JOBS = (SWEEPER, SENDER, KEEPER)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 where the database is not migrated, or a standing job has not run for a minute."""
    now = timezone.now()
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return JsonResponse({"ok": False, "migrations": len(pending)}, status=503)
    running = set(JobRun.objects.fresh(now).values_list("name", flat=True))
    stopped = [name for name in JOBS if name not in running]
    return JsonResponse({"ok": not stopped, "stopped": stopped}, status=503 if stopped else 200)
