import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { useSheet } from '#/shared/ui/useSheet.ts';

/** A new password ends every other device's session; this one stays. */
export function PasswordForm() {
  const { t } = useTranslation(['membership', 'common']);
  const sheet = useSheet('password');
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fields = fieldTexts(error);
  const wrong = isProblem(error, 'account.credentials');

  async function change(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await ok<void>(api.POST('/api/auth/account/password', { body: { current, new: fresh } }));
      setCurrent('');
      setFresh('');
      void queryClient.invalidateQueries({ queryKey: keys.devices });
      sheet.close();
      toast(t('password.changed'));
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  }

  return (
    <>
      <Button size="small" onClick={sheet.open}>
        {t('password.title')}
      </Button>
      <Sheet
        name="password"
        title={t('password.title')}
        lead={t('password.lead')}
        foot={
          <Button kind="main" wide type="submit" form="password" busy={busy}>
            {t('password.change')}
          </Button>
        }
      >
        <form
          id="password"
          onSubmit={(event) => {
            event.preventDefault();
            void change();
          }}
        >
          <Fields>
            <TextField
              label={t('password.current')}
              type="password"
              autoComplete="current-password"
              value={current}
              onText={setCurrent}
              error={wrong ? t('password.wrong') : fields['/current']}
            />
            <TextField
              label={t('password.new')}
              hint={t('password.newHint')}
              type="password"
              autoComplete="new-password"
              value={fresh}
              onText={setFresh}
              error={fields['/new']}
            />
            <ProblemLine
              error={wrong || fields['/new'] !== undefined || fields['/current'] !== undefined ? null : error}
            />
          </Fields>
        </form>
      </Sheet>
    </>
  );
}
