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
  return (
    <fieldset className={styles.strip}>
      <legend className={styles.hidden}>{legend}</legend>
      <div className={styles.days}>
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
                aria-label={format.dayName(day) + (fits(day) ? ` · ${format.fits}` : '')}
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
