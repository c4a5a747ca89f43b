"""The reads and the write of the bench with Django REST Framework: serializers, views, one join; under gunicorn."""

from uuid import uuid4

from drf_site import Listing, Member, Outbox
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.urls import path
from django.utils.timezone import now
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

import shown


class Region(serializers.CharField):
    def to_representation(self, code):
        return shown.regions.get(code)


class Times(serializers.IntegerField):
    def to_representation(self, bits):
        return shown.times(bits)


class CardSerializer(serializers.ModelSerializer):
    region, gone = Region(source="region_code"), serializers.SerializerMethodField()

    class Meta:
        model, fields = Member, ["id", "name", "region", "given_count", "gone"]

    def get_gone(self, member):
        return member.gone_at is not None


class LineSerializer(serializers.ModelSerializer):
    region, times, state = Region(source="region_code"), Times(), serializers.SerializerMethodField()
    by, title_marks = CardSerializer(source="owner"), serializers.SerializerMethodField()
    distance_km = serializers.ReadOnlyField(default=None)

    class Meta:
        model = Listing
        fields = ["id", "kind", "by", "title", "title_marks", "minutes", "mode", "region", "times", "distance_km",
                  "state"]

    def get_state(self, listing):
        return shown.state(vars(listing))

    def get_title_marks(self, listing):
        return shown.marks(listing.title, self.context.get("q"))


class TalentSerializer(LineSerializer):
    donor, mine = CardSerializer(source="owner"), serializers.ReadOnlyField(default=False)
    open_engagement_id, inquiry_id = serializers.ReadOnlyField(default=None), serializers.ReadOnlyField(default=None)
    by = title_marks = distance_km = None

    class Meta:
        model = Listing
        fields = [*shown.SAME, "region", "times", "mine", "open_engagement_id", "inquiry_id", "donor", "state"]


class ByIdView(generics.RetrieveAPIView):
    queryset, serializer_class = Listing.objects.filter(kind="talent").select_related("owner"), TalentSerializer


class NewestView(APIView):
    def get(self, request):
        q, cursor = request.GET.get("q"), request.GET.get("cursor")
        found = Listing.objects.filter(kind="talent", state="open", expires_at__gt=now()).select_related("owner")
        if cursor:
            found = found.filter(TupleLessThan(Tuple("published_at", "id"), shown.key_of(cursor)))
        if q:
            found = found.filter(Q(title__icontains=q) | Q(body__icontains=q))
        rows = list(found.order_by("-published_at", "-id")[:21])
        items = LineSerializer(rows[:20], many=True, context={"q": q}).data
        return Response(shown.page(items, [vars(row) for row in rows]))


class EditView(APIView):
    @transaction.atomic
    def patch(self, request, pk):
        Member.objects.filter(pk=pk).update(bio=request.data["bio"], version=F("version") + 1)
        member = vars(Member.objects.get(pk=pk))
        headers, data = shown.change(member)
        Outbox.objects.create(
            event_id=uuid4(), topic="dojob.core.membership.v1", kind="MemberProfileChanged", key=pk,
            sequence=member["version"], occurred_at=now(), headers=headers, data=data,
        )
        return Response(shown.me(member))


urlpatterns = [
    path("api/core/talents/<uuid:pk>", ByIdView.as_view()), path("api/core/talents", NewestView.as_view()),
    path("api/core/members/<uuid:pk>", EditView.as_view()),
]
with connection.cursor() as c:
    c.execute("SELECT json_object_agg(code, view) FROM bench_dong")
    shown.regions.update(c.fetchone()[0])
connection.close()
application = get_wsgi_application()
