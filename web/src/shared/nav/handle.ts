/** What a route tells the shell about itself before its code has been loaded. */
export interface RouteHandle {
  /** The tab that stays lit. */
  tab?: 'home' | 'find' | 'post' | 'chat' | 'me';
  /** Bottom tabs on a phone: only the first page of a tab has them; a task has its own act at the bottom. */
  tabs?: boolean;
  /** Needs an account: a visitor sees a friendly door instead. Never for what may be looked at. */
  members?: boolean;
  /** From 1200 px: list · conversation · engagement. */
  panes?: boolean;
}
