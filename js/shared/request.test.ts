import { expect, test, vi } from 'vitest';
import { FakeModel } from './fake-model';
import type { AnyModel } from './model';
import { PanelError, request } from './request';

function setUp() {
  const model = new FakeModel<Record<string, never>>({});
  const controller = new AbortController();
  return { model, asked: model as unknown as AnyModel<never>, controller };
}

test('a reply resolves its own request only', async () => {
  const { model, asked, controller } = setUp();
  const first = request<number>(asked, 'one', { a: 1 }, controller.signal);
  const second = request<number>(asked, 'two', {}, controller.signal);
  expect(model.sent.map((one) => [one.method, one.params])).toEqual([
    ['one', { a: 1 }],
    ['two', {}],
  ]);
  model.reply({ result: 2 });
  expect(await second).toBe(2);
  let answered = false;
  void first.then(
    () => {
      answered = true;
    },
    () => {},
  );
  await Promise.resolve();
  expect(answered).toBe(false);
  controller.abort();
  await expect(first).rejects.toThrow();
});

test('an error reply rejects with its words', async () => {
  const { model, asked, controller } = setUp();
  const asking = request(asked, 'one', {}, controller.signal);
  model.reply({ error: { title: 'No', text: 'Because.' } });
  await expect(asking).rejects.toEqual(new PanelError('No', 'Because.'));
});

test('no listener is left after an answer, an abort or a lost kernel', async () => {
  const { model, asked, controller } = setUp();
  const answered = request(asked, 'one', {}, controller.signal);
  expect(model.listenerCount).toBe(1);
  model.reply({ result: null });
  await answered;
  expect(model.listenerCount).toBe(0);
  const aborted = request(asked, 'one', {}, controller.signal);
  controller.abort();
  await expect(aborted).rejects.toThrow();
  expect(model.listenerCount).toBe(0);
  await expect(request(asked, 'one', {}, controller.signal)).rejects.toThrow();
  model.loseKernel();
  const lost = request(asked, 'one', {}, new AbortController().signal);
  await expect(lost).rejects.toThrow('The kernel was restarted');
  expect(model.listenerCount).toBe(0);
});

test('a kernel that does not answer for a second is said to be busy, and not busy when it does', async () => {
  vi.useFakeTimers();
  try {
    const { model, asked, controller } = setUp();
    const slow: boolean[] = [];
    const asking = request(asked, 'one', {}, controller.signal, (value) => slow.push(value));
    vi.advanceTimersByTime(999);
    expect(slow).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(slow).toEqual([true]);
    model.reply({ result: 1 });
    await asking;
    expect(slow).toEqual([true, false]);
  } finally {
    vi.useRealTimers();
  }
});
