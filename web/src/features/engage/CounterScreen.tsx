import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function CounterScreen() {
  const { t } = useTranslation('engage');
  return (
    <Screen title={t('counter.title')} back="/engagements">
      <SkeletonPage />
    </Screen>
  );
}
