import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
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
    <Screen title={text.data?.title ?? t('terms.title')} back={paths.home}>
      <DocumentText doc={doc} />
      <Section title={t('terms.others')}>
        <ButtonRow>
          {ALL.filter((other) => other !== doc).map((other) => (
            <ButtonLink key={other} size="small" to={paths.document(other)} replace>
              {t(`doc.${other}`)}
            </ButtonLink>
          ))}
        </ButtonRow>
      </Section>
    </Screen>
  );
}
