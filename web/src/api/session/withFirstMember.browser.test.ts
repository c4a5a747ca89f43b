import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { firstScreenStands } from '#/shared/nav/firstScreen.ts';
import type { Session } from '../types.ts';
import { createSession, type TabSession } from './session.ts';
import { withFirstMember } from './withFirstMember.ts';

const MINJI: Session = {
  access_token: 'token',
  expires_at: new Date(Date.now() + 600_000).toISOString(),
  account: { id: 'minji', email: 'minji@example.com', locale: 'ko', erase_at: null },
  device_session_id: 'd',
  must_agree: [],
};

let tab: TabSession;
beforeEach(() => {
  firstScreenStands();
  localStorage.clear();
  tab = createSession(crypto.randomUUID());
});
afterEach(() => tab.close());

test('starts once, with the first member, and is stopped', async () => {
  const stopped = vi.fn();
  const start = vi.fn(() => stopped);
  const load = vi.fn(async () => start);
  const stop = withFirstMember(tab, load);
  expect(load).not.toHaveBeenCalled();
  tab.logIn(MINJI);
  await expect.poll(() => start.mock.calls.length).toBe(1);
  tab.logOut(false);
  tab.logIn(MINJI);
  expect(load).toHaveBeenCalledOnce();
  stop();
  expect(stopped).toHaveBeenCalledOnce();
});

test('code that did not arrive is asked for again; what arrives too late is not started', async () => {
  const start = vi.fn(() => () => {});
  const load = vi.fn(async () => start);
  load.mockRejectedValueOnce(new Error('offline'));
  const stop = withFirstMember(tab, load);
  tab.logIn(MINJI);
  await new Promise((resolve) => setTimeout(resolve));
  expect(start).not.toHaveBeenCalled();
  tab.logIn(MINJI);
  expect(load).toHaveBeenCalledTimes(2);
  stop();
  await new Promise((resolve) => setTimeout(resolve));
  expect(start).not.toHaveBeenCalled();
});
