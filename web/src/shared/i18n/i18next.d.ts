import 'i18next';
import type problems from '../../api/locales/problems.ko.json';
import type address from '../../features/address/locales/ko.json';
import type auth from '../../features/auth/locales/ko.json';
import type catalogue from '../../features/catalogue/locales/ko.json';
import type chat from '../../features/chat/locales/ko.json';
import type engagement from '../../features/engagement/locales/ko.json';
import type membership from '../../features/membership/locales/ko.json';
import type notification from '../../features/notification/locales/ko.json';
import type search from '../../features/search/locales/ko.json';
import type common from './locales/ko.json';

// A wrong key fails tsc. A new feature adds one import and one line.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    keySeparator: false;
    resources: {
      common: typeof common;
      problems: typeof problems;
      address: typeof address;
      auth: typeof auth;
      catalogue: typeof catalogue;
      chat: typeof chat;
      engagement: typeof engagement;
      membership: typeof membership;
      notification: typeof notification;
      search: typeof search;
    };
  }
}
