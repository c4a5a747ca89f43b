import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { useSheet } from './useSheet.ts';
import styles from './Sheet.module.css';

interface SheetProps {
  /** The value of `?sheet=`. */
  name: string;
  title: string;
  /** A sentence under the title. */
  lead?: ReactNode;
  children?: ReactNode;
  /** The act at the bottom; stays in sight while the content scrolls. */
  foot?: ReactNode;
  /** Keeps its full height while its content changes: for a picker with a field and rows. */
  tall?: boolean;
}

/** A choice over the page: from below on a phone, in the middle from 900 px. Opened by `useSheet(name).open()`. */
export function Sheet({ name, ...rest }: SheetProps) {
  const { isOpen, close } = useSheet(name);
  return isOpen ? <Modal {...rest} onClose={close} /> : null;
}

interface ModalProps extends Omit<SheetProps, 'name'> {
  onClose: () => void;
}

/** The same without a search param, for what no link may open (logging in again). Open while it is rendered. */
export function Modal({ title, lead, children, foot, tall = false, onClose }: ModalProps) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();

  // A layout effect: its cleanup runs while the dialog is still in the page, and only then does closing give the
  // focus back to where it was.
  useLayoutEffect(() => {
    const node = dialog.current;
    if (node === null) return undefined;
    node.showModal();
    // The title, not the first button: a screen reader announces what this is before the person is asked to act. A field that asked
    // for the focus (React sets no autofocus attribute) comes first.
    const first = node.querySelector<HTMLElement>('[data-autofocus]') ?? heading.current;
    first?.focus({ preventScroll: true });
    return () => node.close();
  }, []);

  return (
    // The backdrop is part of the dialog element; keyboards have Escape and the close button for the same.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={styles.sheet}
      data-tall={tall}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={styles.inner}>
        <div className={styles.grab} aria-hidden="true" />
        <div className={styles.head}>
          <h2 className={styles.title} id={id} ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <IconButton label={t('act.close')} onClick={onClose}>
            <Icon name="close" size={22} />
          </IconButton>
        </div>
        <div className={styles.body}>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
          {children}
        </div>
        {foot !== undefined && <div className={styles.foot}>{foot}</div>}
      </div>
    </dialog>
  );
}
