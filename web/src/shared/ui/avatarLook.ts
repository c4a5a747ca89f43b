/** One of 24 hues, stable for an id. Classes instead of a style attribute: the CSP allows no inline style. */
export function hueOf(id: string): number {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619) >>> 0;
  return hash % 24;
}

/** The first letter as a person sees it: one 음절, one emoji with all its parts. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter('ko', { granularity: 'grapheme' }).segment(name.trim());
  return first?.segment.toLocaleUpperCase('en') ?? '·';
}
