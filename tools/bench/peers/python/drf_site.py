"""Settings and models of the peer with Django REST Framework."""

import os
from urllib.parse import unquote, urlparse

import django
from django.conf import settings

url = urlparse(os.environ["DATABASE_URL"])
settings.configure(
    DEBUG=False, SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF="drf_app", TIME_ZONE="UTC",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username,
        "PASSWORD": unquote(url.password or ""), "HOST": url.hostname, "PORT": url.port, "CONN_MAX_AGE": None,
        "OPTIONS": {"prepare_threshold": 0, "server_side_binding": True},
    }},
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"], "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"], "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Member(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.TextField(null=True)
    bio = models.TextField()
    region_code = models.TextField(null=True)
    languages = ArrayField(models.TextField())
    given_count, given_minutes = models.IntegerField(), models.IntegerField()
    received_count, received_minutes = models.IntegerField(), models.IntegerField()
    gone_at = models.DateTimeField(null=True)
    version = models.BigIntegerField()

    class Meta:
        app_label, db_table, managed = "bench", "members", False


class Listing(models.Model):
    id = models.UUIDField(primary_key=True)
    kind, title, body, category, mode, region_code, bring, state = (models.TextField() for _ in range(8))
    owner = models.ForeignKey(Member, models.DO_NOTHING)
    minutes, times, revision = (models.IntegerField() for _ in range(3))
    published_at, expires_at = models.DateTimeField(), models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "bench", "listings", False


class Outbox(models.Model):
    event_id, key = models.UUIDField(), models.UUIDField()
    topic, kind, sequence = models.TextField(), models.TextField(), models.BigIntegerField()
    occurred_at, headers, data = models.DateTimeField(), models.JSONField(), models.JSONField()

    class Meta:
        app_label, db_table, managed = "bench", "bench_outbox", False
