import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function ConversationsScreen() {
  const { t } = useTranslation('chat');
  return (
    <Screen title={t('list.title')}>
      <SkeletonPage />
    </Screen>
  );
}
