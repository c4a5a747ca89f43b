import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComposedValue } from '#/shared/ime/useComposedValue.ts';
import { IconButton } from '#/shared/ui/Button.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import styles from './SearchField.module.css';

interface Props {
  input: ComposedValue;
  placeholder: string;
  /** The form's submit: Enter, which during a composition belongs to the IME and sends nothing. */
  onSubmit: () => void;
  ref?: Ref<HTMLInputElement>;
}

export function SearchField({ input, placeholder, onSubmit, ref }: Props) {
  const { t } = useTranslation('search');
  return (
    <form
      role="search"
      className={styles.box}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Icon name="find" size={20} />
      <input
        {...input.bind}
        ref={ref}
        className={styles.input}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label={t('search.label')}
        placeholder={placeholder}
        maxLength={60}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      {input.text !== '' && (
        <IconButton label={t('search.clear')} onClick={() => input.set('')}>
          <Icon name="close" size={18} />
        </IconButton>
      )}
    </form>
  );
}
