from django.urls import path

from bench.bare import views

urlpatterns = [
    path("accounts/login/", views.sign_in, name="login"),
    path("", views.page, {"template": "home"}, name="home"),
    path("exams/test-1/", views.exam),
    path("attempts/<int:pk>/questions/<int:position>/", views.question, name="question"),
    path("attempts/<int:pk>/clock/", views.clock),
    path("attempts/<int:pk>/review/", views.review),
    path("attempts/<int:pk>/finish/", views.finish),
    path("attempts/<int:pk>/result/", views.result, name="result"),
]
