import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { forgiveTranslators } from './translated.ts';

function Found({ word, count }: { word: string; count: number }) {
  return (
    <p>
      {word !== '' && `${word} · `}
      {count > 0 && <b>{count}</b>}
      {word === '' ? '모두' : '찾은 글'}
      <i>끝</i>
    </p>
  );
}

function texts(root: Element): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode() !== null) found.push(walker.currentNode as Text);
  return found;
}

/** As translators do: some put the text into a <font>, some a new one in its place. */
const TRANSLATORS = {
  wraps: (text: Text, font: Element) => {
    text.replaceWith(font);
    font.append(text);
  },
  replaces: (text: Text, font: Element) => {
    font.append(text.data);
    text.replaceWith(font);
  },
};

const before = { ...Object.getOwnPropertyDescriptors(Node.prototype) };

test.each(['wraps', 'replaces'] as const)('a screen survives a translator that %s its text', async (how) => {
  forgiveTranslators();
  try {
    const screen = await render(<Found word="영어" count={0} />);
    for (const text of texts(screen.container)) TRANSLATORS[how](text, document.createElement('font'));
    await screen.rerender(<Found word="" count={3} />);
    expect(screen.container.textContent).toContain('3');
    await screen.rerender(<Found word="기타" count={0} />);
    expect(screen.container.textContent).toContain('기타');
    if (how === 'wraps') expect(screen.container.textContent).toBe('기타 · 찾은 글끝');
    await screen.unmount();
    expect(screen.container.textContent).toBe('');
  } finally {
    Object.defineProperties(Node.prototype, before);
  }
});
