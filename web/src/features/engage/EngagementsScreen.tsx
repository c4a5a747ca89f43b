import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function EngagementsScreen() {
  const { t } = useTranslation('engage');
  return (
    <Screen title={t('list.title')} back="/me">
      <SkeletonPage />
    </Screen>
  );
}
