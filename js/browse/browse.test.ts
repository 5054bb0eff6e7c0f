import { afterEach, expect, test, vi } from 'vitest';
import type { SentRequest } from '../shared/fake-model';
import { setLanguage } from '../shared/language';
import { button, type Shown, settled, show } from '../shared/testing';
import { mount } from './index';
import type { BrowseModel, Facts, Row } from './model';

const ROW: Row = {
  id: 'acme-ml/ticket-router',
  task: 'text-classification',
  library: 'transformers',
  license: 'apache-2.0',
  sdk: null,
  parameters: 22_700_000,
  size: 386_800_000,
  downloads: 12_400,
  likes: 87,
  updated: new Date(Date.now() - 3 * 86_400_000).toISOString(),
  private: false,
  gated: false,
  cached: true,
};
const FACTS: Facts = {
  ...ROW,
  repo_type: 'model',
  revision: 'main',
  commit: '9f3c2ab'.padEnd(40, '0'),
  dtype: 'F32',
  gated_how: null,
  access: true,
  author: 'acme-ml',
  signed_in: true,
  url: 'http://127.0.0.1/acme-ml/ticket-router',
  offline: false,
};
const TRAITS: BrowseModel = {
  core: '',
  bundle: '',
  sid: 's',
  repo_id: null,
  repo_type: 'model',
  revision: 'main',
  query: '',
  chosen: { commit: '', bits: '', by: '' },
  endpoint: { host: 'hub.example', url: 'https://hub.example', local: false, offline: false },
  pulls: [],
};

let open: Shown<BrowseModel> | null = null;
afterEach(() => {
  open?.end();
  open = null;
  setLanguage('');
});

function browse(traits: Partial<BrowseModel> = {}): Shown<BrowseModel> {
  open = show(mount, { ...TRAITS, ...traits });
  return open;
}

/** Wait until the view has asked; effects run after the next picture, which may take its time. */
async function asking(model: Shown<BrowseModel>['model'], method: string): Promise<SentRequest> {
  return vi.waitUntil(() => model.sent.findLast((one) => one.method === method), {
    timeout: 5000,
    interval: 5,
  });
}

/** Accept the newest question for `method`, as a handler does, and give its answer, as a worker does. */
async function answer(
  { model }: Shown<BrowseModel>,
  method: string,
  content: Record<string, unknown>,
  buffers: DataView[] = [],
): Promise<void> {
  const asked = await asking(model, method);
  model.reply({ result: null }, asked);
  model.tell({ hubnb: 'answer', ticket: asked.params.ticket, ...content }, buffers);
  await settled();
}

async function files(paths: string[], sizes = paths.map(() => 10)): Promise<DataView[]> {
  const stream = new Blob([paths.join('\0')]).stream().pipeThrough(new CompressionStream('deflate'));
  const packed = await new Response(stream).arrayBuffer();
  return [
    new DataView(packed),
    new DataView(new Float64Array(sizes).buffer),
    new DataView(new Uint8Array(paths.length).buffer),
  ];
}

async function openRepo(paths: string[], facts: Partial<Facts> = {}): Promise<Shown<BrowseModel>> {
  const shown = browse({ repo_id: ROW.id });
  await settled();
  await answer(shown, 'open_repo', { result: { ...FACTS, ...facts } });
  const result = { commit: FACTS.commit, count: paths.length, whole: true };
  await answer(shown, 'list_files', { result }, await files(paths));
  await settled();
  return shown;
}

const press = (target: Element | null | undefined, key: string, more: KeyboardEventInit = {}) =>
  target?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...more }),
  );
const rows = (root: ShadowRoot) => [...root.querySelectorAll<HTMLElement>('[role="treegrid"] [role="row"]')];

test('results are rows that the arrow keys walk and Enter opens', async () => {
  const shown = browse({ query: 'ticket' });
  await settled();
  expect(shown.model.sent[0]).toMatchObject({ method: 'search', params: { query: 'ticket', kind: 'model' } });
  await answer(shown, 'search', { result: { rows: [ROW, { ...ROW, id: 'b/two' }], more: false } });
  const found = [...shown.root.querySelectorAll<HTMLElement>('[role="grid"] [role="row"]')];
  expect(found.map((row) => row.tabIndex)).toEqual([0, -1]);
  expect(found[0]?.textContent).toContain('Text classification · transformers · apache-2.0');
  press(found[0], 'ArrowDown');
  await new Promise(requestAnimationFrame);
  await settled();
  expect(shown.root.activeElement).toBe(found[1]);
  press(found[1], 'Enter');
  expect((await asking(shown.model, 'open_repo')).params.repo_id).toBe('b/two');
});

test('typing waits, and only the newest text is asked for', async () => {
  const shown = browse();
  await settled();
  await answer(shown, 'search', { result: { rows: [], more: false } });
  const field = shown.root.querySelector<HTMLInputElement>('[data-find]') as HTMLInputElement;
  for (const text of ['t', 'ti', 'tic']) {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  await new Promise((resolve) => setTimeout(resolve, 320));
  expect(shown.model.sent.filter((one) => one.method === 'search').map((one) => one.params.query)).toEqual([
    '',
    'tic',
  ]);
});

test('old rows stay until new ones come, and a stale answer changes nothing', async () => {
  const shown = browse();
  await settled();
  await answer(shown, 'search', { result: { rows: [ROW], more: false } });
  press(shown.root.querySelector('[data-find]'), 'Enter');
  await settled();
  await answer(shown, 'search', { stale: true });
  expect(shown.root.querySelectorAll('[role="grid"] [role="row"]').length).toBe(1);
});

test('nothing found names the filters that could be dropped', async () => {
  const shown = browse({ query: 'x task:y' });
  await settled();
  await answer(shown, 'search', { result: { rows: [], more: false } });
  expect(shown.root.textContent).toContain('Nothing for “x” here');
  button(shown.root, 'Remove filter Task').click();
  await settled();
  expect(shown.root.querySelector<HTMLInputElement>('[data-find]')?.value).toBe('x');
});

test('what went wrong is said with what to do', async () => {
  const shown = browse({ repo_id: 'me/none' });
  await settled();
  const error = { kind: 'missing', title: 'x', text: 'y', details: '404', host: 'hub.example' };
  await answer(shown, 'open_repo', { error });
  const alert = shown.root.querySelector('[role="alert"]');
  expect(alert?.textContent).toContain('hub.example has no me/none');
  expect(alert?.textContent).toContain('private and you have no access');
});

test('a file is ticked by Space, and the kernel hears of it in bits', async () => {
  const shown = await openRepo(['a.txt', 'b.txt', 'd/c.txt']);
  const [folder] = rows(shown.root);
  folder?.focus();
  press(folder, ' ');
  await new Promise((resolve) => setTimeout(resolve, 130));
  const sent = shown.model.sent.findLast((one) => one.method === 'choose');
  expect(sent?.params).toMatchObject({ commit: FACTS.commit, bits: btoa('\u0004') });
  expect(shown.root.textContent).toContain('1 of 3 files');
});

test('a choice of the kernel is shown', async () => {
  const shown = await openRepo(['a.txt', 'b.txt']);
  shown.model.update({ chosen: { commit: String(FACTS.commit), bits: btoa('\u0002'), by: '' } });
  await settled();
  expect(rows(shown.root).map((row) => row.getAttribute('aria-selected'))).toEqual(['false', 'true']);
});

test('of a hundred thousand files only those in sight are drawn', async () => {
  const paths = Array.from({ length: 100_000 }, (_, index) => `f${String(index).padStart(6, '0')}.bin`);
  const shown = await openRepo(paths);
  const tree = shown.root.querySelector<HTMLElement>('[role="treegrid"]') as HTMLElement;
  expect(rows(shown.root).length).toBeLessThan(60);
  expect(tree.getAttribute('aria-rowcount')).toBe('100000');
  rows(shown.root)[0]?.focus();
  press(rows(shown.root)[0], 'End');
  await settled();
  const focused = shown.root.activeElement;
  expect(focused?.getAttribute('aria-rowindex')).toBe('100000');
  expect(focused?.getAttribute('aria-setsize')).toBe('100000');
});

test('arrows unfold and fold, letters jump', async () => {
  const shown = await openRepo(['d/e/f.txt', 'd/g.txt', 'x.txt', 'y.txt']);
  press(rows(shown.root)[0], 'ArrowRight');
  await settled();
  expect(rows(shown.root).map((row) => row.getAttribute('aria-level'))).toEqual(['1', '2', '2', '1', '1']);
  rows(shown.root)[0]?.focus();
  press(rows(shown.root)[0], 'y');
  await settled();
  expect(shown.root.activeElement?.textContent).toContain('y.txt');
  press(rows(shown.root)[0], 'ArrowLeft');
});

test('hostile names are text', async () => {
  const shown = await openRepo([
    '<img src=x onerror=window.pwned=1>',
    'abc\u202egnp.exe',
    '"><script>window.pwned=1</script>',
  ]);
  expect(shown.root.querySelector('img, script')).toBeNull();
  expect(shown.root.textContent).toContain('<img src=x onerror=window.pwned=1>');
  expect((window as unknown as { pwned?: number }).pwned).toBeUndefined();
});

test('a look says how much was read', async () => {
  const shown = await openRepo(['model.safetensors']);
  press(rows(shown.root)[0], 'Enter');
  await settled();
  const body = {
    tensors: [['a.weight', 'F32', [2, 2]]],
    count: 1,
    parameters: 4,
    memory_bytes: 16,
    half_bytes: 8,
  };
  const look = {
    path: 'model.safetensors',
    kind: 'tensors',
    size: 90_900_000,
    bytes_read: 11_000,
    from_cache: false,
  };
  await answer(shown, 'look', { result: { ...look, body } });
  expect(shown.root.querySelector('.br-pv')?.textContent?.replaceAll('\u00a0', ' ')).toContain(
    'read 11.0 kB of 90.9 MB',
  );
});

test('a card can neither run script nor load anything', async () => {
  const shown = await openRepo(['README.md']);
  button(shown.root, 'Card').click();
  await settled();
  await answer(shown, 'read_card', {
    result: { html: '<h1>Hi</h1><img src=x onerror="parent.pwned=1"><script>parent.pwned=1</script>' },
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  const frame = shown.root.querySelector('iframe');
  expect(frame?.getAttribute('sandbox')).not.toContain('allow-scripts');
  expect(frame?.srcdoc).toContain("default-src 'none'");
  expect((window as unknown as { pwned?: number }).pwned).toBeUndefined();
});

test('gated files can be listed, and the buttons say why they can’t be pulled', async () => {
  const shown = await openRepo(['a.txt'], { gated: true, access: false, gated_how: 'manual' });
  expect(shown.root.textContent).toContain('acme-ml approves each request by hand');
  expect(button(shown.root, 'Pull selection').getAttribute('aria-disabled')).toBe('true');
});

test.each(['fr', 'de', 'zh'])('the panel speaks %s at once, and goes on where it was', async (name) => {
  const shown = await openRepo(['a.txt']);
  setLanguage(name);
  await settled();
  const title = { fr: 'Parcourir', de: 'Stöbern', zh: '浏览' }[name];
  expect(shown.root.querySelector('h2')?.textContent).toBe(title);
  expect(rows(shown.root).length).toBe(1);
});

test('a view that ends leaves no listener behind', async () => {
  const shown = await openRepo(['a.txt']);
  shown.end();
  await settled();
  expect(shown.model.listenerCount).toBe(0);
});

test('a Hub that does not answer can be given up, and asked again', async () => {
  const shown = browse({ query: 'ticket' });
  await asking(shown.model, 'search');
  shown.model.reply({ result: null });
  await vi.waitUntil(() => shown.root.textContent?.includes('Still waiting for hub.example'), {
    timeout: 8000,
  });
  button(shown.root, 'Stop waiting').click();
  await settled();
  expect(shown.model.sent.at(-1)?.method).toBe('take_back');
  expect(shown.root.querySelector('.hn-notice')?.textContent).toContain('Stopped waiting');
  button(shown.root, 'Try again').click();
  await settled();
  expect(shown.model.sent.at(-1)).toMatchObject({ method: 'search', params: { query: 'ticket' } });
});

test('a dead kernel is said, and what was typed stays', async () => {
  const shown = browse({ query: 'ticket' });
  await settled();
  shown.model.loseKernel();
  press(shown.root.querySelector('[data-find]'), 'Enter');
  await settled();
  expect(shown.root.querySelector('[role="alert"]')?.textContent).toContain('The kernel was restarted');
  expect(shown.root.querySelector<HTMLInputElement>('[data-find]')?.value).toBe('ticket');
});
