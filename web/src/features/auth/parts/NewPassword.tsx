import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Fields } from '#/shared/ui/Field.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { useLinkToken } from '../linkToken.ts';
import { isAboutLink, LinkProblem } from './LinkProblem.tsx';
import { PasswordField } from './PasswordField.tsx';

interface Props {
  title: string;
  lead: string;
  act: string;
  /** Said when it is done; then the person logs in with it. */
  done: string;
  onSubmit: (token: string, password: string) => Promise<void>;
}

/** A page of a mail's link on which a new password is set. Afterwards every device is logged out, this one too. */
export function NewPassword({ title, lead, act, done, onSubmit }: Props) {
  const { t } = useTranslation(['auth', 'common']);
  const token = useLinkToken();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const refused = fieldTexts(error)['/password'];

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onSubmit(token, password);
      toast(done);
      await navigate(paths.login, { replace: true });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <Screen title={title} back={paths.home}>
      {token === '' || isAboutLink(error) ? (
        <LinkProblem
          error={error}
          again={{ to: paths.forgotten, label: t('link.again') }}
          done={{ to: paths.login, label: t('common:act.login') }}
        />
      ) : (
        <form noValidate onSubmit={(event) => void submit(event)}>
          <Fields>
            <p>{lead}</p>
            <PasswordField
              label={t('field.newPassword')}
              hint={t('password.hint')}
              autoComplete="new-password"
              value={password}
              onText={setPassword}
              error={refused}
            />
            <ProblemLine error={refused === undefined ? error : null} />
            <Button kind="main" type="submit" wide busy={busy}>
              {act}
            </Button>
          </Fields>
        </form>
      )}
    </Screen>
  );
}
