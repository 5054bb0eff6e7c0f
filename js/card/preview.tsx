import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnyModel } from '../shared/model';
import { requestBuffers } from '../shared/request';
import css from './preview.css?inline';
import { say } from './words';

const MOST_PICTURES = 60;

interface PreviewProps {
  blocks: [line: number, html: string][];
  /** The first line in sight in the editor. */
  line: number;
  model: AnyModel<never>;
  signal: AbortSignal;
}

/**
 * What the card looks like, in a frame that can't run script: its document is sandboxed, its policy lets nothing be loaded,
 * and the kernel has cleaned every block. Only blocks that changed are put in anew, so the frame neither flickers nor
 * scrolls away. Pictures of the repository come from the kernel.
 */
export function Preview({ blocks, line, model, signal }: PreviewProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [body, setBody] = useState<HTMLElement | null>(null);
  const shown = useRef<{ html: string; element: HTMLElement }[]>([]);
  const pictures = useRef(new Map<string, Promise<string>>());

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const ready = () => {
      const inside = element.contentDocument;
      if (!inside?.body?.classList.contains('card')) return;
      dress(element, inside);
      inside.addEventListener('click', (event) => followInside(event, inside));
      shown.current = [];
      setBody(inside.body);
    };
    element.addEventListener('load', ready);
    ready();
    const section = element.closest('.hn');
    const watcher = new MutationObserver(
      () => element.contentDocument && dress(element, element.contentDocument),
    );
    if (section) watcher.observe(section, { attributes: true, attributeFilter: ['data-hn-theme'] });
    return () => {
      element.removeEventListener('load', ready);
      watcher.disconnect();
    };
  }, []);

  useEffect(() => {
    if (!body) return;
    shown.current = put(body, blocks, shown.current);
    const fetchPicture = (path: string) => {
      const known = pictures.current.get(path);
      if (known) return known;
      const coming = requestBuffers<{ type: string }>(model, 'picture', { path }, signal).then(
        ({ result, buffers }) => dataAddress(result.type, buffers[0]),
      );
      pictures.current.set(path, coming);
      coming.catch(() => pictures.current.delete(path));
      return coming;
    };
    const wanted = [...body.querySelectorAll<HTMLImageElement>('img[data-hubnb-path]:not([src])')];
    for (const image of wanted.slice(0, MOST_PICTURES)) {
      fetchPicture(image.dataset.hubnbPath ?? '').then(
        (address) => image.setAttribute('src', address),
        () => image.classList.add('missing'),
      );
    }
  }, [body, blocks, model, signal]);

  useEffect(() => {
    const view = frame.current?.contentWindow;
    if (!body || !view) return;
    const target = [...body.children].findLast((one) => Number((one as HTMLElement).dataset.line) <= line);
    const top = target && line > 2 ? (target as HTMLElement).offsetTop - 8 : 0;
    view.scrollTo({ top, behavior: 'instant' });
  }, [body, line]);

  return (
    <iframe
      ref={frame}
      class="cd-frame"
      title={say('preview')}
      // never allow-scripts: with it and the same origin the frame could leave its sandbox
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      srcDoc={PAGE}
    />
  );
}

const PAGE = `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"><meta name="referrer" content="no-referrer"><style>${css}</style></head><body class="card"></body></html>`;

/** Give the frame the colours and letters of the panel, which it can't inherit. */
function dress(element: HTMLElement, inside: Document): void {
  const look = getComputedStyle(element.closest('.hn') ?? element);
  const probe = document.createElement('i');
  probe.hidden = true;
  element.parentElement?.append(probe);
  for (const name of COLOURS) {
    probe.style.color = `var(--hn-${name})`;
    inside.documentElement.style.setProperty(`--${name}`, getComputedStyle(probe).color);
  }
  probe.remove();
  inside.documentElement.style.colorScheme = look.colorScheme;
  for (const name of ['font-prose', 'mono']) {
    inside.documentElement.style.setProperty(`--${name}`, look.getPropertyValue(`--hn-${name}`));
  }
  inside.documentElement.lang = document.documentElement.lang;
}

const COLOURS = [
  'fg',
  'fg-muted',
  'bg',
  'bg-sunken',
  'bg-press',
  'line',
  'line-strong',
  'link',
  'focus',
  'c-key',
  'c-str',
  'c-num',
  'c-kw',
  'c-com',
  'ok',
  'warn',
  'err',
  'info',
  'brand-text',
]; // prettier-ignore

/** Show the blocks; those that are as they were stay the same elements. */
function put(
  body: HTMLElement,
  blocks: [number, string][],
  before: { html: string; element: HTMLElement }[],
): { html: string; element: HTMLElement }[] {
  const document = body.ownerDocument;
  let head = 0;
  while (head < before.length && head < blocks.length && before[head]?.html === blocks[head]?.[1]) head++;
  let tail = 0;
  const most = Math.min(before.length, blocks.length) - head;
  while (tail < most && before.at(-1 - tail)?.html === blocks.at(-1 - tail)?.[1]) tail++;
  for (const old of before.slice(head, before.length - tail)) old.element.remove();
  const next = before[before.length - tail]?.element ?? null;
  const fresh = blocks.slice(head, blocks.length - tail).map(([, html]) => {
    // the frame's own document makes the elements: in the page's, a picture would be asked for
    const element = document.createElement('div');
    element.innerHTML = html;
    body.insertBefore(element, next);
    return { html, element };
  });
  const all = [...before.slice(0, head), ...fresh, ...(tail ? before.slice(-tail) : [])];
  all.forEach((one, at) => {
    one.element.dataset.line = String((blocks[at]?.[0] ?? 0) + 1);
  });
  return all;
}

/** Follow a link within the card by hand: the frame's own address is none that it could lead to. */
function followInside(event: Event, inside: Document): void {
  const link = (event.target as Element | null)?.closest?.('a[href^="#"]');
  if (!link) return;
  event.preventDefault();
  const name = decodeURIComponent(link.getAttribute('href')?.slice(1) ?? '');
  const target = inside.getElementById(name) ?? inside.getElementsByName(name)[0];
  target?.scrollIntoView();
}

function dataAddress(type: string, bytes: DataView | undefined): string {
  if (!bytes) throw new Error('no picture');
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let letters = '';
  for (let at = 0; at < view.length; at += 0x8000) {
    letters += String.fromCharCode(...view.subarray(at, at + 0x8000));
  }
  return `data:${type};base64,${btoa(letters)}`;
}
