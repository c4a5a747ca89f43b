import { useEffect, useSyncExternalStore } from 'react';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Message } from '#/api/types.ts';
import { isProblem, Problem } from '#/api/problem/problem.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { queryClient } from '#/api/client/query.ts';

/**
 * 한마디: the first message of a conversation that may not exist yet. It is written down before it is sent, asked for
 * quietly for five seconds, and stays until the server has it: the text is never lost.
 */
interface FirstMessage {
  client_id: string;
  text: string;
}

// With the prefix of drafts, so that another person who logs in does not find it.
const PREFIX = 'dojob.draft:words:';
const PATIENCE_MS = 5_000;

const sending = new Set<string>();
/** What could not be sent, and why. */
const failed = new Map<string, unknown>();
const listeners = new Set<() => void>();

function read(conversation: string): FirstMessage | null {
  try {
    const stored = sessionStorage.getItem(PREFIX + conversation);
    return stored === null ? null : (JSON.parse(stored) as FirstMessage);
  } catch {
    return held.get(conversation) ?? null;
  }
}

/** Where the storage is full or forbidden, this tab remembers. */
const held = new Map<string, FirstMessage>();

function keep(conversation: string, message: FirstMessage | null): void {
  if (message === null) held.delete(conversation);
  else held.set(conversation, message);
  try {
    if (message === null) sessionStorage.removeItem(PREFIX + conversation);
    else sessionStorage.setItem(PREFIX + conversation, JSON.stringify(message));
  } catch {
    // `held` has it.
  }
}

function notify(): void {
  listeners.forEach((listener) => listener());
}

/** Sends it as soon as the conversation is there. An empty text is not sent. */
export function sendFirstMessage(conversation: string, text: string): void {
  if (text.trim() === '') return;
  keep(conversation, { client_id: crypto.randomUUID(), text: text.trim() });
  void deliver(conversation);
}

export async function deliver(conversation: string): Promise<void> {
  const message = read(conversation);
  if (message === null || sending.has(conversation)) return;
  sending.add(conversation);
  failed.delete(conversation);
  notify();
  const until = Date.now() + PATIENCE_MS;
  try {
    for (;;) {
      try {
        await ok<Message>(
          api.POST('/api/chat/conversations/{id}/messages', {
            params: { path: { id: conversation } },
            body: message,
          }),
        );
        break;
      } catch (cause) {
        const soon = isProblem(cause) && (cause.status === 404 || cause.status >= 429);
        const wait = cause instanceof Problem ? (cause.retryAfter ?? 1) * 1000 : 1_000;
        if (!soon || Date.now() + wait > until) throw cause;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    keep(conversation, null);
    void queryClient.invalidateQueries({ queryKey: keys.conversations });
    void queryClient.invalidateQueries({ queryKey: keys.messages });
  } catch (cause) {
    failed.set(conversation, cause);
  } finally {
    sending.delete(conversation);
    notify();
  }
}

export function discard(conversation: string): void {
  keep(conversation, null);
  failed.delete(conversation);
  notify();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What could not be sent yet in this conversation, once five quiet seconds were not enough, and why. */
export function useUnsentMessage(conversation: string): { text: string; why: string | null } | null {
  const text = useSyncExternalStore(subscribe, () =>
    failed.has(conversation) ? (read(conversation)?.text ?? null) : null,
  );
  const cause = useSyncExternalStore(subscribe, () => failed.get(conversation));
  // After a reload it is stored but not being sent.
  useEffect(() => {
    if (!failed.has(conversation)) void deliver(conversation);
  }, [conversation]);
  return text === null ? null : { text, why: fieldTexts(cause)['/text'] ?? null };
}
