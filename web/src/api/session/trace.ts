/**
 * A new trace for one request, as W3C Trace Context defines it: what the request leads to in all services is found under
 * this id. Whether it is kept is the server's decision.
 */
export function traceparent(): string {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
