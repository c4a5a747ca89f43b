import { expect, test } from 'vitest';
import { paths } from './paths.ts';

test('every page has the address that people have bookmarked', () => {
  const made = Object.entries(paths).map(([name, path]) => [
    name,
    typeof path === 'string'
      ? path
      : (path as (...args: string[]) => string)(...(ARGUMENTS[name] ?? [':id'])),
  ]);
  expect(Object.fromEntries(made)).toEqual({
    home: '/',
    search: '/search',
    listing: '/talents/:id',
    editListing: '/needs/:id/edit',
    propose: '/talents/:id/propose',
    offers: '/needs/:id/offers',
    member: '/people/:id',
    engagements: '/engagements',
    engagement: '/engagements/:id',
    outcome: '/engagements/:id?sheet=outcome',
    counter: '/engagements/:id/counter',
    post: '/post',
    postListing: '/post/need',
    conversations: '/chat',
    conversation: '/chat/:id',
    inbox: '/inbox',
    me: '/me',
    hours: '/me/hours',
    myListings: '/me/posts',
    profile: '/me/profile',
    settings: '/me/settings',
    leave: '/me/leave',
    left: '/left',
    devices: '/me/devices',
    logIns: '/me/log-ins',
    securityLog: '/me/security-log',
    login: '/login',
    loginBack: '/login/back',
    joinByProvider: '/signup/provider',
    signup: '/signup',
    verify: '/verify',
    reset: '/reset',
    confirmAddress: '/address/confirm',
    undoAddress: '/address/undo',
    forgotten: '/forgotten',
    document: '/terms/:id',
  });
});

const ARGUMENTS: Record<string, string[]> = {
  search: [],
  engagements: [],
  listing: ['talent', ':id'],
  editListing: ['need', ':id'],
  propose: ['talent', ':id'],
  postListing: ['need'],
};

test('help is offered to a need, and a search carries its terms', () => {
  expect(paths.propose('need', '7')).toBe('/needs/7/help');
  expect(paths.search({ kind: 'need', q: '기타' })).toBe('/search?kind=need&q=%EA%B8%B0%ED%83%80');
  expect(paths.engagements('past')).toBe('/engagements?box=past');
});
