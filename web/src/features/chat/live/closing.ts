/** Why the server closed (services/chat/src/live/close.rs), as far as it changes what we do. */
const TOO_MANY = 3013;
const TOKEN_OVER = 4401;
const BAD_TOKEN = 3500;
const BAD_FRAME = 3501;

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

export interface Next {
  /** `again`: connect and resume; `refresh`: with a new token; `rest`: only after something has changed. */
  act: 'again' | 'refresh' | 'rest';
  wait: number;
}

/** What to do after a socket has ended. `failures`: how many have ended in a row without having been ready. */
export function afterClose(code: number, failures: number, random = Math.random()): Next {
  const wait = backoff(failures, random);
  switch (code) {
    case TOKEN_OVER:
      return { act: 'refresh', wait: failures === 0 ? 0 : wait };
    case BAD_TOKEN:
      // Perhaps its key was retired: a new token tells.
      return failures < 2 ? { act: 'refresh', wait } : { act: 'rest', wait: 0 };
    case BAD_FRAME:
      // This page speaks another language than the server: over HTTP it may still get along.
      return { act: 'rest', wait: 0 };
    case TOO_MANY:
      return { act: 'again', wait: Math.max(wait, LONGEST_MS * (0.5 + random / 2)) };
    default:
      return { act: 'again', wait };
  }
}

/** Doubles up to 30 s; half of it is by chance, so that a restarted server is not reached by all clients at once. */
function backoff(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(full * (0.5 + random / 2));
}
