import { expect, test } from 'vitest';
import { FakeModel } from './fake-model';
import { loadLater, useKit } from './later';
import { settled } from './testing';

const BUNDLE = `export default { initialize: () => ({ load: (kit) => ({ from: kit('preact') }) }) };`;
const never = () => new AbortController().signal;

test('a bundle that comes later gets the kit, and is asked for once', async () => {
  useKit((name) => `the kit’s ${name}`);
  const model = new FakeModel({});
  const first = loadLater<{ from: string }>(model, 'probe', never());
  const second = loadLater<{ from: string }>(model, 'probe', never());
  expect(model.sent.map(({ method, params }) => [method, params])).toEqual([['code', { name: 'probe' }]]);
  model.reply({ result: BUNDLE });
  expect((await first).from).toBe('the kit’s preact');
  expect(await second).toBe(await first);
});

test('after a refusal the next click asks again', async () => {
  const model = new FakeModel({});
  const first = loadLater(model, 'refused', never());
  model.reply({ error: { title: 'No', text: 'Not now.' } });
  await expect(first).rejects.toThrow('No');
  await settled();
  const second = loadLater<{ from: string }>(model, 'refused', never());
  model.reply({ result: BUNDLE });
  expect(await second).toHaveProperty('from');
});
