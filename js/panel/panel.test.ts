import { expect, test } from 'vitest';
import panel from './index';

const model = { get: () => 'anywidget:1' };

test('a panel is mounted from the core', async () => {
  const el = document.createElement('div');
  const signal = new AbortController().signal;
  const asked: unknown[] = [];
  const host = {
    getWidget: async (reference: unknown) => {
      asked.push(reference);
      return { exports: { mount: (options: { el: HTMLElement }) => () => options.el.remove() } };
    },
  };
  expect(typeof (await panel.render({ model, el, signal, host }))).toBe('function');
  expect(asked).toEqual(['anywidget:1']);
});

test('where the core can’t be had, the reason is said as text', async () => {
  const el = document.createElement('div');
  const signal = new AbortController().signal;
  await panel.render({ model, el, signal });
  expect(el.textContent).toContain('can’t load here: this notebook loads an anywidget older than 0.11');
  const host = { getWidget: () => Promise.reject(new Error('<img src=x onerror=alert(1)>')) };
  await panel.render({ model, el, signal, host });
  expect(el.querySelector('img')).toBeNull();
});
