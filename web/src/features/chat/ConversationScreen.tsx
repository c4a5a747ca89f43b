import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function ConversationScreen() {
  const { t } = useTranslation('chat');
  return (
    <Screen title={t('one.title')} back="/chat">
      <SkeletonPage />
    </Screen>
  );
}
