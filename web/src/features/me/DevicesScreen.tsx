import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function DevicesScreen() {
  const { t } = useTranslation('me');
  return (
    <Screen title={t('devices.title')} back="/me">
      <SkeletonPage />
    </Screen>
  );
}
