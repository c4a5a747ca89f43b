import { toProblem } from '../problem/problem.ts';
import { withTexts } from '../problem/problemText.ts';
import { sessionFetch, tabSession } from './tab.ts';

/**
 * An act that waits for a proof at a provider: the page is left, and this tab repeats the act when it comes back. It lies in this
 * tab's storage for as long as a visit lasts, is taken once, and is good for the same account only.
 */
interface Act {
  account: string;
  method: string;
  path: string;
  body: string;
  key: string | null;
  until: number;
}

const PLACE = 'dojob.act';
const VISIT_MS = 10 * 60_000;

export async function putActAway(request: Request): Promise<void> {
  const account = tabSession.state().account?.id;
  if (account === undefined) return;
  const act: Act = {
    account,
    method: request.method,
    path: new URL(request.url).pathname,
    body: await request.clone().text(),
    key: request.headers.get('idempotency-key'),
    until: Date.now() + VISIT_MS,
  };
  sessionStorage.setItem(PLACE, JSON.stringify(act));
}

/** Nothing is repeated: the person has gone another way. */
export function dropAct(): void {
  sessionStorage.removeItem(PLACE);
}

function takeAct(): Act | null {
  const text = sessionStorage.getItem(PLACE);
  dropAct();
  if (text === null) return null;
  const act = JSON.parse(text) as Act;
  return act.account === tabSession.state().account?.id && Date.now() < act.until ? act : null;
}

/** What a repeated act was, and where it leads to if it leads away from here (a visit to another provider). */
export interface Repeated {
  path: string;
  location: string | null;
}

/** Repeats what was put away, as it was; `null`: nothing. Throws the refusal. */
export async function repeatAct(): Promise<Repeated | null> {
  const act = takeAct();
  if (act === null) return null;
  const headers = new Headers();
  if (act.body !== '') headers.set('content-type', 'application/json');
  if (act.key !== null) headers.set('idempotency-key', act.key);
  const init: RequestInit = { method: act.method, headers };
  if (act.body !== '') init.body = act.body;
  const response = await sessionFetch(new Request(new URL(act.path, location.href), init));
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw await withTexts(toProblem(response, body));
  const leads =
    typeof body === 'object' &&
    body !== null &&
    'location' in body &&
    typeof body.location === 'string' &&
    act.path.endsWith('/begin');
  return { path: act.path, location: leads ? (body as { location: string }).location : null };
}
