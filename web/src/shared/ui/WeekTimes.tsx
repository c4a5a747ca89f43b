import { useTranslation } from 'react-i18next';
import { useFormat } from '#/shared/format/useFormat.ts';
import { BANDS, WEEKDAYS, timeSlot, type TimeSlot } from '#/shared/format/weekTimes.ts';
import { Icon } from './Icon.tsx';
import styles from './WeekTimes.module.css';

/** Read only: the sentence first, then the week. */
export function WeekTimes({ times }: { times: readonly TimeSlot[] }) {
  const format = useFormat();
  return (
    <div className={styles.times}>
      <p>{format.times(times)}</p>
      {times.length > 0 && (
        <div className={styles.week} aria-hidden="true">
          {WEEKDAYS.map((day) => {
            const bands = BANDS.filter((band) => times.includes(timeSlot(day, band)));
            return (
              <div key={day} className={styles.column}>
                <span className={styles.name}>{format.weekday(day)}</span>
                <span className={styles.cell} data-on={bands.length > 0}>
                  {bands.map((band) => (
                    <span key={band}>{format.bandShort(band)}</span>
                  ))}
                </span>
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

interface PickerProps {
  legend: string;
  value: readonly TimeSlot[];
  onChange: (value: TimeSlot[]) => void;
}

/** Weekday × 오전 · 오후 · 저녁: 21 checkboxes in a table, and the sentence they make. */
export function WeekTimesPicker({ legend, value, onChange }: PickerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <fieldset className={styles.picker}>
      <legend className={styles.hidden}>{legend}</legend>
      <div className={styles.grid}>
        <span />
        {BANDS.map((band) => (
          <span key={band} className={styles.band} aria-hidden="true">
            {format.band(band)}
            <small>{format.bandHours(band)}</small>
          </span>
        ))}
        {WEEKDAYS.map((day) => (
          <div key={day} className={styles.line} role="group" aria-label={format.weekdayLong(day)}>
            <span className={styles.day} aria-hidden="true">
              {format.weekday(day)}
            </span>
            {BANDS.map((band) => {
              const slot = timeSlot(day, band);
              const on = value.includes(slot);
              return (
                <label key={band} className={styles.slot}>
                  <input
                    className={styles.input}
                    type="checkbox"
                    checked={on}
                    aria-label={`${format.weekdayLong(day)} ${format.band(band)}`}
                    onChange={() => onChange(on ? value.filter((other) => other !== slot) : [...value, slot])}
                  />
                  {on && <Icon name="check" size={18} />}
                </label>
              );
            })}
          </div>
        ))}
      </div>
      <p className={styles.sentence} role="status">
        {value.length === 0 ? t('times.none') : format.times(value)}
      </p>
    </fieldset>
  );
}
