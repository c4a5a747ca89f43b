import { useTranslation } from 'react-i18next';
import type { ListingKind, SystemMessage } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';

interface About {
  me: string;
  /** "도윤님" */
  who: string;
  listing: ListingKind;
  /** In a list: without the time that was proposed. */
  brief?: boolean;
}

/** What happened, with who did it: the server sends keys, ids and numbers. */
export function useSystemLabel(now: Date) {
  const { t, i18n } = useTranslation('chat');
  const format = useFormat();
  return (system: SystemMessage, { me, who, listing, brief = false }: About): string => {
    const text = (name: string) => {
      const value = system.params[name];
      return typeof value === 'string' ? value : null;
    };
    const { minutes } = system.params;
    const startsAt = text('starts_at');
    const subject = (id: string | null | undefined) =>
      id === me ? t('subject.me') : id === null || id === undefined ? null : t('subject.other', { who });
    const actor = subject(system.actor_id ?? null);
    const key = keyOf(system, listing, actor !== null);
    if (!i18n.exists(`chat:${key}`)) return t('line.other');
    // Keys come from the server; a test holds one text against each.
    const words = t(key as 'line.engagement.proposed', {
      subject: actor ?? subject(text('who')) ?? '',
      minutes: typeof minutes === 'number' ? format.minutes(minutes) : '',
    });
    return !brief && startsAt !== null && typeof minutes === 'number'
      ? `${words} · ${format.span(startsAt, minutes, now)}`
      : words;
  };
}

/** Some keys have several texts, chosen by their parameters. */
export function keyOf({ key, params }: SystemMessage, listing: ListingKind, byPerson: boolean): string {
  switch (key) {
    case 'engagement.proposed':
      return listing === 'need' ? 'line.engagement.offered' : 'line.engagement.proposed';
    case 'engagement.scheduled':
      return byPerson ? 'line.engagement.scheduled' : 'line.engagement.scheduled.itself';
    case 'engagement.declined':
      if (byPerson) return 'line.engagement.declined';
      return params['reason_code'] === 'need_closed'
        ? 'line.engagement.declined.need_closed'
        : 'line.engagement.declined.need_filled';
    case 'engagement.no_show':
      return params['acknowledged'] === true
        ? 'line.engagement.no_show.acknowledged'
        : 'line.engagement.no_show';
    default:
      return `line.${key}`;
  }
}
