/** One refused field: an RFC 6901 pointer into the body and a stable code. */
export interface FieldProblem {
  pointer: string;
  code: string;
  params: Record<string, unknown>;
}

/** An answer that refuses (RFC 9457). `code` decides what is shown; `detail` of the server is never shown. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly errors: readonly FieldProblem[],
    readonly requestId: string | undefined,
    /** Seconds to wait, from `Retry-After`. */
    readonly retryAfter: number | undefined,
  ) {
    super(`${status} ${code}`);
  }
}

/** No answer at all: no network, or the server does not answer. Whether the act happened is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldProblem(value: unknown): FieldProblem[] {
  if (!isRecord(value) || typeof value['code'] !== 'string') return [];
  return [
    {
      pointer: typeof value['pointer'] === 'string' ? value['pointer'] : '',
      code: value['code'],
      params: isRecord(value['params']) ? value['params'] : {},
    },
  ];
}

/** Reads any refusal; a balancer's HTML page becomes `http.<status>` instead of a crash. */
export function toProblem(response: Response, body: unknown): Problem {
  const fields = isRecord(body) ? body : {};
  const code = typeof fields['code'] === 'string' ? fields['code'] : `http.${response.status}`;
  const requestId =
    typeof fields['request_id'] === 'string' ? fields['request_id'] : response.headers.get('x-request-id');
  const errors = Array.isArray(fields['errors']) ? fields['errors'].flatMap(fieldProblem) : [];
  return new Problem(
    response.status,
    code,
    errors,
    requestId ?? undefined,
    seconds(response.headers.get('retry-after')),
  );
}

function seconds(header: string | null): number | undefined {
  if (header === null) return undefined;
  const n = Number(header);
  if (Number.isFinite(n)) return Math.max(0, n);
  const until = Date.parse(header);
  return Number.isNaN(until) ? undefined : Math.max(0, (until - Date.now()) / 1000);
}

export function isProblem(cause: unknown, code?: string): cause is Problem {
  return cause instanceof Problem && (code === undefined || cause.code === code);
}

/**
 * Has the server decided? Then a new press is a new act and needs a new Idempotency-Key. Network trouble, 5xx and
 * "still running" leave it open.
 */
export function isDefinite(cause: unknown): boolean {
  return (
    cause instanceof Problem &&
    cause.status < 500 &&
    cause.status !== 408 &&
    cause.code !== 'idempotency.in_progress'
  );
}
