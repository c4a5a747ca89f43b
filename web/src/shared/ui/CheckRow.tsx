import { useId, type ReactNode, type Ref } from 'react';
import styles from './Rows.module.css';

interface Props {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  note?: ReactNode;
  /** A control at the right end, such as "보기"; it is not part of the label. */
  end?: ReactNode;
  /** The row that ticks the others: framed and heavier. */
  strong?: boolean;
  error?: string | undefined;
  disabled?: boolean;
  /** The form sends the person to the first missing one. */
  ref?: Ref<HTMLInputElement>;
}

export function CheckRow({
  checked,
  onChange,
  children,
  note,
  end,
  strong = false,
  error,
  disabled = false,
  ref,
}: Props) {
  const id = useId();
  return (
    <div>
      <div className={styles.check} data-strong={strong}>
        <label className={styles.checkLabel}>
          <input
            ref={ref}
            type="checkbox"
            className={styles.box}
            checked={checked}
            disabled={disabled}
            onChange={(event) => onChange(event.target.checked)}
            aria-invalid={error !== undefined}
            {...(error === undefined ? {} : { 'aria-describedby': id })}
          />
          <span className={styles.text}>
            <span className={strong ? styles.title : undefined}>{children}</span>
            {note !== undefined && <span className={styles.note}>{note}</span>}
          </span>
        </label>
        {end}
      </div>
      {error !== undefined && (
        <p className={styles.error} id={id}>
          {error}
        </p>
      )}
    </div>
  );
}
