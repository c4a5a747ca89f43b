import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Screen } from '#/shared/nav/Screen.tsx';
import { ButtonLink, ButtonRow } from '#/shared/ui/Button.tsx';
import { Section } from '#/shared/ui/Stack.tsx';
import { DocumentText } from './parts/DocumentText.tsx';
import { useDocument } from './queries.ts';

const ALL = ['terms', 'privacy', 'news'] as const;

export default function TermsScreen() {
  const { t } = useTranslation('auth');
  const { doc = '' } = useParams();
  const text = useDocument(doc);
  return (
    <Screen title={text.data?.title ?? t('terms.title')} back="/">
      <DocumentText doc={doc} />
      <Section title={t('terms.others')}>
        <ButtonRow>
          {ALL.filter((other) => other !== doc).map((other) => (
            <ButtonLink key={other} size="small" to={`/terms/${other}`} replace>
              {t(`doc.${other}`)}
            </ButtonLink>
          ))}
        </ButtonRow>
      </Section>
    </Screen>
  );
}
