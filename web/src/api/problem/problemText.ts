import { formatIn } from '#/shared/format/useFormat.ts';
import { shortNumber } from '#/shared/ui/States.tsx';
import { i18n, loadProblemTexts } from '#/shared/i18n/i18n.ts';
import type lines from '../locales/problems.ko.json';
import { NoAnswer, Problem, type FieldProblem } from './problem.ts';

type Line = keyof typeof lines;

/** The translated line of a code, if there is one. A test demands one for each code of the catalogue. */
function line(code: string, params: Record<string, unknown>): string | undefined {
  const t = i18n.getFixedT(i18n.language, 'problems');
  if (!i18n.exists(`problems:${code}`, { lng: i18n.language })) return undefined;
  // A reason among several has a sentence of its own where there is one: `text.forbidden_character_filler`.
  const context = typeof params['class'] === 'string' ? { context: params['class'] } : {};
  // The code comes from the network: its type is a promise of the catalogue, checked by `exists`.
  const until = typeof params['until'] === 'string' ? { until: moment(params['until']) } : {};
  return String(t(code as Line, { ...params, ...context, ...until } as never));
}

/** The sentence of one refused value. */
export function refusalText({ code, params }: Pick<FieldProblem, 'code' | 'params'>): string {
  return line(code, params) ?? line('field.unknown', {}) ?? '';
}

/** When something ends, in words: "오늘 오후 3:20". A started minute counts as a whole one, so nobody comes too early. */
function moment(until: string): string {
  const minute = Math.ceil(Date.parse(until) / 60_000) * 60_000;
  return formatIn(i18n.language === 'en' ? 'en' : 'ko').soon(new Date(minute), new Date());
}

/** What happened and what can be done, in one sentence; an unknown refusal gives a number to quote. */
export function problemText(cause: unknown): string {
  if (cause instanceof NoAnswer) return line('no_answer', {}) ?? '';
  if (cause instanceof Problem) {
    const params = {
      ...cause.errors[0]?.params,
      minutes: Math.max(1, Math.ceil((cause.retryAfter ?? 60) / 60)),
      ...(cause.requestId === undefined ? {} : { id: shortNumber(cause.requestId) }),
    };
    // A failure of ours is told with its number; without one (a balancer's page) in plain words.
    const numbered = cause.code !== 'server.internal' || cause.requestId !== undefined;
    const known = (numbered ? line(cause.code, params) : undefined) ?? line(`http.${cause.status}`, params);
    if (known !== undefined) return known;
    if (cause.requestId !== undefined) return line('unknown', { id: shortNumber(cause.requestId) }) ?? '';
  }
  return line('unknown_bare', {}) ?? '';
}

/** The refused fields by pointer, each with its sentence: `errors['/title']`. */
export function fieldTexts(cause: unknown): Partial<Record<string, string>> {
  if (!(cause instanceof Problem)) return {};
  const texts: Partial<Record<string, string>> = {};
  for (const error of cause.errors) texts[error.pointer] ??= refusalText(error);
  return texts;
}

/**
 * A refusal once its words are here, whoever refuses: the server, or a form before it asks. It waits at most for the
 * file that is already on its way; without a network the sentence is missing, never the refusal.
 */
export async function withTexts<E extends Error>(refusal: E): Promise<E> {
  await loadProblemTexts();
  return refusal;
}
