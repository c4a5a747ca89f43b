import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { HourRing, type RingState } from './HourRing.tsx';

const STATES: readonly RingState[] = [
  'offer',
  'agreed',
  'wait',
  'took_place',
  'did_not_take_place',
  'on_hold',
];

async function pixels(element: Element): Promise<Uint8ClampedArray> {
  const base64 = await page.screenshot({ element, save: false });
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const bitmap = await createImageBitmap(image);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.filter = 'grayscale(1)';
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

function differing(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 4) if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > 24) count += 1;
  return count / (a.length / 4);
}

test('every state can be told from every other one in greyscale', async () => {
  const screen = await render(
    <div>
      {STATES.map((state) => (
        <div key={state} data-testid={state}>
          <HourRing minutes={60} state={state} size={52} />
        </div>
      ))}
    </div>,
  );
  const pictures = new Map<RingState, Uint8ClampedArray>();
  for (const state of STATES) {
    const svg = screen.getByTestId(state).element().querySelector('svg');
    if (svg === null) throw new Error(state);
    pictures.set(state, await pixels(svg));
  }
  for (const [index, a] of STATES.entries()) {
    for (const b of STATES.slice(index + 1)) {
      const share = differing(
        pictures.get(a) ?? new Uint8ClampedArray(),
        pictures.get(b) ?? new Uint8ClampedArray(),
      );
      expect([a, b, share > 0.03]).toEqual([a, b, true]);
    }
  }
});

test('zero minutes draw no arc, 90 a second ring, 120 and more two full ones', async () => {
  const arcs = async (minutes: number) => {
    const { container } = await render(<HourRing minutes={minutes} />);
    return [...container.querySelectorAll('path')].map((path) => path.getTotalLength());
  };
  expect(await arcs(0)).toHaveLength(0);
  expect(await arcs(60)).toHaveLength(1);
  const [outer = 0, inner = 0] = await arcs(90);
  const [full = 0, second = 0] = await arcs(120);
  expect(outer).toBeCloseTo(full, 1);
  expect(inner).toBeCloseTo(second / 2, 0);
  expect((await arcs(480))[1]).toBeCloseTo(second, 1);
  const [quarter = 0] = await arcs(15);
  expect(quarter).toBeCloseTo(full / 4, 0);
});

test('a name only where it is given', async () => {
  const screen = await render(<HourRing minutes={60} state="took_place" label="60분, 두 사람이 확인함" />);
  await expect.element(screen.getByRole('img', { name: '60분, 두 사람이 확인함' })).toBeVisible();
  const silent = await render(<HourRing minutes={60} />);
  expect(silent.container.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true');
});

test('the number stays inside the innermost ring', async () => {
  for (const size of [40, 52, 56] as const) {
    for (const minutes of [60, 90, 120, 480]) {
      const { container } = await render(<HourRing minutes={minutes} size={size} state="took_place" />);
      const text = container.querySelector('text')?.getBBox();
      const rings = [...container.querySelectorAll('path')].slice(0, minutes > 60 ? 2 : 1);
      const innermost = rings.at(-1);
      if (text === undefined || innermost === undefined) throw new Error('nothing drawn');
      const start = innermost.getPointAtLength(0);
      const free = size / 2 - start.y - Number(innermost.getAttribute('stroke-width')) / 2;
      expect([size, minutes, text.width / 2 < free]).toEqual([size, minutes, true]);
    }
  }
});
