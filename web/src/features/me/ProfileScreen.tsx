import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function ProfileScreen() {
  const { t } = useTranslation('me');
  return (
    <Screen title={t('profile.title')} back="/me">
      <SkeletonPage />
    </Screen>
  );
}
