import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { toast } from '#/shared/ui/toastStore.ts';

/** Sends the mail of a sign-up again; the answer does not tell whether there is one. */
export function ResendMail({ email }: { email: string }) {
  const { t } = useTranslation('auth');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function resend(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await ok<unknown>(api.POST('/api/auth/address/resend', { body: { email } }));
      toast(t('mail.resent'));
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  }

  return (
    <>
      <Button wide busy={busy} onClick={() => void resend()}>
        {t('mail.resend')}
      </Button>
      <ProblemLine error={error} />
    </>
  );
}
