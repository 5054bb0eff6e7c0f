import { expect, test } from 'vitest';
import { language } from '../shared/language';
import core from './index';
import { KIT } from './kit';

const modelWith = (manager: unknown, name = '') => ({
  get: () => name,
  on: () => {},
  widget_manager: manager,
});

class KeptModel {
  constructor(private readonly traits: Record<string, unknown>) {}

  get(name: string): unknown {
    return this.traits[name];
  }
}

const ours = () =>
  new KeptModel({ _anywidget_id: 'hubnb.panels.login.LoginPanel', layout: { model_id: 'our-layout' } });
const theirs = () => new KeptModel({ layout: { model_id: 'their-layout' } });

test('our models leave the list of what is saved, those of others stay', () => {
  const kept = new Map<string, KeptModel>([
    ['our-layout', theirs()],
    ['ours', ours()],
    ['their-layout', theirs()],
    ['theirs', theirs()],
  ]);
  core.initialize({ model: modelWith({ _modelsSync: kept }) });
  expect([...kept.keys()]).toEqual(['their-layout', 'theirs']);
  kept.set('our-layout', theirs());
  kept.set('later', ours());
  kept.set('more', theirs());
  expect([...kept.keys()]).toEqual(['their-layout', 'theirs', 'more']);
});

test('a box that holds a panel is saved with plain HTML in its place', () => {
  const panel = ours();
  const other = ours();
  const box = Object.assign(theirs(), { attributes: { children: [theirs(), panel], title: 'x' } });
  const kept = new Map<string, KeptModel>([
    ['box', box],
    ['panel', panel],
    ['other', other],
  ]);
  core.initialize({ model: modelWith({ _modelsSync: kept }) });
  const saved = [...kept.values()] as unknown as { model_id?: string; name?: string }[];
  expect(saved.slice(1).map((one) => [one.model_id, one.name])).toEqual([['panel', 'HTMLModel']]);
  expect(JSON.stringify(saved[1])).not.toContain('hubnb.panels');
});

test.each([undefined, {}, { _modelsSync: {} }])('a host without such a list is left alone', (manager) => {
  expect(Object.keys(core.initialize({ model: modelWith(manager) }))).toEqual(['kit']);
});

test('the kit gives what the panels share, by the name a bundle asks for', () => {
  const { kit } = core.initialize({ model: modelWith(undefined) });
  expect(kit('shared/mount')).toBe(KIT['shared/mount']);
  expect(kit('preact')).toHaveProperty('render');
});

test('the language that the kernel chose is spoken, and every later choice', () => {
  let told = () => {};
  const model = { ...modelWith(undefined, 'de'), on: (_: string, listener: () => void) => (told = listener) };
  core.initialize({ model });
  expect(language()).toBe('de');
  model.get = () => 'zh';
  told();
  expect(language()).toBe('zh');
  model.get = () => '';
  told();
  expect(language()).toBe('en');
});
