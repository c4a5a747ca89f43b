import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComposedValue } from '#/shared/ime/useComposedValue.ts';
import { IconButton } from '#/shared/ui/Button.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { SearchBox } from '#/shared/ui/SearchBox.tsx';

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
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <SearchBox
        input={input}
        {...(ref === undefined ? {} : { ref })}
        aria-label={t('search.label')}
        placeholder={placeholder}
        maxLength={60}
        end={
          input.text === '' ? null : (
            <IconButton label={t('search.clear')} onClick={() => input.set('')}>
              <Icon name="close" size={18} />
            </IconButton>
          )
        }
      />
    </form>
  );
}
