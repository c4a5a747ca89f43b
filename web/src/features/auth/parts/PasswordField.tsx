import { useState, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#/shared/ui/Button.tsx';
import { TextField } from '#/shared/ui/Field.tsx';

interface Props {
  label: string;
  value: string;
  onText: (text: string) => void;
  autoComplete: 'new-password' | 'current-password';
  hint?: ReactNode;
  error?: string | undefined;
  ref?: Ref<HTMLInputElement>;
}

/** Show and hide; pasting and password managers work as everywhere. */
export function PasswordField({ hint, ...rest }: Props) {
  const { t } = useTranslation('auth');
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...rest}
      {...(hint === undefined ? {} : { hint })}
      type={shown ? 'text' : 'password'}
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      end={
        <Button kind="text" size="small" onClick={() => setShown(!shown)}>
          {t(shown ? 'password.hide' : 'password.show')}
        </Button>
      }
    />
  );
}
