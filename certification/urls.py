from django.urls import path

from certification.views import candidate, public

urlpatterns = [
    path("", candidate.home, name="home"),
    path("exams/<slug:slug>/", candidate.exam, name="exam"),
    path("attempts/<int:attempt_id>/questions/<int:position>/", candidate.question, name="question"),
    path("attempts/<int:attempt_id>/clock/", candidate.clock, name="clock"),
    path("attempts/<int:attempt_id>/review/", candidate.review, name="review"),
    path("attempts/<int:attempt_id>/finish/", candidate.finish, name="finish"),
    path("attempts/<int:attempt_id>/result/", candidate.result, name="result"),
    path("healthz", public.healthz, name="healthz"),
    path("readyz", public.readyz, name="readyz"),
]
