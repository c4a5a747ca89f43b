import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useLocation } from 'react-router';
import { TopBar } from '#/shared/ui/TopBar.tsx';
import { announce } from './announcer.ts';
import { ConnectionStrip } from './ConnectionStrip.tsx';
import { LegalLinks } from './LegalLinks.tsx';
import { useWide } from './useWide.ts';
import styles from './Screen.module.css';

interface Props {
  /** For the tab and the history: "통기타 첫걸음". " · dojob" is added. */
  title: string;
  /**
   * Where the one h1 stands. `bar` (default): the title in the bar is it. `page`: the content has a `PageTitle`.
   */
  heading?: 'bar' | 'page';
  /** The parent, for who came by a link: shows the back arrow. Without it the page is the first of a tab. */
  back?: string;
  /** The bar's left part instead of a title: the 동 selector, a person. */
  start?: ReactNode;
  /** The bar's right part: at most two icon buttons. */
  end?: ReactNode;
  /** The sticky main act. */
  foot?: ReactNode;
  /** Right column from 1200 px; below it stands in the page. */
  aside?: ReactNode;
  asideBelow?: 'start' | 'end' | 'none';
  /** Left pane of a `panes` route, from 1200 px only. */
  pane?: ReactNode;
  /** Exactly as high as the window: the content scrolls inside itself (a conversation). */
  fill?: boolean;
  children: ReactNode;
}

/** The frame of every screen: title, bar, content, act. When the page has changed, moves the focus to the h1 and announces the title. */
export function Screen(props: Props) {
  const {
    title,
    heading = 'bar',
    back,
    start,
    end,
    foot,
    aside,
    asideBelow = 'end',
    pane,
    fill,
    children,
  } = props;
  const wide = useWide();
  const main = useRef<HTMLElement>(null);
  useTitle(title);
  useArrival(main, title);

  return (
    <>
      {wide && pane !== undefined && <div className={styles.pane}>{pane}</div>}
      <main id="main" ref={main} tabIndex={-1} className={styles.main} data-fill={fill ?? false}>
        <TopBar
          title={heading === 'bar' && start === undefined ? title : undefined}
          back={back}
          start={start}
          end={end}
        />
        <ConnectionStrip />
        <div className={styles.content}>
          {!wide && asideBelow === 'start' && aside}
          {children}
          {!wide && asideBelow === 'end' && aside}
        </div>
        {fill !== true && <LegalLinks />}
        {foot !== undefined && <div className={styles.foot}>{foot}</div>}
      </main>
      {wide && aside !== undefined && <aside className={styles.aside}>{aside}</aside>}
    </>
  );
}

interface PageTitleProps {
  children: ReactNode;
  over?: ReactNode;
  lang?: string;
  /** 22 px instead of 24: the headline of the home. */
  home?: boolean;
}

/** The one h1 inside the content; `over` is the small line above it. */
export function PageTitle({ children, over, lang, home = false }: PageTitleProps) {
  return (
    <div className={styles.title} data-home={home}>
      {over !== undefined && <p className={styles.over}>{over}</p>}
      <h1 tabIndex={-1} lang={lang}>
        {children}
      </h1>
    </div>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'dojob' : `${title} · dojob`;
  }, [title]);
}

/** The page that the browser opened by itself keeps the browser's focus; every later one takes it. */
let firstPath: string | null = null;

function useArrival(main: RefObject<HTMLElement | null>, title: string): void {
  const { pathname } = useLocation();
  const arrived = useRef<string | null>(null);

  useEffect(() => {
    firstPath ??= pathname;
    const node = main.current;
    if (node === null) return;
    const h1 = node.querySelector('h1');
    if (firstPath !== pathname) announce(pathname, title);
    if (arrived.current !== pathname) {
      arrived.current = pathname;
      if (firstPath === pathname) return;
      firstPath = '';
      (h1 ?? node).focus({ preventScroll: true });
    } else if (h1 !== null && document.activeElement === node) {
      // The title came later than the page: the focus waited on <main>.
      h1.focus({ preventScroll: true });
    }
  }, [main, pathname, title]);
}
