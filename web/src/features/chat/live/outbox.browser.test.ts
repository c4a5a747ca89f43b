import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOutbox, type SendOutcome } from './outbox.ts';
import { openIdbStore, type Unsent } from './idbStore.ts';

/** A server that answers as it is told; what it was sent, in its order. */
function server(answer: (entry: Unsent, times: number) => SendOutcome) {
  const sent: Unsent[] = [];
  const deliver = async (entry: Unsent): Promise<SendOutcome> => {
    sent.push(entry);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answer(entry, sent.filter((one) => one.client_id === entry.client_id).length);
  };
  return { sent, deliver, texts: () => sent.map(({ text }) => text) };
}

const alone = (work: () => Promise<void>) => work();
const store = openIdbStore();
const stored = async () => (await (await store).all()).map(({ text }) => text).sort();

beforeEach(async () => (await store).clear());
afterEach(async () => (await store).clear());

test('one after another, in the order they were written', async () => {
  const { deliver, texts } = server(() => 'kept');
  const outbox = createOutbox({ store, deliver, alone });
  outbox.open('minji');
  for (const text of ['하나', '둘', '셋']) outbox.add('c', text);
  expect(outbox.all().map(({ text }) => text)).toEqual(['하나', '둘', '셋']);
  await expect.poll(() => outbox.all().length).toBe(0);
  expect(texts()).toEqual(['하나', '둘', '셋']);
  await expect.poll(stored).toEqual([]);
});

test('without an answer everything waits, is shown as such, and goes on with the same ids', async () => {
  let offline = true;
  const { deliver, sent, texts } = server(() => (offline ? 'unanswered' : 'kept'));
  const outbox = createOutbox({ store, deliver, alone });
  outbox.open('minji');
  outbox.add('c', '하나');
  outbox.add('d', '둘');
  await expect.poll(() => outbox.all().every(({ unanswered }) => unanswered)).toBe(true);
  expect(texts()).toEqual(['하나']);
  offline = false;
  outbox.wake();
  await expect.poll(() => outbox.all().length).toBe(0);
  expect(texts()).toEqual(['하나', '하나', '둘']);
  expect(sent[0]?.client_id).toBe(sent[1]?.client_id);
});

test('a reload loses neither text nor id nor order, and does not send what was kept', async () => {
  const before = server((entry) => (entry.text === '하나' ? 'kept' : 'unanswered'));
  const page = createOutbox({ store, deliver: before.deliver, alone });
  page.open('minji');
  for (const text of ['하나', '둘', '셋']) page.add('c', text);
  await expect.poll(stored).toEqual(['둘', '셋']);
  await expect.poll(() => page.all().every(({ unanswered }) => unanswered)).toBe(true);
  const ids = page.all().map(({ client_id }) => client_id);
  page.open(null);

  const after = server(() => 'kept');
  const reloaded = createOutbox({ store, deliver: after.deliver, alone });
  reloaded.open('minji');
  await expect.poll(() => after.texts()).toEqual(['둘', '셋']);
  expect(after.sent.map(({ client_id }) => client_id)).toEqual(ids);
  await expect.poll(stored).toEqual([]);
});

const WHY = { code: 'text.forbidden_character', params: { character: 'U+3164', class: 'filler' } };

test('a refused one stands aside; the rest goes on, and it can be tried again or taken back', async () => {
  const { deliver, texts } = server((entry, times) =>
    entry.text.startsWith('나쁜') && times < 2 ? { refused: WHY } : 'kept',
  );
  const outbox = createOutbox({ store, deliver, alone });
  outbox.open('minji');
  outbox.add('c', '나쁜 글');
  outbox.add('c', '좋은 글');
  await expect.poll(texts).toEqual(['나쁜 글', '좋은 글']);
  await expect.poll(() => outbox.all().map(({ refused, why }) => [refused, why])).toEqual([[true, WHY]]);
  // It is known after a reload, too.
  await expect.poll(async () => (await (await store).all()).map(({ why }) => why)).toEqual([WHY]);
  outbox.retry(outbox.all()[0]?.client_id ?? '');
  await expect.poll(texts).toEqual(['나쁜 글', '좋은 글', '나쁜 글']);
  await expect.poll(() => outbox.all().length).toBe(0);

  outbox.add('c', '나쁜 글 둘');
  await expect.poll(() => outbox.all()[0]?.refused).toBe(true);
  outbox.remove(outbox.all()[0]?.client_id ?? '');
  await expect.poll(stored).toEqual([]);
});

test('a conversation that is not there yet holds up no other', async () => {
  const { deliver, texts } = server((entry, times) =>
    entry.text === '처음 뵙겠습니다' && times === 1 ? { later: 150 } : 'kept',
  );
  const outbox = createOutbox({ store, deliver, alone });
  outbox.open('minji');
  outbox.add('new', '처음 뵙겠습니다');
  outbox.add('new', '잘 부탁해요');
  outbox.add('old', '안녕하세요');
  await expect.poll(() => outbox.all().length).toBe(0);
  expect(texts()).toEqual(['처음 뵙겠습니다', '안녕하세요', '처음 뵙겠습니다', '잘 부탁해요']);
});

test("another person neither sees nor sends the one before's", async () => {
  const { deliver } = server(() => 'unanswered');
  const outbox = createOutbox({ store, deliver, alone });
  outbox.open('minji');
  outbox.add('c', '민지의 글');
  await expect.poll(stored).toEqual(['민지의 글']);
  outbox.open(null);

  const next = server(() => 'kept');
  const theirs = createOutbox({ store, deliver: next.deliver, alone });
  theirs.open('doyun');
  await expect.poll(stored).toEqual([]);
  expect(next.sent).toEqual([]);
  expect(theirs.all()).toEqual([]);
});
