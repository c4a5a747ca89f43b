import { useTranslation } from 'react-i18next';
import type { MemberCard } from '#/api/types.ts';

/** "도윤님", or the text for an account that no longer exists. */
export function usePartyName(): (card: MemberCard | undefined) => string {
  const { t } = useTranslation('common');
  return (card) =>
    card?.name === null || card?.name === undefined
      ? t('person.gone')
      : t('person.name', { name: card.name });
}
