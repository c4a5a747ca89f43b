"""The reads and the write of the bench with FastAPI and asyncpg: one join, prepared statements, models for answers."""

import json
import os
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

import shown

class Region(BaseModel):
    code: str
    name: str
    path: str
    short: str


class Card(BaseModel):
    id: UUID
    name: str | None
    region: Region | None
    given_count: int
    gone: bool


class Row(BaseModel):
    id: UUID
    title: str
    minutes: int
    mode: str
    region: Region
    times: list[str]
    state: str


class Line(Row):
    kind: str
    by: Card
    title_marks: list[tuple[int, int]]
    distance_km: float | None


class Page(BaseModel):
    items: list[Line]
    next: str | None
    reach: dict
    relax: list


class Talent(Row):
    body: str
    category: str
    bring: str
    published_at: datetime
    expires_at: datetime
    revision: int
    mine: bool
    open_engagement_id: UUID | None
    inquiry_id: UUID | None
    donor: Card


class Me(BaseModel):
    id: UUID
    name: str | None
    bio: str
    region: Region | None
    languages: list[str]
    complete: bool
    missing: list[str]
    given: dict[str, int]
    received: dict[str, int]


async def prepare(c):
    for name in ("json", "jsonb"):
        await c.set_type_codec(name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=4, max_size=4, init=prepare) as app.state.pool:
        rows = await app.state.pool.fetch("SELECT code, view FROM bench_dong")
        shown.regions.update((row["code"], row["view"]) for row in rows)
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/api/core/talents/{id}")
async def by_id(id: UUID) -> Talent:
    row = await app.state.pool.fetchrow(shown.BY_ID, id)
    if row is None:
        raise HTTPException(404)
    return shown.talent(row)


@app.get("/api/core/talents")
async def newest(q: str | None = None, cursor: str | None = None, sort: str = "newest") -> Page:
    values = [*shown.key_of(cursor)] if cursor else []
    where = ["AND (l.published_at, l.id) < ($1, $2)"] if cursor else []
    if q:
        values.append(f"%{q}%")
        where.append(f"AND (l.title ILIKE ${len(values)} OR l.body ILIKE ${len(values)})")
    rows = await app.state.pool.fetch(f"{shown.PAGE} {' '.join(where)} {shown.ORDER}", *values)
    return shown.page([shown.line(row, q) for row in rows[:20]], rows)


@app.patch("/api/core/members/{id}")
async def edit(id: UUID, edit: dict[str, str]) -> Me:
    async with app.state.pool.acquire() as c, c.transaction():
        m = await c.fetchrow(shown.UPDATE, id, edit["bio"])
        await c.execute(shown.OUTBOX, uuid4(), id, m["version"], *shown.change(m))
    return shown.me(m)
