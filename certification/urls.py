from django.urls import path

from certification.views import candidate, public, sitting

urlpatterns = [
    path("", candidate.home, name="home"),
    path("exams/<slug:slug>/", candidate.exam, name="exam"),
    path("attempts/<int:attempt_id>/", sitting.attempt, name="attempt"),
    path("attempts/<int:attempt_id>/questions/<int:position>/", sitting.question, name="question"),
    path("attempts/<int:attempt_id>/clock/", sitting.clock, name="clock"),
    path("attempts/<int:attempt_id>/review/", sitting.review, name="review"),
    path("attempts/<int:attempt_id>/finish/", sitting.finish, name="finish"),
    path("attempts/<int:attempt_id>/result/", candidate.result, name="result"),
    path("attempts/<int:attempt_id>/receipt/", candidate.receipt, name="receipt"),
    path("healthz", public.healthz, name="healthz"),
    path("readyz", public.readyz, name="readyz"),
]
