import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function SettingsScreen() {
  const { t } = useTranslation('me');
  return (
    <Screen title={t('settings.title')} back="/me">
      <SkeletonPage />
    </Screen>
  );
}
