import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '#/shared/paths.ts';
import styles from './Screen.module.css';

/** At every page's foot, for whoever has no account, too: what the law wants within reach. */
export function LegalLinks() {
  const { t } = useTranslation();
  return (
    <footer className={styles.legal}>
      <Link to={paths.document('terms')}>{t('legal.terms')}</Link>
      <Link to={paths.document('privacy')}>
        <strong>{t('legal.privacy')}</strong>
      </Link>
    </footer>
  );
}
