import { EventSourceParserStream } from 'eventsource-parser/stream';

export interface ServerEvent {
  event: string;
  data: string;
  /** `null`: this event carries no id, the last one stays. */
  id: string | null;
}

/**
 * Reads `text/event-stream` from a body, for `EventSource` cannot send a bearer header. `onSign`: a comment or an
 * event, so the server is still there.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onSign: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onComment: onSign }))
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onSign();
      yield { event: value.event ?? 'message', data: value.data, id: value.id ?? null };
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
