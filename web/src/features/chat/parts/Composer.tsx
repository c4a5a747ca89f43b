import { useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { entersLines, isPlainEnter } from '#/shared/ime/enter.ts';
import { IconButton } from '#/shared/ui/Button.tsx';
import { letters } from '#/shared/text/letters.ts';
import { Icon } from '#/shared/ui/Icon.tsx';
import styles from './Composer.module.css';

/** As the server counts: characters, not UTF-16 units. */
const LONGEST = 2_000;
const GROWS = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content');

interface Props {
  text: string;
  onText: (text: string) => void;
  onSend: (text: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** The line to write in. Enter sends with a keyboard, unless the IME has it; on touch it is a new line. */
export function Composer({ text, onText, onSend, field }: Props) {
  const { t } = useTranslation('chat');
  const composing = useRef(false);
  const ready = letters(text) > 0;
  const over = letters(text) - LONGEST;

  // Where the field does not grow by itself.
  useLayoutEffect(() => {
    if (GROWS || field.current === null) return;
    field.current.style.setProperty('height', 'auto');
    field.current.style.setProperty('height', `${field.current.scrollHeight}px`);
  }, [field, text]);

  function send(): void {
    // A syllable that is still being put together belongs to what is sent: the field knows it, the state may not.
    const written = field.current?.value ?? text;
    const length = letters(written);
    if (length === 0 || length > LONGEST) return;
    onSend(written.trim().normalize('NFC'));
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (!isPlainEnter(event) || entersLines()) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
        field.current?.focus();
      }}
    >
      <div className={styles.box}>
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          aria-label={t('write.label')}
          placeholder={t('write.label')}
          value={text}
          enterKeyHint={entersLines() ? 'enter' : 'send'}
          onChange={(event) => onText(event.target.value)}
          onCompositionStart={() => {
            composing.current = true;
          }}
          onCompositionEnd={() => {
            composing.current = false;
          }}
          onKeyDown={onKeyDown}
        />
        {over > 0 && (
          <p className={styles.over} role="status">
            {t('write.long', { over })}
          </p>
        )}
      </div>
      <IconButton
        type="submit"
        label={t('write.send')}
        filled={ready && over <= 0}
        disabled={!ready || over > 0}
        onPointerDown={(event) => {
          // The keyboard stays; only a syllable under way must be finished first, which leaving the field does.
          if (!composing.current) event.preventDefault();
        }}
      >
        <Icon name="send" size={20} />
      </IconButton>
    </form>
  );
}
