import { useLayoutEffect, useRef } from 'react';
import { useFormat } from '#/shared/format/useFormat.ts';
import { dayOf, fourteenDays } from '#/shared/format/time.ts';
import styles from './Strip14Days.module.css';

interface Props {
  /** "2026-11-28", a day in Seoul. */
  value: string | null;
  onChange: (day: string) => void;
  /** Days on which the listing has times: soft green, but every day may be chosen. */
  fits: (day: string) => boolean;
  legend: string;
  now: Date;
}

export function Strip14Days({ value, onChange, fits, legend, now }: Props) {
  const format = useFormat();
  const row = useRef<HTMLDivElement>(null);

  // A day that was chosen before is in sight; only this row moves, never the page.
  useLayoutEffect(() => {
    const chosen = row.current?.querySelector<HTMLElement>(':checked')?.parentElement;
    if (row.current === null || chosen === null || chosen === undefined) return;
    const space = row.current.getBoundingClientRect();
    const box = chosen.getBoundingClientRect();
    if (box.right > space.right)
      row.current.scrollLeft += box.left - space.left - (space.width - box.width) / 2;
  }, []);

  return (
    <fieldset className={styles.strip}>
      <legend className={styles.hidden}>{legend}</legend>
      <div className={styles.days} ref={row}>
        {fourteenDays(now).map((day) => {
          const parts = dayOf(day);
          return (
            <label
              key={day}
              className={styles.day}
              data-fits={fits(day)}
              data-sunday={parts.weekday === 'sun'}
            >
              <input
                className={styles.input}
                type="radio"
                name="day"
                value={day}
                checked={value === day}
                onChange={() => onChange(day)}
                aria-label={format.dayName(day) + (fits(day) ? ` · ${format.fits()}` : '')}
              />
              <span className={styles.weekday} aria-hidden="true">
                {format.weekday(parts.weekday)}
              </span>
              <span className={styles.number} aria-hidden="true">
                {parts.day === 1 ? `${parts.month}.1` : parts.day}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
