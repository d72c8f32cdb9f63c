"""Pages for machines. Everything else is for people who are signed in."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certification.models import JobRun


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
    stopped = JobRun.objects.stopped(now)
    return JsonResponse({"ok": not stopped, "stopped": stopped}, status=503 if stopped else 200)
