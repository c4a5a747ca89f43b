import { expect, test, type Page } from '@playwright/test';
import { look, sitAs } from './look.ts';

/** What 민지 has under way in the practice neighbourhood, looked at and left as it is. The stories act on it. */
const LOOKS = [
  { lang: 'ko', theme: 'light' },
  { lang: 'en', theme: 'dark' },
] as const;

/** The pages of the agreements in one list, some with their sheet. */
async function links(page: Page, box: string): Promise<string[]> {
  await page.goto(`/engagements${box}`);
  await look(page);
  return page
    .getByRole('main')
    .locator('a[href^="/engagements/"]')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
}

for (const { lang, theme } of LOOKS) {
  test(`plans, their sheets and forms, ${lang} ${theme}`, async ({ page }) => {
    test.setTimeout(180_000);
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await sitAs(page, '민지');
    await page.evaluate((lang) => localStorage.setItem('dojob.lang', lang), lang);

    const turns = await links(page, '');
    const upcoming = await links(page, '?box=upcoming');
    const past = await links(page, '?box=past');
    expect([turns, upcoming, past].map((all) => all.length > 0)).toEqual([true, true, true]);
    // What happened is asked right away.
    expect(turns.filter((path) => path.endsWith('?sheet=outcome'))).not.toEqual([]);

    for (const path of [...turns, ...upcoming, ...past]) {
      await page.goto(path);
      if (path.includes('?')) await expect(page.getByRole('dialog')).toBeVisible();
      await look(page);
    }
    await page.goto(`${upcoming[0] ?? ''}?sheet=cancel`);
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page);

    let need: string | null = null;
    let countered = false;
    for (const path of turns.filter((path) => !path.includes('?'))) {
      await page.goto(path);
      await page.getByRole('main').locator(`a[href="${path}/counter"]`).waitFor();
      need ??= await page
        .getByRole('main')
        .locator('a[href^="/needs/"]')
        .first()
        .getAttribute('href', { timeout: 500 })
        .catch(() => null);
      if (countered) continue;
      countered = true;
      await page.goto(`${path}?sheet=decline`);
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(page);
      await page.goto(`${path}/counter`);
      await look(page);
    }
    expect([countered, need !== null]).toEqual([true, true]);
    await page.goto(`${need ?? ''}/offers`);
    await look(page);
    await page.locator('main label').first().click();
    await look(page);
    expect(complaints).toEqual([]);
  });

  test(`proposing as a visitor, ${lang} ${theme}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.addInitScript((lang) => localStorage.setItem('dojob.lang', lang), lang);
    const send = page.getByRole('main').getByRole('button').last();
    for (const [kind, act] of [
      ['talent', 'propose'],
      ['need', 'help'],
    ] as const) {
      await page.goto(`/search?kind=${kind}`);
      const first = page.getByRole('main').locator(`a[href^="/${kind}s/"]`).first();
      const listing = (await first.getAttribute('href')) ?? '';
      await page.goto(`${listing}/${act}`);
      await look(page);

      // Nothing chosen: what is missing is shown, and no log-in is asked for.
      await send.click();
      await expect(
        page.getByText(lang === 'ko' ? '날짜와 시각을 골라 주세요.' : 'Choose a day and a time.'),
      ).toHaveCount(2);
      await expect(page.getByRole('dialog')).toHaveCount(0);

      await page.locator('main input[name=day]').nth(5).check({ force: true });
      await page.locator('main input[name=time]').first().check({ force: true });
      await send.click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(page);
    }
  });
}
