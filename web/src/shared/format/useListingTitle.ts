import { useTranslation } from 'react-i18next';

/** What a listing is called; one whose owner has left has lost its title, and what came of it stays. */
export function useListingTitle(): (title: string) => string {
  const { t } = useTranslation('common');
  return (title) => (title === '' ? t('listing.gone') : title);
}
