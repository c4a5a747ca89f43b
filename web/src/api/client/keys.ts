/**
 * The roots of all query keys. A feature's `queries.ts` builds on them (`[...keys.engagements, 'list', box]`);
 * `live.ts` and mutations invalidate by root, so that no feature needs to know another one's lists.
 */
export const keys = {
  me: ['me'],
  member: ['member'],
  talents: ['talents'],
  needs: ['needs'],
  /** Search results of both kinds. */
  search: ['search'],
  engagements: ['engagements'],
  busy: ['busy'],
  hours: ['hours'],
  cards: ['cards'],
  conversations: ['conversations'],
  messages: ['messages'],
  chatUnread: ['chat-unread'],
  notices: ['notices'],
  noticesUnread: ['notices-unread'],
  preferences: ['preferences'],
  account: ['account'],
  devices: ['devices'],
  logIns: ['log-ins'],
  securityLog: ['security-log'],
  providers: ['providers'],
  pending: ['pending'],
  documents: ['documents'],
  regions: ['regions'],
} as const;
