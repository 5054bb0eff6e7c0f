import { afterEach, expect, test, vi } from 'vitest';
import { setLanguage } from '../shared/language';
import { button, type Shown, settled, show } from '../shared/testing';
import { mount } from './index';
import type { Place, Trouble, TryModelModel } from './model';

const place = (id: string, changes: Partial<Place> = {}): Place => ({
  id,
  off: false,
  bytes: null,
  missing: '',
  ...changes,
});
const TROUBLE: Trouble = {
  kind: 'failed',
  host: 'hub.test',
  place: 'groq',
  title: 'It failed',
  text: 'Its own words.',
  details: '500 and more',
  others: ['together', 'kernel'],
  settings_url: '',
};

let shown: Shown<TryModelModel> | undefined;

function view(changes: Partial<TryModelModel> = {}): Shown<TryModelModel> {
  shown = show<TryModelModel>(mount, {
    core: '',
    bundle: '',
    sid: 's1',
    model: { id: 'acme-ml/ticket-router', own: false },
    task: 'text-classification',
    fields: ['text'],
    places: [place('groq'), place('together'), place('kernel', { bytes: 90_900_000 })],
    place: 'groq',
    phase: 'ready',
    endpoint: { host: 'hub.test', local: false, offline: false },
    trouble: null,
    ...changes,
  });
  return shown;
}

afterEach(() => {
  setLanguage('en');
  shown?.end();
});

function type(root: ShadowRoot, label: string, text: string): HTMLTextAreaElement {
  const caption = [...root.querySelectorAll('label')].find((one) => one.textContent === label);
  const field = root.getElementById(caption?.htmlFor ?? '') as HTMLTextAreaElement | null;
  if (!field) throw new Error(`no field ${label}`);
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  return field;
}

/** Press Run and let the kernel take it; gives the number of the run. */
async function run({ root, model }: Shown<TryModelModel>): Promise<number> {
  const start = [...root.querySelectorAll('button')].find((one) => one.textContent?.startsWith('Run'));
  start?.click();
  await settled();
  const asked = model.sent.findLast((one) => one.method === 'run');
  const number = Number(asked?.params.number);
  model.replyTo('run', { result: { number } });
  model.update({ phase: 'running' });
  await settled();
  return number;
}

async function answer(panel: Shown<TryModelModel>, number: number, content: object, buffers?: DataView[]) {
  const news = { hubnb: 'try', number, what: 'answer', json: '[]', ms: 184, place: 'groq', ...content };
  panel.model.tell(news, buffers);
  panel.model.update({ phase: 'ready' });
  await settled();
}

const LABELS = ['delivery', 'refund', 'staff', 'billing', 'other'].map((label, at) => ({
  label,
  score: at === 0 ? 0.9412 : 0.01 / (at + 1),
}));

test('it says where the text goes before anything runs', () => {
  const { root } = view();
  expect(root.querySelector('footer')?.textContent).toBe(
    'Your text goes to groq by way of hub.testCounts toward your credits',
  );
});

test.each([
  [{ place: 'kernel' }, 'Runs in this kernel. Nothing leaves this machine.'],
  [{ place: 'auto' }, 'a provider that hub.test chooses'],
  [{ endpoint: { host: '127.0.0.1:1', local: true, offline: false } }, 'stays on this machine'],
  [{ model: { id: 'f', own: true } }, 'as your function says'],
  [{ fields: ['image'] }, 'Your image goes to groq'],
] as [Partial<TryModelModel>, string][])('what leaves the machine for %o', (changes, text) => {
  expect(view(changes).root.querySelector('footer')?.textContent).toContain(text);
});

test('a run sends what was typed once, and draws labels with a number beside every bar', async () => {
  const panel = view();
  type(panel.root, 'Text', 'Where is my parcel?');
  await settled();
  const number = await run(panel);
  const asked = panel.model.sent.filter((one) => one.method === 'run');
  expect(asked.map((one) => one.params.given)).toEqual([{ text: 'Where is my parcel?' }]);
  await answer(panel, number, { view: 'labels', data: LABELS });
  const rows = [...panel.root.querySelectorAll('.tr-lab > li')].map((row) => row.textContent);
  expect(rows).toEqual(['delivery0.941', 'refund0.005', 'staff0.003', 'billing0.003']);
  expect(panel.root.querySelector('.tr-res-h [role=status]')?.textContent).toContain(
    '184\u00a0ms · groq · 1 of 5',
  );
  button(panel.root, 'Show all 5').click();
  await settled();
  expect(panel.root.querySelectorAll('.tr-lab > li')).toHaveLength(5);
});

test('Ctrl+Enter runs, Escape stops, and neither reaches the notebook', async () => {
  const panel = view();
  const field = type(panel.root, 'Text', 'hello');
  const press = (key: string, ctrlKey = false) => {
    const event = new KeyboardEvent('keydown', {
      key,
      ctrlKey,
      bubbles: true,
      composed: true,
      cancelable: true,
    });
    field.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(press('Enter', true)).toBe(true);
  await settled();
  expect(panel.model.sent.filter((one) => one.method === 'run')).toHaveLength(1);
  panel.model.update({ phase: 'running' });
  await settled();
  expect(press('Enter', true)).toBe(true);
  expect(press('Escape')).toBe(true);
  await settled();
  expect(panel.model.sent.filter((one) => one.method === 'run')).toHaveLength(1);
  expect(panel.model.sent.at(-1)?.method).toBe('stop');
});

test('the old result stays until the new one is complete, and a late one is dropped', async () => {
  const panel = view();
  const first = await run(panel);
  await answer(panel, first, { view: 'text', data: 'the first answer' });
  const second = await run(panel);
  expect(panel.root.textContent).toContain('the first answer');
  panel.model.tell({
    hubnb: 'try',
    number: first,
    what: 'answer',
    view: 'text',
    data: 'an answer too late',
    json: '',
    ms: 1,
  });
  await settled();
  expect(panel.root.textContent).not.toContain('an answer too late');
  await answer(panel, second, { view: 'text', data: 'the second answer' });
  expect(panel.root.textContent).toContain('the second answer');
});

test('JSON and Code are tabs that the arrows move between', async () => {
  const panel = view();
  const number = await run(panel);
  await answer(panel, number, { view: 'text', data: 'x', json: '{"label": "delivery", "score": 0.9}' });
  const [result, json] = [...panel.root.querySelectorAll<HTMLElement>('[role=tab]')];
  result?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  await settled();
  expect(json?.getAttribute('aria-selected')).toBe('true');
  expect(panel.root.activeElement).toBe(json);
  expect([...panel.root.querySelectorAll('.c-k, .c-s, .c-n')].map((one) => one.textContent)).toEqual([
    '"label":',
    '"delivery"',
    '"score":',
    '0.9',
  ]);
  button(panel.root, 'Code').click();
  await settled();
  await vi.waitFor(() => panel.model.replyTo('write_code', { result: 'client.text_classification("x")' }));
  await settled();
  expect(panel.root.querySelector('pre')?.textContent).toBe('client.text_classification("x")');
});

test('what a stranger’s model says is text, whatever it looks like', async () => {
  const panel = view();
  const number = await run(panel);
  const hostile = '<img src=x onerror="window.fired=1">';
  await answer(panel, number, { view: 'labels', data: [{ label: hostile, score: 1 }] });
  expect(panel.root.querySelector('.tr-lab img')).toBeNull();
  expect(panel.root.querySelector('.tr-lab')?.textContent).toContain(hostile);
});

test('entities are marked by characters, not by UTF-16 units', async () => {
  const panel = view({ task: 'token-classification' });
  const number = await run(panel);
  const data = { text: '😀 Ada met Bob', rows: [{ start: 2, end: 5, label: 'PER', score: 0.9 }] };
  await answer(panel, number, { view: 'entities', data });
  expect(panel.root.querySelector('mark')?.textContent).toBe('AdaPER');
  expect(panel.root.querySelector('.tr-text')?.textContent).toBe('😀 AdaPER met Bob');
});

test('an image that was made is shown and can be saved', async () => {
  const panel = view({ task: 'text-to-image', fields: ['prompt'] });
  const number = await run(panel);
  const bytes = new DataView(new Uint8Array([137, 80, 78, 71]).buffer);
  await answer(panel, number, { view: 'image', data: { type: 'image/png' } }, [bytes]);
  expect(panel.root.querySelector<HTMLImageElement>('.tr-pic img')?.src).toMatch(/^blob:/);
  expect(panel.root.querySelector<HTMLAnchorElement>('a[download]')?.download).toBe('image.png');
  button(panel.root, 'Into a variable').click();
  await settled();
  panel.model.replyTo('into_variable', { result: 'image' });
  await settled();
  expect(panel.root.textContent).toContain('It is in the variable image.');
});

test('a failure says what to do and offers the nearest thing that works', async () => {
  const panel = view();
  const number = await run(panel);
  panel.model.tell({ hubnb: 'try', number, what: 'trouble', trouble: TROUBLE });
  panel.model.update({ phase: 'ready' });
  await settled();
  expect(panel.root.querySelector('[role=alert]')?.textContent).toContain('groq failed to answer');
  button(panel.root, 'Run in this kernel, 90.9\u00a0MB to fetch').click();
  await settled();
  expect(panel.model.sent.at(-1)).toMatchObject({ method: 'choose_place', params: { place: 'kernel' } });
});

test('a missing permission links to where it is given', async () => {
  const panel = view();
  const number = await run(panel);
  const trouble = { ...TROUBLE, kind: 'permission', settings_url: 'https://hub.test/settings/tokens' };
  panel.model.tell({ hubnb: 'try', number, what: 'trouble', trouble });
  await settled();
  const link = panel.root.querySelector<HTMLAnchorElement>('a.hn-btn');
  expect(link?.textContent).toBe('Tick it on hub.test');
  expect(link?.href).toBe('https://hub.test/settings/tokens');
});

test('a model that loads says for how long it usually does', async () => {
  const panel = view();
  const number = await run(panel);
  panel.model.tell({ hubnb: 'try', number, what: 'loading', expected_s: 20, place: 'groq' });
  await settled();
  expect(panel.root.querySelector('.tr-wait[role=status]')?.textContent).toContain(
    'The model is being loaded at groq, usually 20\u00a0s.',
  );
});

test('where nobody serves the model, it says what would make it run here', () => {
  const places = [place('kernel', { off: true, bytes: 90_900_000, missing: 'transformers' })];
  const { root } = view({ places, place: '' });
  expect(root.textContent).toContain('No provider serves this model');
  expect(root.textContent).toContain('90.9\u00a0MB to fetch');
  expect(root.textContent).toContain('pip install transformers');
});

test('a refused question stays in the field', async () => {
  const panel = view();
  const field = type(panel.root, 'Text', 'hello');
  await settled();
  [...panel.root.querySelectorAll('button')].find((one) => one.textContent?.startsWith('Run'))?.click();
  await settled();
  panel.model.replyTo('run', { error: { title: 'There is no text yet', text: 'Nothing was sent.' } });
  await settled();
  expect(panel.root.querySelector('[role=alert]')?.textContent).toContain('There is no text yet');
  expect(field.value).toBe('hello');
});

test('a chat streams, Stop replaces Send and keeps what was said, Up takes the last message back', async () => {
  const panel = view({ task: 'conversational', fields: ['messages'] });
  const field = panel.root.querySelector('textarea');
  if (!field) throw new Error('no field');
  field.value = 'Which notice period applies?';
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await settled();
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  await settled();
  const number = Number(panel.model.sent.findLast((one) => one.method === 'run')?.params.number);
  panel.model.replyTo('run', { result: { number } });
  panel.model.update({ phase: 'running' });
  panel.model.tell({ hubnb: 'try', number, what: 'piece', text: 'Three months', first_ms: 300, per_s: 41 });
  await settled();
  expect(field.value).toBe('');
  expect(panel.root.querySelector('[role=log]')?.textContent).toContain(
    'ticket-router 41 tokens/s, first after 300\u00a0msThree months',
  );
  button(panel.root, 'Stop').click();
  panel.model.update({ phase: 'ready' });
  await settled();
  expect(panel.root.querySelector('[role=log]')?.textContent).toContain('Three months');
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true }));
  await settled();
  expect(field.value).toBe('Which notice period applies?');
  expect(panel.root.querySelectorAll('.tr-msg')).toHaveLength(0);
});

test('a chosen image goes to the kernel in parts; what is none is refused here', async () => {
  const panel = view({ task: 'image-classification', fields: ['image'] });
  const drop = (file: File) => {
    const data = new DataTransfer();
    data.items.add(file);
    panel.root
      .querySelector('.tr-drop')
      ?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  };
  drop(new File(['x'], 'notes.txt', { type: 'text/plain' }));
  await settled();
  expect(panel.root.querySelector('[role=alert]')?.textContent).toBe('notes.txt is not an image.');
  drop(new File([new Uint8Array(2_000_000)], 'boat.png', { type: 'image/png' }));
  await settled();
  panel.model.replyTo('put_file', { result: 1 });
  await settled();
  const parts = panel.model.sent.filter((one) => one.method === 'put_file');
  expect(parts.map(({ params }) => [params.first, params.last])).toEqual([
    [true, false],
    [false, true],
  ]);
  panel.model.replyTo('put_file', { result: 2 });
  await settled();
  expect(panel.root.querySelector('img')?.alt).toBe('Chosen: boat.png');
});

test('variables of the notebook are offered for an image', async () => {
  const panel = view({ task: 'image-classification', fields: ['image'] });
  button(panel.root, 'Use a variable').click();
  await settled();
  panel.model.replyTo('list_variables', { result: ['photo'] });
  await settled();
  panel.root.querySelector<HTMLElement>('[role=menuitem]')?.click();
  await settled();
  const bytes = new DataView(new Uint8Array([1, 2, 3]).buffer);
  panel.model.replyTo('use_variable', { result: { name: 'photo' }, buffers: [bytes] });
  await settled();
  expect(panel.root.querySelector('img')?.alt).toBe('Chosen: photo');
});

test('a page that was loaded anew shows the last question and its answer', async () => {
  const panel = view();
  await settled();
  const news = {
    hubnb: 'try',
    number: 5,
    what: 'answer',
    view: 'text',
    data: 'as before',
    json: '',
    ms: 3,
    place: 'groq',
  };
  await vi.waitFor(() =>
    panel.model.replyTo('recall', { result: { given: { text: 'what I typed' }, number: 5, news } }),
  );
  await settled();
  expect(panel.root.querySelector('textarea')?.value).toBe('what I typed');
  expect(panel.root.textContent).toContain('as before');
});

test('after the view ends nobody listens any more', () => {
  const panel = view();
  panel.end();
  expect(panel.model.listenerCount).toBe(0);
});

test('it speaks the other languages', async () => {
  const { root } = view();
  setLanguage('de');
  await settled();
  expect(root.textContent).toContain('Ausführen');
  expect(root.querySelector('footer')?.textContent).toContain('Ihr Text: an groq über hub.test');
});
