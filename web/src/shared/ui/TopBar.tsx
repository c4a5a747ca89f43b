import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBack } from '#/shared/nav/useBack.ts';
import { IconButton } from './Button.tsx';
import { Icon } from './Icon.tsx';
import styles from './TopBar.module.css';

interface Props {
  title?: string | undefined;
  back?: string | undefined;
  start?: ReactNode;
  end?: ReactNode;
}

/** `Screen` renders it. With a way back the title is small and centred; the first page of a tab has it large, left. */
export function TopBar({ title, back, start, end }: Props) {
  return (
    <header className={styles.bar} data-back={back !== undefined}>
      {back !== undefined && <BackButton parent={back} />}
      {start !== undefined && <div className={styles.start}>{start}</div>}
      {title !== undefined && (
        <h1 className={styles.title} tabIndex={-1}>
          {title}
        </h1>
      )}
      <div className={styles.end}>{end}</div>
    </header>
  );
}

function BackButton({ parent }: { parent: string }) {
  const { t } = useTranslation();
  const back = useBack(parent);
  return (
    <IconButton label={t('nav.back')} onClick={back}>
      <Icon name="back" />
    </IconButton>
  );
}
