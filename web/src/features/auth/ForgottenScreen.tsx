import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';

/** Asks for a link by mail. What it says is the same whether the address has an account or not. */
export default function ForgottenScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const [email, setEmail] = useState('');
  const [missing, setMissing] = useState(false);
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setError(null);
    const empty = email.trim() === '';
    setMissing(empty);
    if (empty) return;
    setBusy(true);
    try {
      await ok<unknown>(api.POST('/api/auth/password/forgotten', { body: { email } }));
      setSent(true);
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  }

  return (
    <Screen title={t('forgotten.title')} back={paths.login}>
      {sent ? (
        <Stack gap={3}>
          <p role="status">{t('forgotten.sent', { email })}</p>
          <Small>{t('mail.hint')}</Small>
          <Button onClick={() => setSent(false)}>{t('forgotten.again')}</Button>
          <ButtonLink kind="text" to={paths.login} replace>
            {t('common:act.login')}
          </ButtonLink>
        </Stack>
      ) : (
        <form noValidate onSubmit={(event) => void submit(event)}>
          <Fields>
            <p>{t('forgotten.lead')}</p>
            <TextField
              label={t('field.email')}
              type="email"
              inputMode="email"
              autoComplete="username"
              autoCapitalize="off"
              value={email}
              onText={setEmail}
              error={missing ? t('email.missing') : undefined}
            />
            <ProblemLine error={error} />
            <Button kind="main" type="submit" wide busy={busy}>
              {t('forgotten.act')}
            </Button>
          </Fields>
        </form>
      )}
    </Screen>
  );
}
