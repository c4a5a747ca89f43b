import 'i18next';
import type problems from '../../api/locales/problems.ko.json';
import type auth from '../../features/auth/locales/ko.json';
import type chat from '../../features/chat/locales/ko.json';
import type discover from '../../features/discover/locales/ko.json';
import type engage from '../../features/engage/locales/ko.json';
import type me from '../../features/me/locales/ko.json';
import type notify from '../../features/notify/locales/ko.json';
import type place from '../../features/place/locales/ko.json';
import type post from '../../features/post/locales/ko.json';
import type common from './locales/ko.json';

// A wrong key fails tsc. A new feature adds one import and one line.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    keySeparator: false;
    resources: {
      common: typeof common;
      problems: typeof problems;
      auth: typeof auth;
      chat: typeof chat;
      discover: typeof discover;
      engage: typeof engage;
      me: typeof me;
      notify: typeof notify;
      place: typeof place;
      post: typeof post;
    };
  }
}
