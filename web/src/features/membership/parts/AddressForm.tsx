import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { useSheet } from '#/shared/ui/useSheet.ts';

/** Another e-mail address: nothing changes before the link is opened that is sent there. */
export function AddressForm() {
  const { t } = useTranslation(['membership', 'common']);
  const sheet = useSheet('address');
  const [email, setEmail] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fields = fieldTexts(error);

  async function change(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await ok<unknown>(api.POST('/api/auth/account/address', { body: { email } }));
      toast(t('address.sent', { email: email.trim() }));
      setEmail('');
      sheet.close();
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  }

  return (
    <>
      <Button size="small" onClick={sheet.open}>
        {t('address.title')}
      </Button>
      <Sheet
        name="address"
        title={t('address.title')}
        lead={t('address.lead')}
        foot={
          <Button kind="main" wide type="submit" form="address" busy={busy}>
            {t('address.change')}
          </Button>
        }
      >
        <form
          id="address"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void change();
          }}
        >
          <Fields>
            <TextField
              label={t('address.new')}
              type="email"
              inputMode="email"
              autoComplete="email"
              autoCapitalize="off"
              value={email}
              onText={setEmail}
              error={fields['/email']}
            />
            <ProblemLine error={fields['/email'] === undefined ? error : null} />
          </Fields>
        </form>
      </Sheet>
    </>
  );
}
