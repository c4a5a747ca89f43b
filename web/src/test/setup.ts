import '#/styles/index.css';
import { beforeAll } from 'vitest';
import { loadProblemTexts, startI18n } from '#/shared/i18n/i18n.ts';

beforeAll(async () => {
  await startI18n('ko');
  await loadProblemTexts();
});
