import { useTranslation } from 'react-i18next';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import type { Engagement } from '#/api/types.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { SheetFoot } from './SheetFoot.tsx';
import { useCommand } from './useCommand.ts';

/** 제안 거두기: asked once more, for it cannot be undone. */
export function WithdrawSheet({ e }: { e: Engagement }) {
  const { t } = useTranslation(['engagement', 'common']);
  const { close } = useSheet('withdraw');
  const withdraw = useCommand(e.id, close);
  if (!e.acts.includes('withdraw') && !withdraw.isSuccess) return null;
  return (
    <Sheet
      name="withdraw"
      title={t('withdraw.title')}
      lead={t('withdraw.lead', { name: e.other.name ?? t('common:person.gone') })}
      foot={
        <SheetFoot>
          <ProblemLine error={withdraw.error} />
          <Button
            kind="main"
            wide
            busy={withdraw.isPending}
            onClick={() => withdraw.mutate({ act: 'withdraw' })}
          >
            {t('act.withdraw')}
          </Button>
        </SheetFoot>
      }
    />
  );
}
