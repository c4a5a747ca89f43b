import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useDocuments } from '#/features/auth/index.ts';
import { seoulDay } from '#/shared/format/time.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { paths } from '#/shared/paths.ts';
import { Card } from '#/shared/ui/Card.tsx';

/** A text that applies from a day to come is told until then; from that day on it is asked for. */
export function ComingTerms() {
  const { t } = useTranslation('membership');
  const documents = useDocuments();
  const today = seoulDay(useNow());
  const coming = documents.data?.items.filter(({ version }) => version > today) ?? [];
  return coming.map(({ doc, version }) => (
    <Card key={doc} tone="sky" role="status">
      <Link to={paths.document(doc)}>{t('me.coming', { doc: t(`settings.doc.${doc}`), version })}</Link>
    </Card>
  ));
}
