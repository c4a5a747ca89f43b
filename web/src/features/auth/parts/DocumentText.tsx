import { useTranslation } from 'react-i18next';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { useDocument } from '../queries.ts';

/** The real text, in its version. Headings one level below the page's. */
export function DocumentText({ doc }: { doc: string }) {
  const { t } = useTranslation('auth');
  const text = useDocument(doc);
  if (text.isPending) return <SkeletonPage />;
  if (text.isError) return <ProblemState error={text.error} onRetry={text.refetch} />;
  return (
    <Stack gap={3}>
      <Small>{t('terms.version', { version: text.data.version })}</Small>
      {text.data.changes.length > 0 && (
        <section>
          <Stack gap={1}>
            <h2>{t('terms.changes')}</h2>
            <ul>
              {text.data.changes.map((change) => (
                <li key={change}>{change}</li>
              ))}
            </ul>
          </Stack>
        </section>
      )}
      {text.data.sections.map((section) => (
        <section key={section.heading}>
          <Stack gap={1}>
            <h2>{section.heading}</h2>
            {section.paragraphs.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </Stack>
        </section>
      ))}
    </Stack>
  );
}
