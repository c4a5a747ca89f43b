import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { Button } from '#/shared/ui/Button.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { Modal } from '#/shared/ui/Sheet.tsx';
import { api, ok } from '#/api/client/client.ts';
import type { Session } from '#/api/types.ts';
import { loginPath } from '#/api/session/next.ts';
import { tabSession } from '#/api/session/tab.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';

export default function LogInAgainSheet({ email: known }: { email: string }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const { pathname, search } = useLocation();

  /** Who has no password: what was asked is put off, and the page is where they come back to. Drafts stay. */
  function otherwise(): void {
    tabSession.defer();
    void navigate(loginPath(`${pathname}${search}`));
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      tabSession.logIn(await ok<Session>(api.POST('/api/auth/login', { body: { email, password } })));
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <Modal title={t('relogin.title')} lead={t('relogin.text')} onClose={tabSession.defer}>
      <form onSubmit={(event) => void submit(event)}>
        <Fields>
          <TextField
            label={t('relogin.email')}
            type="email"
            autoComplete="username"
            value={email}
            onText={setEmail}
            required
          />
          <TextField
            label={t('relogin.password')}
            type="password"
            autoComplete="current-password"
            value={password}
            onText={setPassword}
            required
          />
          <ProblemLine error={error} />
          <Button kind="main" type="submit" wide busy={busy}>
            {t('act.login')}
          </Button>
          <Button kind="text" onClick={otherwise}>
            {t('relogin.other')}
          </Button>
          <Button kind="text" onClick={tabSession.defer}>
            {t('relogin.later')}
          </Button>
        </Fields>
      </form>
    </Modal>
  );
}
