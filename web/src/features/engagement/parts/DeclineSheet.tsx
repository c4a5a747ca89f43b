import { useTranslation } from 'react-i18next';
import type { DeclineReason, Engagement } from '#/api/types.ts';
import { ReasonSheet } from './ReasonSheet.tsx';

const REASONS: readonly DeclineReason[] = ['time', 'place', 'content', 'busy', 'other'];

/** 거절하기. */
export function DeclineSheet({ e }: { e: Engagement }) {
  const { t } = useTranslation('engagement');
  return (
    <ReasonSheet<DeclineReason>
      e={e}
      name="decline"
      reasons={REASONS.map((value) => ({ value, title: t(`decline.${value}`) }))}
      command={(reason) => ({ act: 'decline', reason })}
    />
  );
}
