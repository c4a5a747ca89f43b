import type { Message, SystemMessage } from '#/api/types.ts';
import { seoulDay, seoulTime } from '#/shared/format/time.ts';
import type { Refused } from './live/idbStore.ts';
import type { Waiting } from './live/outbox.ts';

/** What stands under a bubble of mine. */
export type Delivery = 'sending' | 'kept' | 'read' | 'unanswered' | 'refused';

export interface MessageLine {
  kind: 'message';
  /** The same before and after the server has it, so that the bubble stays where it is. */
  key: string;
  mine: boolean;
  text: string;
  at: string;
  delivery: Delivery;
  /** Why it was refused. */
  why: Refused | null;
  clientId: string | null;
  seq: number | null;
  /** Begins a run of one person within one minute. */
  first: boolean;
  /** Ends it, or has a state of its own to show: its time stands below. */
  told: boolean;
}

export type Line =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'system'; key: string; seq: number; system: SystemMessage; at: string }
  /** Of somebody who has left: its place stays, its text does not. */
  | { kind: 'gone'; key: string; seq: number; at: string }
  | MessageLine;

/** A conversation as it is read: days, events, messages, and at its end what is still on its way. */
export function linesOf(
  messages: readonly Message[],
  unsent: readonly Waiting[],
  me: string,
  otherRead: number,
): Line[] {
  const lines: Line[] = [];
  let day = '';
  // What happened earlier and came late stands at the end: no day is announced twice for it.
  const onDay = (at: string) => {
    const next = seoulDay(at);
    if (next <= day) return;
    day = next;
    lines.push({ kind: 'day', key: `day-${day}`, at });
  };

  const lastRead = messages.findLast(({ sender_id, seq }) => sender_id === me && seq <= otherRead)?.seq;
  for (const { seq, id, client_id, sender_id, text, system, at } of messages) {
    onDay(at);
    if (system !== null) {
      lines.push({ kind: 'system', key: id, seq, system, at });
    } else if (text === null) {
      lines.push({ kind: 'gone', key: id, seq, at });
    } else {
      const delivery = seq === lastRead ? 'read' : 'kept';
      lines.push(messageLine(client_id ?? id, sender_id === me, text, at, delivery, client_id, seq));
    }
  }
  const kept = new Set(messages.map(({ client_id }) => client_id));
  for (const { client_id, text, at, refused, why, unanswered } of unsent) {
    if (kept.has(client_id)) continue;
    const when = new Date(at).toISOString();
    onDay(when);
    const delivery = refused ? 'refused' : unanswered ? 'unanswered' : 'sending';
    const line = messageLine(client_id, true, text, when, delivery, client_id, null);
    lines.push(refused && why !== undefined ? { ...line, why } : line);
  }
  return lines.map((line, index) => {
    if (line.kind !== 'message') return line;
    const first = !runsOn(lines[index - 1], line);
    const told = !runsOn(line, lines[index + 1]) || line.delivery === 'read' || line.delivery === 'refused';
    return { ...line, first, told };
  });
}

function messageLine(
  key: string,
  mine: boolean,
  text: string,
  at: string,
  delivery: Delivery,
  clientId: string | null,
  seq: number | null,
): MessageLine {
  return {
    kind: 'message',
    key,
    mine,
    text,
    at,
    delivery,
    why: null,
    clientId,
    seq,
    first: true,
    told: true,
  };
}

/** One person, one minute, nothing between; what could not be sent begins a new group. */
function runsOn(before: Line | undefined, after: Line | undefined): boolean {
  if (before?.kind !== 'message' || after?.kind !== 'message' || before.mine !== after.mine) return false;
  if (troubled(before) !== troubled(after)) return false;
  return seoulDay(before.at) === seoulDay(after.at) && seoulTime(before.at) === seoulTime(after.at);
}

function troubled({ delivery }: MessageLine): Delivery | null {
  return delivery === 'unanswered' || delivery === 'refused' ? delivery : null;
}
