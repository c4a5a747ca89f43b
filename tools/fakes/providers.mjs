// Plays the four identity providers, each on a port of its own: `node providers.mjs`. The protocol is that of npm's
// oidc-provider (PKCE required); what differs from it is what differs at the real ones (docs/IDENTITY.md). When all listen it
// prints, in one line of JSON, the settings by which auth finds them.
//
// DOJOB_URL: where browsers reach dojob, http://localhost:8080 by default. FAKES_PORT: the first of four ports; 0 takes free ones.

import { createCipheriv, createHash, createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import Provider from 'oidc-provider';

const DOJOB = process.env.DOJOB_URL ?? 'http://localhost:8080';
const FIRST_PORT = Number(process.env.FAKES_PORT ?? 4451);
const CLIENT = 'dojob';
const SECRET = 'a secret of the fakes';
const ADMIN_KEY = 'an admin key of the fakes';

/** People who can log in at each of them. Nobody of these exists. */
const PEOPLE = {
  1001: { name: '김민지', email: 'minji@fake.example', verified: true },
  1002: { name: '이도윤', email: 'doyun@fake.example', verified: false },
  1003: { name: '', email: null, verified: false },
};

/** Anybody else whose number somebody types: a new person for each story. */
function personOf(id) {
  return PEOPLE[id] ?? { name: `이웃${String(id).slice(-4)}`, email: null, verified: false };
}

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const apple = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });

/** Apple tells a name the first time only. */
const seenByApple = new Set();

const KINDS = {
  kakao: {
    routes: { authorization: '/oauth/authorize', token: '/oauth/token', jwks: '/.well-known/jwks.json' },
    // No word on whether the address is verified.
    claims: ({ name, email }) => ({ nickname: name, email }),
    async before(ctx) {
      // Scopes are separated by commas; whoever sends spaces asks for one that does not exist.
      const scope = new URLSearchParams(ctx.querystring).get('scope');
      if (ctx.path !== '/oauth/authorize' || scope === null) return true;
      if (scope.includes(' ')) return refuse(ctx, 'invalid_scope', 'KOE205');
      const query = new URLSearchParams(ctx.querystring);
      query.set('scope', 'openid email profile');
      ctx.querystring = query.toString();
      return true;
    },
    after(ctx) {
      if (ctx.path === '/oauth/token' && ctx.body?.error === 'invalid_grant')
        ctx.body = { ...ctx.body, error_code: 'KOE320' };
    },
    profile: {
      path: '/v2/user/me',
      of: (id, { name, email, verified }) => ({
        id: Number(id),
        connected_at: '2026-12-01T00:00:00Z',
        kakao_account: {
          profile: { nickname: name },
          ...(email === null
            ? { email_needs_agreement: true }
            : { email, is_email_valid: true, is_email_verified: verified }),
        },
      }),
    },
  },
  naver: {
    routes: { authorization: '/oauth2/authorize', token: '/oauth2/token', jwks: '/oauth2/jwks' },
    // It knows no scope for an address.
    claims: () => ({}),
    before: () => true,
    after(ctx) {
      if (ctx.path !== '/oauth2/token') return;
      // A refusal has status 200, and numbers are text.
      if (ctx.body?.error !== undefined) ctx.status = 200;
      else if (ctx.body?.expires_in !== undefined)
        ctx.body = { ...ctx.body, expires_in: String(ctx.body.expires_in) };
    },
    profile: {
      path: '/v1/nid/me',
      of: (id, { name, email }) => ({
        resultcode: '00',
        message: 'success',
        response: { id: `naver-${id}`, ...(name === '' ? {} : { nickname: name }), ...(email === null ? {} : { email }) },
      }),
      unknown: { resultcode: '024', message: 'Authentication failed' },
    },
  },
  google: {
    routes: {},
    claims: ({ name, email, verified }) => ({ name, ...(email === null ? {} : { email, email_verified: verified }) }),
    before: () => true,
    after() {},
  },
  apple: {
    routes: { authorization: '/auth/authorize', token: '/auth/token', jwks: '/auth/keys' },
    // A truth value as text.
    claims: ({ email, verified }) =>
      email === null ? {} : { email, email_verified: String(verified), is_private_email: 'false' },
    async before(ctx, issuer) {
      const query = new URLSearchParams(ctx.querystring);
      const scope = query.get('scope');
      if (ctx.path === '/auth/authorize' && scope !== null) {
        if (query.get('response_mode') !== 'form_post') return refuse(ctx, 'invalid_request', 'form_post');
        query.set('scope', 'openid email profile');
        ctx.querystring = query.toString();
      }
      if (ctx.path === '/auth/token') {
        const form = Object.fromEntries(new URLSearchParams(await text(ctx.req)));
        if (!isAppleSecret(form.client_secret, issuer)) return refuse(ctx, 'invalid_client', 'secret');
        ctx.req.body = { ...form, client_secret: SECRET };
      }
      return true;
    },
    after(ctx) {
      // The page that posts the form; a name is in it once.
      if (typeof ctx.body !== 'string' || !ctx.body.includes('</form>')) return;
      const id = ctx.oidc?.session?.accountId;
      const name = id === undefined ? '' : personOf(id).name;
      if (!ctx.body.includes('name="code"') || name === '' || seenByApple.has(id)) return;
      seenByApple.add(id);
      const user = JSON.stringify({ name: { firstName: name.slice(1), lastName: name.slice(0, 1) } });
      ctx.body = ctx.body.replace('</form>', `<input type="hidden" name="user" value="${attribute(user)}"/></form>`);
    },
  },
};

const FORM = 'application/x-www-form-urlencoded';

/** What each of them sends when somebody has disconnected there; Google sends nothing. */
const MESSAGES = {
  kakao: (id) => ({
    path: '/api/auth/webhooks/kakao/unlinked',
    type: FORM,
    authorization: `KakaoAK ${ADMIN_KEY}`,
    body: String(new URLSearchParams({ app_id: '1', user_id: id, referrer_type: 'UNLINK_FROM_APPS' })),
  }),
  naver(id) {
    const secret = createHash('md5').update(SECRET).digest();
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-128-cbc', secret, iv);
    const encrypted = Buffer.concat([iv, cipher.update(id), cipher.final()]);
    const url = (bytes) => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    const fields = { clientId: CLIENT, encryptUniqueId: url(encrypted), timestamp: String(seconds()) };
    const signed = Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const signature = url(createHmac('sha256', secret).update(signed).digest());
    const body = String(new URLSearchParams({ ...fields, signature }));
    return { path: '/api/auth/webhooks/naver/unlinked', type: FORM, authorization: '', body };
  },
  async apple(id, issuer) {
    const events = JSON.stringify({ type: 'consent-revoked', sub: id, event_time: seconds() });
    const payload = await new SignJWT({ events })
      .setProtectedHeader({ alg: 'RS256', kid: 'apple-1' })
      .setIssuer(issuer)
      .setAudience(CLIENT)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(await importJWK({ ...key, alg: 'RS256' }, 'RS256'));
    const body = JSON.stringify({ payload });
    return { path: '/api/auth/webhooks/apple/events', type: 'application/json', authorization: '', body };
  },
};

function seconds() {
  return Math.floor(Date.now() / 1000);
}

function refuse(ctx, error, code) {
  ctx.status = 400;
  ctx.body = { error, error_code: code };
  return false;
}

/** Our own token: ES256, from the team, for the client and for this issuer, and not for long. */
function isAppleSecret(secret, issuer) {
  try {
    const header = decodeProtectedHeader(secret);
    const claims = decodeJwt(secret);
    return (
      header.alg === 'ES256' &&
      header.kid === 'KEY' &&
      claims.iss === 'TEAM' &&
      claims.sub === CLIENT &&
      claims.aud === issuer &&
      claims.exp - claims.iat <= 180 * 86_400
    );
  } catch {
    return false;
  }
}

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function attribute(value) {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** The page on which somebody says who they are: a button for each, and one that refuses. */
function page(kind, uid) {
  const buttons = Object.entries(PEOPLE).map(
    ([id, { name }]) => `<button name="person" value="${id}">${attribute(name === '' ? '이름 없음' : name)}</button>`,
  );
  return `<!doctype html><html lang="ko"><meta name="viewport" content="width=device-width"><title>${kind}</title><h1>${kind} (연습용)</h1>
    <form method="post" action="/interaction/${uid}">${buttons.join('')}
    <button name="person" value="">취소</button></form>
    <form method="post" action="/interaction/${uid}"><label>번호 <input name="person" pattern="[0-9]{4,15}"></label>
    <button>이 사람으로</button></form></html>`;
}

async function start(kind, port) {
  const { routes, claims, before, after, profile } = KINDS[kind];
  const server = createServer();
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [`${DOJOB}/api/auth/callback/${kind}`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    routes,
    jwks: { keys: [{ ...key, kid: `${kind}-1`, alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'is_private_email'], profile: ['name', 'nickname'] },
    // What is asked for is in the id_token, as at all four.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims(personOf(id)) }) }),
    // Consent is given on the provider's page, which is not what is played here.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    const uid = /^\/interaction\/([\w-]+)$/.exec(ctx.path)?.[1];
    if (uid !== undefined) {
      if (ctx.method === 'GET') {
        ctx.type = 'html';
        ctx.body = page(kind, uid);
        return;
      }
      const person = new URLSearchParams(await text(ctx.req)).get('person');
      const result = /^[0-9]{4,15}$/.test(person ?? '')
        ? { login: { accountId: person } }
        : { error: 'access_denied', error_description: 'the person said no' };
      await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
      ctx.respond = false;
      return;
    }
    const gone = /^\/disconnected\/([0-9]{4,15})$/.exec(ctx.path)?.[1];
    if (gone !== undefined && MESSAGES[kind] !== undefined) {
      ctx.body = await MESSAGES[kind](gone, issuer);
      return;
    }
    if (profile !== undefined && ctx.path === profile.path) {
      const token = /^Bearer (.+)$/.exec(ctx.get('authorization'))?.[1];
      const known = token === undefined ? undefined : await provider.AccessToken.find(token);
      ctx.status = known === undefined ? 401 : 200;
      ctx.body =
        known === undefined ? (profile.unknown ?? { code: -401 }) : profile.of(known.accountId, personOf(known.accountId));
      return;
    }
    if (!(await before(ctx, issuer))) return;
    await next();
    after(ctx);
  });
  server.on('request', provider.callback());
  return { kind, issuer, server };
}

const started = await Promise.all(
  Object.keys(KINDS).map((kind, n) => start(kind, FIRST_PORT === 0 ? 0 : FIRST_PORT + n)),
);
const settings = { DOJOB_PUBLIC_URL: DOJOB };
for (const { kind, issuer } of started) {
  const name = (rest) => `DOJOB_AUTH_${kind.toUpperCase()}_${rest}`;
  settings[name('CLIENT_ID')] = CLIENT;
  settings[name('ISSUER')] = issuer;
  if (kind === 'apple') {
    settings[name('TEAM_ID')] = 'TEAM';
    settings[name('KEY_ID')] = 'KEY';
    settings[name('PRIVATE_KEY')] = apple;
  } else {
    settings[name('CLIENT_SECRET')] = SECRET;
    if (kind === 'kakao') settings[name('ADMIN_KEY')] = ADMIN_KEY;
  }
  const { profile } = KINDS[kind];
  if (profile !== undefined) settings[name('PROFILE_URL')] = `${issuer}${profile.path}`;
}
console.log(JSON.stringify(settings));
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const { server } of started) server.close();
    process.exit(0);
  });
