import { useTranslation } from 'react-i18next';
import { Button } from '#/shared/ui/Button.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { tabSession } from './tab.ts';

/** In the place of what only a member sees, while nobody can say whether this is one (`unreachable`). */
export function Reaching() {
  const { t } = useTranslation();
  return (
    <div role="status">
      <EmptyState title={t('reaching.text')}>
        <Button size="small" onClick={tabSession.hurry}>
          {t('act.retry')}
        </Button>
      </EmptyState>
    </div>
  );
}
