import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { continueInChat } from '#/features/chat/index.ts';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Row, Small, Stack, Written } from '#/shared/ui/Stack.tsx';
import { deliver, discard, useUnsentMessage } from '../firstMessage.ts';

/** 한마디 that has not reached the conversation: it is shown whole until it has. */
export function UnsentMessage({ conversation }: { conversation: string }) {
  const { t } = useTranslation('engagement');
  const navigate = useNavigate();
  const unsent = useUnsentMessage(conversation);
  if (unsent === null) return null;
  const { text, why } = unsent;

  function edit(): void {
    continueInChat(conversation, text);
    discard(conversation);
    void navigate(paths.conversation(conversation));
  }

  return (
    <Card tone="kaki" role="status">
      <Stack>
        <Small>{t('unsent.title')}</Small>
        <Written>{text}</Written>
        {why !== null && <Small>{why}</Small>}
        <Row wrap>
          {why === null ? (
            <Button size="small" onClick={() => void deliver(conversation)}>
              {t('unsent.again')}
            </Button>
          ) : (
            // The same text would be refused again.
            <Button size="small" onClick={edit}>
              {t('unsent.edit')}
            </Button>
          )}
          <Button size="small" kind="text" onClick={() => discard(conversation)}>
            {t('unsent.drop')}
          </Button>
        </Row>
      </Stack>
    </Card>
  );
}
