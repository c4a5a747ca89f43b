import type { KeyboardEvent } from 'react';

/**
 * The one place that decides whether Enter means "do it". While a Hangul syllable is being put together Enter
 * belongs to the IME (`isComposing`; Safari reports the closing Enter with keyCode 229 instead).
 */
export function isPlainEnter(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.shiftKey) return false;
  // keyCode is deprecated, and nothing else tells in Safari.
  return !event.nativeEvent.isComposing && event.nativeEvent.keyCode !== 229;
}

/** On touch Enter is a new line: sending has its button. */
export function entersLines(): boolean {
  return window.matchMedia('(pointer: coarse)').matches;
}
