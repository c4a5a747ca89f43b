import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link, type LinkProps, type To } from 'react-router';
import styles from './Button.module.css';

interface Look {
  /** `main` is the one filled button of a screen; `quiet` has an edge; `text` has neither. */
  kind?: 'main' | 'quiet' | 'text';
  size?: 'main' | 'small';
  /** Takes the whole width, or its share inside a row of buttons. */
  wide?: boolean;
  children: ReactNode;
}

type ButtonProps = Look &
  Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style'> & { busy?: boolean };

/** Stays pressable by the eye while busy (no jump in size), but a second press does nothing. */
export function Button({
  kind = 'quiet',
  size = 'main',
  wide = false,
  busy = false,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy && type === 'submit' ? 'button' : type}
      className={styles.button}
      data-kind={kind}
      data-size={size}
      data-wide={wide}
      aria-busy={busy}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
    />
  );
}

export function ButtonLink({
  kind = 'quiet',
  size = 'main',
  wide = false,
  ...rest
}: Look & Omit<LinkProps, 'className' | 'style'>) {
  return <Link {...rest} className={styles.button} data-kind={kind} data-size={size} data-wide={wide} />;
}

/** Buttons side by side; they wrap under each other when the text is enlarged. */
export function ButtonRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style' | 'aria-label'> & {
  label: string;
  filled?: boolean;
};

/** 44 × 44 around an icon; `label` is its name. */
export function IconButton({ label, filled = false, type = 'button', ...rest }: IconButtonProps) {
  return <button {...rest} type={type} aria-label={label} className={styles.icon} data-filled={filled} />;
}

/** The same as a link; `count` stands beside the icon as text and is read out with the label. */
export function IconLink({
  label,
  to,
  count = 0,
  children,
}: {
  label: string;
  to: To;
  count?: number;
  children: ReactNode;
}) {
  return (
    <Link to={to} className={styles.icon} aria-label={label} data-count={count > 0}>
      {children}
      {count > 0 && (
        <b className={styles.count} aria-hidden="true">
          {count > 99 ? '99+' : count}
        </b>
      )}
    </Link>
  );
}
