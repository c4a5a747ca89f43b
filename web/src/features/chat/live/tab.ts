import { queryClient } from '#/api/client/query.ts';
import { tabSession } from '#/api/session/tab.ts';
import { createChat } from './chat.ts';
import { openIdbStore } from './idbStore.ts';

/** The chat of this tab: made here, once. Its code comes with the first member or the first chat screen. */
export const chat = createChat({ session: tabSession, client: queryClient, store: openIdbStore() });
