import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type TextareaHTMLAttributes,
} from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Field.module.css';

interface FieldLook {
  label: string;
  /** Shown before a mistake is made; stays while an error is shown. */
  hint?: ReactNode;
  /** A whole sentence: what is wrong and what would be right. */
  error?: string | undefined;
  /** "(선택)" beside the label. Required is the rule and is not marked. */
  optional?: boolean;
}

interface FrameProps extends FieldLook {
  id: string;
  children: ReactNode;
  count?: { now: number; max: number } | undefined;
}

function Frame({ id, label, hint, error, optional = false, count, children }: FrameProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.field} data-error={error !== undefined}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {optional && <span className={styles.optional}>{t('field.optional')}</span>}
      </label>
      {children}
      <div className={styles.below}>
        <div>
          {error !== undefined && (
            <p className={styles.error} id={`${id}-error`}>
              {error}
            </p>
          )}
          {hint !== undefined && (
            <p className={styles.hint} id={`${id}-hint`}>
              {hint}
            </p>
          )}
        </div>
        {count !== undefined && (
          <span className={styles.count} data-over={count.now > count.max} aria-hidden="true">
            {count.now}/{count.max}
          </span>
        )}
      </div>
    </div>
  );
}

function described(id: string, hint: unknown, error: unknown): { 'aria-describedby'?: string } {
  const ids = [error === undefined ? '' : `${id}-error`, hint === undefined ? '' : `${id}-hint`].filter(
    Boolean,
  );
  return ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') };
}

type InputProps = FieldLook &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'style' | 'onChange' | 'value'> & {
    value: string;
    onText: (text: string) => void;
    /** Counted in letters as the server counts them; the field does not cut off. */
    max?: number;
    /** A control inside the right edge, such as show/hide. */
    end?: ReactNode;
    ref?: Ref<HTMLInputElement>;
  };

export function TextField({
  label,
  hint,
  error,
  optional = false,
  value,
  onText,
  max,
  end,
  id,
  ...rest
}: InputProps) {
  const own = useId();
  const name = id ?? own;
  return (
    <Frame
      id={name}
      label={label}
      hint={hint}
      error={error}
      optional={optional}
      count={max === undefined ? undefined : { now: lettersOf(value), max }}
    >
      <div className={styles.box}>
        <input
          {...rest}
          {...described(name, hint, error)}
          id={name}
          className={styles.input}
          value={value}
          onChange={(event) => onText(event.target.value)}
          aria-invalid={error !== undefined}
        />
        {end}
      </div>
    </Frame>
  );
}

type AreaProps = FieldLook &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className' | 'style' | 'onChange' | 'value'> & {
    value: string;
    onText: (text: string) => void;
    max?: number;
    ref?: Ref<HTMLTextAreaElement>;
  };

export function TextArea({
  label,
  hint,
  error,
  optional = false,
  value,
  onText,
  max,
  id,
  rows = 4,
  ...rest
}: AreaProps) {
  const own = useId();
  const name = id ?? own;
  return (
    <Frame
      id={name}
      label={label}
      hint={hint}
      error={error}
      optional={optional}
      count={max === undefined ? undefined : { now: lettersOf(value), max }}
    >
      <textarea
        {...rest}
        {...described(name, hint, error)}
        id={name}
        rows={rows}
        className={styles.area}
        value={value}
        onChange={(event) => onText(event.target.value)}
        aria-invalid={error !== undefined}
      />
    </Frame>
  );
}

/** Code points after NFC, as the server counts: an emoji is not two letters. */
function lettersOf(text: string): number {
  return [...text.normalize('NFC')].length;
}

/** Fields of one form, 20 px apart. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className={styles.fields}>{children}</div>;
}

/** A part of a form that is not one input (a strip of days, chips): the same label and error, as a group. */
export function FieldGroup({
  label,
  hint,
  error,
  optional = false,
  children,
  ref,
}: FieldLook & { children: ReactNode; ref?: Ref<HTMLDivElement> }) {
  const id = useId();
  const { t } = useTranslation();
  return (
    <div
      {...(ref === undefined ? {} : { ref })}
      className={styles.field}
      data-error={error !== undefined}
      role="group"
      aria-labelledby={id}
      {...described(id, hint, error)}
    >
      <div className={styles.label} id={id}>
        {label}
        {optional && <span className={styles.optional}>{t('field.optional')}</span>}
      </div>
      {hint !== undefined && (
        <p className={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {error !== undefined && (
        <p className={styles.error} id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
