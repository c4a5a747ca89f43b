type Kind = 'talent' | 'need';

/** The address of every page. The routes are made of the same functions, with `:id` in the place of an id. */
export const paths = {
  home: '/',
  search: (terms: Record<string, string> | URLSearchParams = {}) =>
    withQuery('/search', new URLSearchParams(terms)),
  listing: (kind: Kind, id: string) => `/${kind}s/${id}`,
  editListing: (kind: Kind, id: string) => `${paths.listing(kind, id)}/edit`,
  /** A time is proposed to a talent, help is offered to a need. */
  propose: (kind: Kind, id: string) => `${paths.listing(kind, id)}/${kind === 'talent' ? 'propose' : 'help'}`,
  offers: (need: string) => `${paths.listing('need', need)}/offers`,
  member: (id: string) => `/people/${id}`,
  /** The list; `folder` is a tab other than the first. */
  engagements: (folder?: string) =>
    withQuery('/engagements', new URLSearchParams(folder === undefined ? {} : { box: folder })),
  engagement: (id: string) => `/engagements/${id}`,
  /** The engagement with its question "what happened?" open. */
  outcome: (id: string) => `${paths.engagement(id)}?sheet=outcome`,
  counter: (id: string) => `${paths.engagement(id)}/counter`,
  post: '/post',
  postListing: (kind: Kind) => `/post/${kind}`,
  conversations: '/chat',
  conversation: (id: string) => `/chat/${id}`,
  inbox: '/inbox',
  me: '/me',
  hours: '/me/hours',
  myListings: '/me/posts',
  profile: '/me/profile',
  settings: '/me/settings',
  /** The server knows it, too: a proof at a provider leads back here. */
  leave: '/me/leave',
  left: '/left',
  devices: '/me/devices',
  logIns: '/me/log-ins',
  securityLog: '/me/security-log',
  login: '/login',
  /** Where a provider's answer is finished. The server knows it, too. */
  loginBack: '/login/back',
  joinByProvider: '/signup/provider',
  signup: '/signup',
  /** These four are led to by mails: what the link is for stands behind the `#`. */
  verify: '/verify',
  reset: '/reset',
  confirmAddress: '/address/confirm',
  undoAddress: '/address/undo',
  forgotten: '/forgotten',
  document: (doc: string) => `/terms/${doc}`,
} as const;

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
