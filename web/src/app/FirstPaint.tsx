import common from '#/shared/i18n/locales/ko.json';
import commonEn from '#/shared/i18n/locales/en.json';
import home from '#/features/search/locales/ko.json';
import homeEn from '#/features/search/locales/en.json';
import { Icon } from '#/shared/ui/Icon.tsx';
import { Bone } from '#/shared/ui/Skeleton.tsx';
import button from '#/shared/ui/Button.module.css';
import screen from '#/shared/nav/Screen.module.css';
import skeleton from '#/shared/ui/Skeleton.module.css';
import topBar from '#/shared/ui/TopBar.module.css';
import { Logo } from './Logo.tsx';
import { TABS } from './tabs.ts';
import shell from './Shell.module.css';
import styles from './FirstPaint.module.css';

/**
 * What index.html shows before any code has arrived: rendered while building (build/firstPaint.ts), so no hook may
 * stand here. One page serves every address and both languages; public/boot.js says which, and the style sheet chooses.
 */
export function FirstPaint() {
  return (
    <div className={`${shell.app} ${styles.first}`} data-tabs="true">
      <nav className={shell.nav} data-tabs="true">
        <a href="/" className={shell.logo} aria-label="dojob">
          <Logo />
        </a>
        {TABS.map(({ tab, to, icon }) => (
          <a key={tab} href={to} className={shell.item} data-tab={tab}>
            <Icon name={icon} />
            <span>
              <Both ko={common[`nav.${tab}`]} en={commonEn[`nav.${tab}`]} />
            </span>
          </a>
        ))}
        <a href="/inbox" className={shell.railOnly}>
          <Icon name="bell" />
          <span>
            <Both ko={common['nav.inbox']} en={commonEn['nav.inbox']} />
          </span>
        </a>
      </nav>
      <div className={screen.main} aria-busy="true">
        <div className={topBar.bar}>
          <span className={`${button.icon} ${styles.back}`}>
            <Icon name="back" />
          </span>
        </div>
        <div className={`${screen.content} ${styles.visitor}`}>
          <div className={screen.title} data-home="true">
            <p className={styles.headline}>
              <Both ko={home['home.visitor']} en={homeEn['home.visitor']} />
            </p>
          </div>
          <div className={styles.search} />
          <Rows count={6} />
        </div>
        <div className={`${screen.content} ${styles.other}`}>
          <div className={skeleton.page}>
            <Bone shape="title" width="long" />
            <Rows count={1} />
            <Bone />
            <Bone />
            <Bone width="long" />
            <Bone shape="card" />
          </div>
        </div>
      </div>
    </div>
  );
}

function Rows({ count }: { count: number }) {
  return Array.from({ length: count }, (_, index) => (
    <div key={index} className={skeleton.row}>
      <Bone shape="disc" />
      <span className={skeleton.lines}>
        <Bone width="long" />
        <Bone width="half" />
        <Bone width="half" />
      </span>
      <Bone shape="ring" />
    </div>
  ));
}

function Both({ ko, en }: { ko: string; en: string }) {
  return (
    <>
      <span lang="ko">{ko}</span>
      <span lang="en">{en}</span>
    </>
  );
}
