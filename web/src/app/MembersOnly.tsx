import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { loginPath, signupPath } from '#/api/session/next.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';

/** A visitor at a page that holds only one's own things. */
export function MembersOnly({ title }: { title: string }) {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const here = `${pathname}${search}`;
  return (
    <Screen title={title}>
      <EmptyState title={t('gate.page')}>
        <ButtonLink size="small" kind="main" to={loginPath(here)}>
          {t('act.login')}
        </ButtonLink>
        <ButtonLink size="small" to={signupPath(here)}>
          {t('act.signup')}
        </ButtonLink>
      </EmptyState>
    </Screen>
  );
}
