import { useTranslation } from 'react-i18next';
import { paths } from '#/shared/paths.ts';
import { IconLink } from '#/shared/ui/Button.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { useUnreadNotices } from '../unread.ts';

/** The bell in the bar of a tab's first page. */
export function BellLink() {
  const { t } = useTranslation();
  const count = useUnreadNotices();
  const label = count === 0 ? t('nav.inbox') : `${t('nav.inbox')}, ${t('nav.unread', { count })}`;
  return (
    <IconLink to={paths.inbox} label={label} count={count}>
      <Icon name="bell" />
    </IconLink>
  );
}
