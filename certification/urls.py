from django.urls import path

from certification.views import account, candidate, manager, public, sitting, tutorial

urlpatterns = [
    path("", candidate.home, name="home"),
    path("accounts/", account.hub, name="account"),
    path("exams/<slug:slug>/", candidate.exam, name="exam"),
    path("attempts/<int:attempt_id>/", sitting.attempt, name="attempt"),
    path("attempts/<int:attempt_id>/questions/<int:position>/", sitting.question, name="question"),
    path("attempts/<int:attempt_id>/clock/", sitting.clock, name="clock"),
    path("attempts/<int:attempt_id>/review/", sitting.review, name="review"),
    path("attempts/<int:attempt_id>/finish/", sitting.finish, name="finish"),
    path("attempts/<int:attempt_id>/result/", candidate.result, name="result"),
    path("attempts/<int:attempt_id>/receipt/", candidate.receipt, name="receipt"),
    path("tutorial/", tutorial.start, name="tutorial"),
    path("tutorial/questions/<int:position>/", tutorial.question, name="tutorial_question"),
    path("tutorial/clock/", tutorial.clock, name="tutorial_clock"),
    path("tutorial/review/", tutorial.review, name="tutorial_review"),
    path("tutorial/finish/", tutorial.finish, name="tutorial_finish"),
    path("manage/attempts/", manager.attempt_list, name="manage_attempts"),
    path("manage/attempts/<int:attempt_id>/", manager.attempt, name="manage_attempt"),
    path("manage/attempts/<int:attempt_id>/extend/", manager.extend, name="extend"),
    path("manage/attempts/<int:attempt_id>/void/", manager.void, name="void"),
    path("manage/attempts/<int:attempt_id>/reopen/", manager.reopen, name="reopen"),
    path("manage/attempts/<int:attempt_id>/grant-time/", manager.grant_time, name="grant_time"),
    path("manage/attempts/<int:attempt_id>/grant-attempts/", manager.grant_attempts, name="grant_attempts"),
    path("manage/attempts/<int:attempt_id>/waive-wait/", manager.waive_wait, name="waive_wait"),
    path(
        "manage/attempts/<int:attempt_id>/allowances/<int:allowance_id>/withdraw/",
        manager.withdraw,
        name="withdraw",
    ),
    path("manage/attempts/<int:attempt_id>/check-receipt/", manager.check_receipt, name="check_receipt"),
    path("manage/notes/", manager.note_list, name="manage_notes"),
    path("healthz", public.healthz, name="healthz"),
    path("readyz", public.readyz, name="readyz"),
]
