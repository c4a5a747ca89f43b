/**
 * The language of what a person wrote, as far as its letters tell: Hangul is read and broken into lines as Korean,
 * also on an English page.
 */
export function langOf(text: string): { lang?: string } {
  return /\p{Script=Hangul}/u.test(text) ? { lang: 'ko' } : {};
}
