import type { ReactNode } from 'react';
import { Link, type To } from 'react-router';
import { Icon } from './Icon.tsx';
import styles from './Chip.module.css';

interface Props {
  children: ReactNode;
  /** A filter that is set. Leave it out for a chip that simply acts. */
  on?: boolean;
  /** Shows that a choice opens. */
  opens?: boolean;
  onClick: () => void;
  disabled?: boolean;
}

/** 36 px to the eye, 44 px to the finger. */
export function Chip({ children, on, opens = false, onClick, disabled = false }: Props) {
  return (
    <button
      type="button"
      className={styles.chip}
      data-on={on ?? false}
      {...(opens ? { 'aria-haspopup': 'dialog' as const } : on === undefined ? {} : { 'aria-pressed': on })}
      onClick={onClick}
      disabled={disabled}
    >
      {children}
      {opens && <Icon name="down" size={14} />}
    </button>
  );
}

export function ChipLink({
  children,
  to,
  on = false,
  replace = false,
}: {
  children: ReactNode;
  to: To;
  on?: boolean;
  replace?: boolean;
}) {
  return (
    <Link
      className={styles.chip}
      data-on={on}
      aria-current={on ? 'true' : undefined}
      to={to}
      replace={replace}
    >
      {children}
    </Link>
  );
}

/** One line that scrolls sideways by itself on a phone and wraps where there is room. */
export function ChipRow({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <div className={styles.row} {...(label === undefined ? {} : { role: 'group', 'aria-label': label })}>
      {children}
    </div>
  );
}

interface RadioProps<V extends string | number> {
  legend: string;
  name: string;
  value: V | null;
  options: readonly { value: V; label: string }[];
  onChange: (value: V) => void;
}

/** One of a few short values (minutes, mode). Native radios: arrows work, the form knows them. */
export function ChipRadios<V extends string | number>({
  legend,
  name,
  value,
  options,
  onChange,
}: RadioProps<V>) {
  return (
    <fieldset className={styles.radios}>
      <legend className={styles.hidden}>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.chip} data-on={option.value === value}>
          <input
            className={styles.input}
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

interface SelectProps<V extends string> {
  label: string;
  value: V;
  options: readonly { value: V; label: string }[];
  onChange: (value: V) => void;
  /** Without an edge: for the order of a list. */
  bare?: boolean;
  on?: boolean;
}

/** A native select that looks like a chip: the phone's own wheel is the best picker for one of a few. */
export function SelectChip<V extends string>({
  label,
  value,
  options,
  onChange,
  bare = false,
  on = false,
}: SelectProps<V>) {
  return (
    <label className={bare ? styles.bare : styles.chip} data-on={on}>
      <span className={styles.hidden}>{label}</span>
      <select
        className={styles.select}
        value={value}
        onChange={(event) => {
          const next = options.find((option) => option.value === event.target.value);
          if (next !== undefined) onChange(next.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="down" size={14} />
    </label>
  );
}
