import { describe, expect, it } from 'vitest';
import { bodyOf, emptyDraft, lacking, type ListingDraft } from './draft.ts';

const place = { code: '1144012300', name: '망원동', path: '서울특별시 마포구 망원동' };
const whole: ListingDraft = {
  ...emptyDraft(place),
  title: '통기타 첫걸음',
  body: 'G, C, D만 잡으면 한 시간 안에 한 곡을 칠 수 있어요.',
  category: 'music',
};

const codes = (draft: ListingDraft) => lacking(draft).map(({ pointer, code }) => `${pointer} ${code}`);

describe('lacking', () => {
  it('is nothing for a whole draft', () => expect(codes(whole)).toEqual([]));
  it('names every field at once', () =>
    expect(codes(emptyDraft(null))).toEqual([
      '/title text.empty',
      '/body text.empty',
      '/category category.unknown',
      '/region_code region.unknown',
    ]));
  it.each([
    [{ title: '가' }, '/title text.too_short'],
    [{ title: '가'.repeat(61) }, '/title text.too_long'],
    [{ body: '짧은 글' }, '/body text.too_short'],
    [{ minutes: '14' }, '/minutes minutes.out_of_range'],
    [{ minutes: '481' }, '/minutes minutes.out_of_range'],
    [{ minutes: '' }, '/minutes minutes.out_of_range'],
    [{ minutes: '60.5' }, '/minutes minutes.out_of_range'],
    [{ bring: '가'.repeat(201) }, '/bring text.too_long'],
  ])('%o', (part, expected) => expect(codes({ ...whole, ...part })).toEqual([expected]));
  it('counts a decomposed syllable once', () =>
    expect(codes({ ...whole, title: '가'.repeat(60).normalize('NFD') })).toEqual([]));
});

it('sends what the API takes', () => {
  expect(bodyOf(whole)).toEqual({
    title: whole.title,
    body: whole.body,
    category: 'music',
    minutes: 60,
    mode: 'in_person',
    region_code: '1144012300',
    times: [],
    bring: '',
  });
});
