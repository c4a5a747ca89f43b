import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { useLineAtOnce } from '#/shared/nav/firstScreen.ts';
import { useWide } from '#/shared/nav/useWide.ts';
import { EmptyState } from '#/shared/ui/States.tsx';
import { ConversationList } from './parts/ConversationList.tsx';
import { Pane } from './parts/Pane.tsx';
import { useConversations } from './queries.ts';

/** /chat: the list is the page, or the left pane of an empty room. */
export default function ConversationsScreen() {
  useLineAtOnce();
  const { t } = useTranslation('chat');
  const wide = useWide();
  const list = useConversations();
  const some = (list.data?.pages[0]?.items.length ?? 0) > 0;
  return (
    <Screen title={t('list.title')} pane={<Pane />}>
      {wide ? some && <EmptyState title={t('list.choose')} /> : <ConversationList />}
    </Screen>
  );
}
