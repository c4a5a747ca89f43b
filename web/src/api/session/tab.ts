import { createProof } from './proof.ts';
import { createSession } from './session.ts';
import { createSessionFetch } from './sessionFetch.ts';

/** The session of this tab and its `fetch`: made here, once. The client is bound to it, and so is all that asks. */
export const tabSession = createSession();
export const tabProof = createProof();
export const sessionFetch = createSessionFetch(tabSession, tabProof);

// What somebody else wanted to do is not done for who is here now.
tabSession.onAccountChange(() => tabProof.settle(false));
