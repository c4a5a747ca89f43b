import '#/styles/index.css';
import { beforeAll } from 'vitest';
import { loadProblemTexts, startI18n } from '#/shared/i18n/i18n.ts';

// All files share one browser: a member of the file before would be asked for while this one is read.
localStorage.clear();

beforeAll(async () => {
  await startI18n('ko');
  await loadProblemTexts();
});
