import { arc, circlePath, dashes } from './ringGeometry.ts';
import styles from './HourRing.module.css';

export type RingState = 'offer' | 'agreed' | 'wait' | 'took_place' | 'did_not_take_place' | 'on_hold';

interface Props {
  minutes: number;
  state?: RingState;
  /** 40 in lists, 52 in cards, 56 on a page. */
  size?: 40 | 52 | 56 | 96;
  /** Give it only where "60분" does not stand in the text beside the ring. */
  label?: string;
  /** Fills once: only in the moment in which minutes become real. */
  celebrate?: boolean;
}

const WIDTH: Record<RingState, number> = {
  offer: 3,
  agreed: 5,
  wait: 5,
  took_place: 6,
  did_not_take_place: 4,
  on_hold: 5,
};

/**
 * A dial of sixty minutes: length = minutes, style = state (so that it can be told apart in greyscale).
 * Over 60 minutes an inner ring carries the second hour; from 120 both are full.
 */
export function HourRing({ minutes, state = 'offer', size = 40, label, celebrate = false }: Props) {
  const small = size < 48;
  const width = WIDTH[state] - (small && WIDTH[state] > 4 ? 1 : 0);
  const mid = size / 2;
  const radius = mid - width / 2;
  const inner = radius - (small ? 5 : 7);
  const outerPart = Math.min(Math.max(minutes, 0), 60) / 60;
  const innerPart = Math.min(Math.max(minutes - 60, 0), 60) / 60;
  const counts = state !== 'did_not_take_place';
  const badge = small ? 6 : 8;
  const at = size - badge;
  const name = label === undefined ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': label };

  return (
    <svg
      {...name}
      className={styles.ring}
      data-state={state}
      width={size}
      height={size}
      viewBox={`0 0 ${size} ${size}`}
      focusable="false"
    >
      <circle className={styles.track} cx={mid} cy={mid} r={radius} strokeWidth={width} />
      {state === 'did_not_take_place' && (
        <path
          className={styles.strike}
          d={`M${mid - radius * 0.6} ${mid + radius * 0.6}L${mid + radius * 0.6} ${mid - radius * 0.6}`}
        />
      )}
      {state === 'on_hold' && (
        <>
          <path className={styles.arc} strokeWidth={width} d={arc(mid, radius, 0.04, 0.46)} />
          <path className={styles.arc} strokeWidth={width} d={arc(mid, radius, 0.54, 0.96)} />
        </>
      )}
      {counts && state !== 'on_hold' && outerPart > 0 && (
        <path
          className={celebrate ? styles.fill : styles.arc}
          strokeWidth={width}
          d={circlePath(mid, radius, outerPart)}
          {...(celebrate ? { pathLength: 100, strokeDasharray: '100 100' } : {})}
          {...(state === 'agreed'
            ? { strokeDasharray: dashes(2 * Math.PI * radius * outerPart, outerPart === 1) }
            : {})}
        />
      )}
      {state === 'wait' && outerPart > 0 && (
        <path className={styles.hollow} d={circlePath(mid, radius, outerPart)} />
      )}
      {counts && innerPart > 0 && (
        <path className={styles.arc} strokeWidth={small ? 2.5 : 3} d={circlePath(mid, inner, innerPart)} />
      )}
      {counts && (
        <text className={styles.number} x={mid} y={mid} fontSize={fontSize(size, minutes)}>
          {minutes}
        </text>
      )}
      {state === 'took_place' && (
        <g className={styles.badge}>
          <circle cx={at} cy={at} r={badge} />
          <path
            d={`m${at - badge * 0.42} ${at} ${badge * 0.3} ${badge * 0.32} ${badge * 0.55} ${-badge * 0.62}`}
          />
        </g>
      )}
    </svg>
  );
}

function fontSize(size: number, minutes: number): number {
  const base = size >= 96 ? 28 : size >= 52 ? 14 : 12;
  const step = size >= 96 ? 4 : size >= 52 ? 1.5 : 1.5;
  return minutes >= 100 ? base - step : base;
}
