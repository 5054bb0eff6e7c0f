import { expect, test } from 'vitest';
import panel from './index';

const model = { get: (name: string) => `anywidget:${name}` };

test('a panel is mounted by its bundle, with the kit of the core', async () => {
  const el = document.createElement('div');
  const signal = new AbortController().signal;
  const kit = () => {};
  const ended = () => {};
  const given: unknown[] = [];
  const widgets: Record<string, unknown> = {
    'anywidget:core': { exports: { kit } },
    'anywidget:bundle': {
      exports: {
        load: (from: unknown) => ({
          mount: (request: unknown) => {
            given.push(from, request);
            return ended;
          },
        }),
      },
    },
  };
  const host = { getWidget: async (reference: unknown) => widgets[String(reference)] };
  expect(await panel.render({ model, el, signal, host })).toBe(ended);
  expect(given).toEqual([kit, { model, el, signal, host }]);
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
