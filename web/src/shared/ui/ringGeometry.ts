/** Point on the dial; `turn` 0 = twelve o'clock, 1 = once around, clockwise. */
function point(mid: number, radius: number, turn: number): string {
  const angle = 2 * Math.PI * turn - Math.PI / 2;
  return `${round(mid + radius * Math.cos(angle))} ${round(mid + radius * Math.sin(angle))}`;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}

export function arc(mid: number, radius: number, from: number, to: number): string {
  const large = to - from > 0.5 ? 1 : 0;
  return `M${point(mid, radius, from)}A${radius} ${radius} 0 ${large} 1 ${point(mid, radius, to)}`;
}

/** An arc from twelve o'clock; a whole turn needs two halves, because an arc to its own start draws nothing. */
export function circlePath(mid: number, radius: number, part: number): string {
  if (part < 1) return arc(mid, radius, 0, part);
  const half = `A${radius} ${radius} 0 1 1`;
  return `M${point(mid, radius, 0)}${half} ${point(mid, radius, 0.5)}${half} ${point(mid, radius, 0)}Z`;
}

/** Dashes of about 5 with gaps of about 4 that end where the length ends, never in a stump. */
export function dashes(length: number, closed: boolean): string {
  const count = Math.max(1, Math.round((closed ? length : length + 4) / 9));
  const period = (closed ? length : length + 4) / count;
  return `${round(period - 4)} 4`;
}
