import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function MeScreen() {
  const { t } = useTranslation('me');
  return (
    <Screen title={t('me.title')}>
      <SkeletonPage />
    </Screen>
  );
}
