import type { Message } from '#/api/model.ts';

/** What is said over the socket; services/chat/src/live/frames.rs is the other half. */
export type ClientFrame =
  | { type: 'auth'; token: string }
  | { type: 'resume'; conversations: { id: string; last_seq: number }[] }
  | { type: 'send'; conversation_id: string; client_id: string; text: string }
  | { type: 'read'; conversation_id: string; seq: number }
  | { type: 'typing'; conversation_id: string }
  | { type: 'ping' };

export type ServerFrame =
  | { type: 'ready'; account_id: string; expires_at: string; heartbeat_ms: number }
  | { type: 'message'; message: Message }
  | { type: 'stored'; conversation_id: string; client_id: string; seq: number; id: string; at: string }
  | { type: 'refused'; client_id: string | null; problem: { code: string; status: number } }
  | { type: 'read'; conversation_id: string; account_id: string; seq: number }
  | { type: 'typing'; conversation_id: string; account_id: string }
  | { type: 'reload'; conversation_id: string }
  | { type: 'opened'; conversation_id: string }
  | { type: 'pong' };

const TYPES: readonly string[] = [
  'ready',
  'message',
  'stored',
  'refused',
  'read',
  'typing',
  'reload',
  'opened',
  'pong',
] satisfies ServerFrame['type'][];

/** A frame of ours, or `null`: a newer server may say what this page does not know yet. */
export function readFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    if (typeof frame !== 'object' || frame === null || !('type' in frame)) return null;
    return TYPES.includes(frame.type as string) ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
