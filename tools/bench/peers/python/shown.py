"""What both Python peers show of a row, field by field."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

OWNER = "m.id AS owner_id, m.name, m.region_code AS owner_region, m.given_count, m.gone_at"
JOINED = f"{OWNER} FROM listings l JOIN members m ON m.id = l.owner_id WHERE l.kind = 'talent'"
BY_ID = f"""SELECT l.id, l.title, l.body, l.category, l.minutes, l.mode, l.region_code, l.times, l.bring, l.state,
    l.published_at, l.expires_at, l.revision, {JOINED} AND l.id = $1"""
PAGE = f"""SELECT l.id, l.kind, l.title, l.minutes, l.mode, l.region_code, l.times, l.state, l.published_at,
    l.expires_at, {JOINED} AND l.state = 'open' AND l.expires_at > now()"""
ORDER = "ORDER BY l.published_at DESC, l.id DESC LIMIT 21"
UPDATE = "UPDATE members SET bio = $2, version = version + 1 WHERE id = $1 RETURNING *"
OUTBOX = """INSERT INTO bench_outbox (event_id, topic, kind, key, sequence, occurred_at, headers, data)
    VALUES ($1, 'dojob.core.membership.v1', 'MemberProfileChanged', $2, $3, now(), $4, $5)"""
BANDS = ("morning", "afternoon", "evening")
SLOTS = [f"{day}-{band}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun") for band in BANDS]
SAME = ("id", "title", "body", "category", "minutes", "mode", "bring", "published_at", "expires_at", "revision")
regions: dict[str, dict] = {}


def times(bits):
    return [slot for bit, slot in enumerate(SLOTS) if bits & (1 << bit)]


def state(row):
    if row["expires_at"] <= datetime.now(UTC):
        return "expired"
    return "published" if row["state"] == "open" else row["state"]


def card(row):
    known = row["gone_at"] is None and row["name"] and row["owner_region"]
    return {
        "id": row["owner_id"],
        "name": row["name"] if known else None,
        "region": regions.get(row["owner_region"]) if known else None,
        "given_count": row["given_count"],
        "gone": row["gone_at"] is not None,
    }


def marks(title, q):
    found, at = [], title.find(q) if q else -1
    while at >= 0:
        found.append((at, at + len(q)))
        at = title.find(q, at + 1)
    return found


def talent(row):
    shown = {name: row[name] for name in SAME}
    return shown | {
        "region": regions.get(row["region_code"]), "times": times(row["times"]), "mine": False,
        "open_engagement_id": None, "inquiry_id": None, "donor": card(row), "state": state(row),
    }


def line(row, q):
    return {
        "id": row["id"], "kind": row["kind"], "by": card(row), "title": row["title"],
        "title_marks": marks(row["title"], q), "minutes": row["minutes"], "mode": row["mode"],
        "region": regions.get(row["region_code"]), "times": times(row["times"]), "distance_km": None,
        "state": state(row),
    }


def page(items, rows):
    last = rows[19] if len(rows) > 20 else None
    key = last and f"{last['published_at'].isoformat()}|{last['id']}"
    return {
        "items": items,
        "next": urlsafe_b64encode(key.encode()).decode() if key else None,
        "reach": {"km": None, "grown": False},
        "relax": [],
    }


def key_of(cursor):
    at, id = urlsafe_b64decode(cursor).decode().split("|")
    return datetime.fromisoformat(at), UUID(id)


def me(m):
    missing = [k.removesuffix("_code") for k in ("name", "region_code") if m[k] is None]
    return {
        "id": m["id"], "name": m["name"], "bio": m["bio"], "region": regions.get(m["region_code"]),
        "languages": m["languages"], "complete": not missing, "missing": missing,
        "given": {"count": m["given_count"], "minutes": m["given_minutes"]},
        "received": {"count": m["received_count"], "minutes": m["received_minutes"]},
    }


def change(m):
    """Headers and data of the event of a changed profile."""
    headers = {"actor": {"account": str(m["id"])}, "source": "/dojob/core"}
    data = {"member_id": str(m["id"]), "fields": ["bio"], "complete": True, "languages": m["languages"],
            "region_code": m["region_code"]}
    return headers, data
