import { useTranslation } from 'react-i18next';
import type { CancelReason, Engagement } from '#/api/types.ts';
import { Card } from '#/shared/ui/Card.tsx';
import { ReasonSheet } from './ReasonSheet.tsx';

const REASONS: readonly CancelReason[] = ['time', 'health', 'urgent', 'other'];
const DAY = 24 * 3_600_000;

/** 약속 취소하기: shows beforehand whether it is late. */
export function CancelSheet({ e, now }: { e: Engagement; now: Date }) {
  const { t } = useTranslation('engagement');
  const late = new Date(e.terms.starts_at).getTime() - now.getTime() < DAY;
  return (
    <ReasonSheet<CancelReason>
      e={e}
      name="cancel"
      reasons={REASONS.map((value) => ({ value, title: t(`cancel.${value}`) }))}
      command={(reason) => ({ act: 'cancel', reason })}
      note={late && <Card tone="kaki">{t('cancel.late')}</Card>}
    />
  );
}
