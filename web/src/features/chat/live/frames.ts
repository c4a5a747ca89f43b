import type { ServerFrame } from '#/api/types.ts';

const TYPES = {
  ready: true,
  message: true,
  stored: true,
  refused: true,
  read: true,
  typing: true,
  reload: true,
  opened: true,
  pong: true,
} satisfies Record<ServerFrame['type'], true>;

/** A frame of the contract, or `null`: a newer server may send what this page does not know yet. */
export function readFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    if (typeof frame !== 'object' || frame === null || !('type' in frame)) return null;
    return Object.hasOwn(TYPES, String(frame.type)) ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
