import { useTranslation } from 'react-i18next';
import { IconLink } from '#/shared/ui/Button.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { useUnreadNotices } from '../counts.ts';

/** The bell in the bar of a tab's first page. */
export function BellLink() {
  const { t } = useTranslation();
  const count = useUnreadNotices();
  const label = count === 0 ? t('nav.inbox') : `${t('nav.inbox')}, ${t('nav.unread', { count })}`;
  return (
    <IconLink to="/inbox" label={label} count={count}>
      <Icon name="bell" />
    </IconLink>
  );
}
