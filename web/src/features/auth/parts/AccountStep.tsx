import { useTranslation } from 'react-i18next';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { PasswordField } from './PasswordField.tsx';
import { StepFrame } from './StepFrame.tsx';

interface Props {
  email: string;
  onEmail: (email: string) => void;
  password: string;
  onPassword: (password: string) => void;
  error: unknown;
  busy: boolean;
  onDone: () => void;
}

export function AccountStep({ email, onEmail, password, onPassword, error, busy, onDone }: Props) {
  const { t } = useTranslation('auth');
  const fields = fieldTexts(error);
  const named = fields['/email'] !== undefined || fields['/password'] !== undefined;
  return (
    <StepFrame
      step={3}
      title={t('account.title')}
      act={t('signup.create')}
      focusField
      busy={busy}
      onSubmit={onDone}
    >
      <Fields>
        <TextField
          label={t('field.email')}
          type="email"
          inputMode="email"
          autoComplete="username"
          autoCapitalize="off"
          value={email}
          onText={onEmail}
          error={fields['/email']}
        />
        <PasswordField
          label={t('field.password')}
          hint={t('password.hint')}
          autoComplete="new-password"
          value={password}
          onText={onPassword}
          error={fields['/password']}
        />
        <ProblemLine error={named ? null : error} />
      </Fields>
    </StepFrame>
  );
}
