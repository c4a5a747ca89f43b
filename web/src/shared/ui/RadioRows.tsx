import type { ReactNode } from 'react';
import styles from './Rows.module.css';

interface Option<V extends string> {
  value: V;
  title: ReactNode;
  note?: ReactNode;
  /** Stands under the row while it is chosen (minutes, for example). */
  extra?: ReactNode;
}

interface Props<V extends string> {
  legend: string;
  /** Where a heading above already names it. */
  legendHidden?: boolean;
  name: string;
  /** `null`: nothing chosen beforehand. */
  value: V | null;
  options: readonly Option<V>[];
  onChange: (value: V) => void;
  error?: string | undefined;
}

/** Equal rows of which one is chosen. */
export function RadioRows<V extends string>({
  legend,
  legendHidden = false,
  name,
  value,
  options,
  onChange,
  error,
}: Props<V>) {
  return (
    <fieldset className={styles.rows} aria-invalid={error !== undefined}>
      <legend className={legendHidden ? styles.hidden : styles.legend}>{legend}</legend>
      {options.map((option) => (
        <div key={option.value} className={styles.slot}>
          <label className={styles.row}>
            <input
              className={styles.radio}
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span className={styles.text}>
              <span className={styles.title}>{option.title}</span>
              {option.note !== undefined && <span className={styles.note}>{option.note}</span>}
            </span>
          </label>
          {option.value === value && option.extra}
        </div>
      ))}
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
