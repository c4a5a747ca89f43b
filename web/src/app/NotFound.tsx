import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';

/** No route has this address. A listing that is gone is told by its own screen (`ProblemState`). */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Screen title={t('lost.title')} back={paths.home}>
      <EmptyState title={t('lost.text')}>
        <ButtonLink size="small" to={paths.home}>
          {t('act.home')}
        </ButtonLink>
      </EmptyState>
    </Screen>
  );
}
