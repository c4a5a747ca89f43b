import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function InboxScreen() {
  const { t } = useTranslation('notify');
  return (
    <Screen title={t('inbox.title')} back="/">
      <SkeletonPage />
    </Screen>
  );
}
