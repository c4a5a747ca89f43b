// The reads and the write of the bench with Express 5 and pg, as its users write them: one join, prepared statements.
import cluster from 'node:cluster'
import { randomUUID } from 'node:crypto'
import express from 'express'
import pg from 'pg'

const WORKERS = 2
if (cluster.isPrimary) {
  for (let n = 0; n < WORKERS; n++) cluster.fork()
  cluster.on('exit', () => process.exit(1))
  process.on('SIGTERM', () => process.exit(0))
} else {
  await serve()
}

async function serve() {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 / WORKERS })
  const regions = new Map((await pool.query('SELECT code, view FROM bench_dong')).rows.map((r) => [r.code, r.view]))
  const region = (code) => regions.get(code) ?? null

  const OWNER = 'm.id AS owner_id, m.name, m.region_code AS owner_region, m.given_count, m.gone_at'
  const JOINED = `${OWNER} FROM listings l JOIN members m ON m.id = l.owner_id WHERE l.kind = 'talent'`
  const BY_ID = `SELECT l.id, l.title, l.body, l.category, l.minutes, l.mode, l.region_code, l.times, l.bring, l.state,
    l.published_at, l.expires_at, l.revision, ${JOINED} AND l.id = $1`
  const PAGE = `SELECT l.id, l.kind, l.title, l.minutes, l.mode, l.region_code, l.times, l.state, l.published_at,
    l.expires_at, ${JOINED} AND l.state = 'open' AND l.expires_at > now()`
  const ORDER = 'ORDER BY l.published_at DESC, l.id DESC LIMIT 21'
  const SLOTS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].flatMap((day) =>
    ['morning', 'afternoon', 'evening'].map((band) => `${day}-${band}`),
  )
  const times = (bits) => SLOTS.filter((_, bit) => bits & (1 << bit))
  const state = (l) => (l.expires_at <= new Date() ? 'expired' : l.state === 'open' ? 'published' : l.state)
  const card = (l) => {
    const known = !l.gone_at && l.name && l.owner_region
    return {
      id: l.owner_id,
      name: known ? l.name : null,
      region: known ? region(l.owner_region) : null,
      given_count: l.given_count,
      gone: l.gone_at !== null,
    }
  }
  const marks = (title, q) => {
    const found = []
    for (let at = q ? title.indexOf(q) : -1; at >= 0; at = title.indexOf(q, at + 1)) found.push([at, at + q.length])
    return found
  }

  const app = express()
  app.disable('x-powered-by')
  app.use(express.json())

  app.get('/api/core/talents/:id', async (req, res) => {
    const { rows } = await pool.query({ name: 'by-id', text: BY_ID, values: [req.params.id] })
    const l = rows[0]
    if (!l) return res.status(404).json({ code: 'not_found' })
    const { id, title, body, category, minutes, mode, bring, published_at, expires_at, revision } = l
    res.json({
      id, title, body, category, minutes, mode, region: region(l.region_code), times: times(l.times), bring,
      published_at, expires_at, revision, mine: false, open_engagement_id: null, inquiry_id: null, donor: card(l),
      state: state(l),
    })
  })

  app.get('/api/core/talents', async (req, res) => {
    const { q, cursor } = req.query
    const [values, where] = [[], []]
    if (cursor) {
      const [at, id] = Buffer.from(cursor, 'base64url').toString().split('|')
      values.push(at, id)
      where.push('AND (l.published_at, l.id) < ($1, $2)')
    }
    if (q) {
      values.push(`%${q}%`)
      where.push(`AND (l.title ILIKE $${values.length} OR l.body ILIKE $${values.length})`)
    }
    const text = `${PAGE} ${where.join(' ')} ${ORDER}`
    const { rows } = await pool.query({ name: `page-${where.length}-${!cursor}`, text, values })
    const last = rows.length > 20 ? rows[19] : null
    const items = rows.slice(0, 20).map((l) => ({
      id: l.id, kind: l.kind, by: card(l), title: l.title, title_marks: marks(l.title, q), minutes: l.minutes,
      mode: l.mode, region: region(l.region_code), times: times(l.times), distance_km: null, state: state(l),
    }))
    const next = last && Buffer.from(`${last.published_at.toISOString()}|${last.id}`).toString('base64url')
    res.json({ items, next, reach: { km: null, grown: false }, relax: [] })
  })

  const UPDATE = `UPDATE members SET bio = $2, version = version + 1 WHERE id = $1 RETURNING *`
  const OUTBOX = `INSERT INTO bench_outbox (event_id, topic, kind, key, sequence, occurred_at, headers, data)
    VALUES ($1, 'dojob.core.membership.v1', 'MemberProfileChanged', $2, $3, now(), $4, $5)`

  app.patch('/api/core/members/:id', async (req, res) => {
    const c = await pool.connect()
    try {
      await c.query('BEGIN')
      const { rows } = await c.query({ name: 'update', text: UPDATE, values: [req.params.id, req.body.bio] })
      const m = rows[0]
      const missing = ['name', 'region_code'].filter((k) => m[k] === null).map((k) => k.replace('_code', ''))
      const complete = missing.length === 0
      const headers = { actor: { account: m.id }, source: '/dojob/core' }
      const { id, name, bio, languages, region_code } = m
      const data = { member_id: id, fields: ['bio'], complete, languages, region_code }
      await c.query({ name: 'outbox', text: OUTBOX, values: [randomUUID(), id, m.version, headers, data] })
      await c.query('COMMIT')
      res.json({
        id, name, bio, region: region(region_code), languages, complete, missing,
        given: { count: m.given_count, minutes: m.given_minutes },
        received: { count: m.received_count, minutes: m.received_minutes },
      })
    } catch (error) {
      await c.query('ROLLBACK')
      throw error
    } finally {
      c.release()
    }
  })

  app.listen(Number(process.env.PORT), '127.0.0.1')
}
