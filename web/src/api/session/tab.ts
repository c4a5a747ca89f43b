import { createSession } from './session.ts';
import { createSessionFetch } from './sessionFetch.ts';

/** The session of this tab and its `fetch`: made here, once. The client is bound to it, and so is all that asks. */
export const tabSession = createSession();
export const sessionFetch = createSessionFetch(tabSession);
