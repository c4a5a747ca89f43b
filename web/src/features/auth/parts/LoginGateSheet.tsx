import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { Button, ButtonRow } from '#/shared/ui/Button.tsx';
import { Modal } from '#/shared/ui/Sheet.tsx';
import { resumeAfterLogin } from '#/shared/draft/useDraft.ts';
import { loginPath, signupPath } from '#/api/session/next.ts';

export default function LoginGateSheet({ next }: { next: string }) {
  const { t } = useTranslation();
  const location = useLocation();
  const navigate = useNavigate();

  function without(): string {
    const rest = new URLSearchParams(location.search);
    rest.delete('gate');
    // An empty search is no "?".
    return rest.toString() === '' ? '' : `?${rest}`;
  }

  function close(): void {
    if ((location.state as { dojobSheet?: boolean } | null)?.dojobSheet === true) void navigate(-1);
    else void navigate({ search: without() }, { replace: true, preventScrollReset: true });
  }

  function go(path: string): void {
    resumeAfterLogin(next);
    // Replaces the entry of the sheet: back from the log-in leads to the page, not to its open sheet.
    void navigate(path, { replace: true });
  }

  return (
    <Modal
      title={t('gate.title')}
      lead={t('gate.text')}
      onClose={close}
      foot={
        <ButtonRow>
          <Button kind="main" wide onClick={() => go(loginPath(next))}>
            {t('act.login')}
          </Button>
          <Button wide onClick={() => go(signupPath(next))}>
            {t('act.signup')}
          </Button>
        </ButtonRow>
      }
    />
  );
}
