/** Never seen: the server drops it, but for what emoji and some scripts are made with. */
const UNSEEN = /(?![\u200c\u200d\ufe0e\ufe0f\u{e0020}-\u{e007f}])[\p{Default_Ignorable_Code_Point}\ufffc]/gu;

/** How many characters the server counts: code points after NFC, without what it drops. */
export function letters(text: string): number {
  return [...text.replace(UNSEEN, '').replaceAll('\u2800', ' ').trim().normalize('NFC')].length;
}
