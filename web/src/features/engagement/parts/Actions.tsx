import { useTranslation } from 'react-i18next';
import type { Engagement } from '#/api/types.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink, ButtonRow } from '#/shared/ui/Button.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { isGuest, isOver, awaitedOf } from '../story.ts';
import { useCommand } from './useCommand.ts';

/** The one next act, filled, and what else may be done. Only what the server allows is offered. */
export function Actions({ e, stale }: { e: Engagement; stale: boolean }) {
  const { t } = useTranslation('engagement');
  const outcome = useSheet('outcome');
  const decline = useSheet('decline');
  const cancel = useSheet('cancel');
  const withdraw = useSheet('withdraw');
  const accept = useCommand(e.id, () => toast(t('accepted')));
  const chat = paths.conversation(e.conversation_id);
  const counter = paths.counter(e.id);

  switch (awaitedOf(e)) {
    case 'answer': {
      const mayCounter = e.acts.includes('counter');
      return (
        <Stack>
          {e.overlap ? (
            // It would be refused: another time is the way on.
            <ButtonLink kind="main" wide to={mayCounter ? counter : chat}>
              {t(mayCounter ? 'act.counter' : 'act.chat')}
            </ButtonLink>
          ) : (
            <Button
              kind="main"
              wide
              disabled={stale}
              busy={accept.isPending}
              onClick={() => accept.mutate({ act: 'accept', terms_version: e.terms.version })}
            >
              {t('act.accept')}
            </Button>
          )}
          <ProblemLine error={accept.error} />
          <ButtonRow>
            {mayCounter && !e.overlap && (
              <ButtonLink wide to={counter}>
                {t('act.counter')}
              </ButtonLink>
            )}
            <Button wide onClick={decline.open}>
              {t('act.decline')}
            </Button>
          </ButtonRow>
        </Stack>
      );
    }
    case 'outcome':
      return (
        <Button kind="main" wide onClick={outcome.open}>
          {t('act.tell')}
        </Button>
      );
    case 'adjust':
      return (
        <Button kind="main" wide onClick={outcome.open}>
          {t('act.adjust')}
        </Button>
      );
    case 'agree_did_not_take_place':
      return (
        <Button kind="main" wide onClick={outcome.open}>
          {t('act.answer')}
        </Button>
      );
    case null:
  }

  if (isOver(e.state)) {
    return (
      <Stack>
        {isProblem(accept.error) && <Small>{t('accept.tooLate')}</Small>}
        <Ended e={e} chat={chat} />
      </Stack>
    );
  }
  return (
    <Stack>
      {/* Pressed a moment after it was agreed elsewhere. */}
      {isProblem(accept.error) && e.state === 'scheduled' && <Small>{t('accept.already')}</Small>}
      <ButtonLink kind="main" wide to={chat}>
        {t('act.chat')}
      </ButtonLink>
      {e.acts.includes('withdraw') && (
        <Button wide onClick={withdraw.open}>
          {t('act.withdraw')}
        </Button>
      )}
      {e.acts.includes('cancel') && (
        <Button kind="text" wide onClick={cancel.open}>
          {t('act.cancel')}
        </Button>
      )}
    </Stack>
  );
}

/** Never a dead end: the record, another time, or something similar. */
function Ended({ e, chat }: { e: Engagement; chat: string }) {
  const { t } = useTranslation('engagement');
  const listing = paths.listing(e.listing.kind, e.listing.id);
  const taken = e.result?.reason === 'need_filled' || e.result?.reason === 'need_closed';
  if (e.state === 'completed') {
    return (
      <ButtonRow>
        <ButtonLink wide to={chat}>
          {t('act.chat')}
        </ButtonLink>
        <ButtonLink kind="main" wide to={paths.hours}>
          {t('act.hours')}
        </ButtonLink>
      </ButtonRow>
    );
  }
  return (
    <ButtonRow>
      <ButtonLink wide to={chat}>
        {t('act.chat')}
      </ButtonLink>
      {isGuest(e) &&
        (taken || e.listing.kind === 'need' ? (
          <ButtonLink kind="main" wide to={listing}>
            {t(taken ? 'act.seeSimilar' : 'act.seeListing')}
          </ButtonLink>
        ) : (
          <ButtonLink kind="main" wide to={paths.propose('talent', e.listing.id)}>
            {t('act.another')}
          </ButtonLink>
        ))}
    </ButtonRow>
  );
}
