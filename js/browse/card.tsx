import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/parts';
import cardCss from './card-page.css?inline';
import { Glyph } from './icons';
import { troubleOf } from './kernel';
import type { Facts, Look, Trouble } from './model';
import { TroubleNotice } from './trouble';
import type { Context } from './view';
import { say } from './words';

const MOST_PICTURES = 40;

/** The card of the repository. */
export function CardPane({ context, facts }: { context: Context; facts: Facts }) {
  const [card, setCard] = useState<{ html: string } | null | undefined>(undefined);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    setTrouble(null);
    context.kernel
      .ask<{ html: string } | null>('read_card')
      .then(({ result }) => setCard(result))
      .catch((error) => setTrouble(troubleOf(error)));
  }, [context, facts.commit, again]);
  if (trouble) {
    return (
      <div class="br-pad">
        <TroubleNotice trouble={trouble} name={facts.id} onRetry={() => setAgain(again + 1)} />
      </div>
    );
  }
  if (card === undefined) {
    return (
      <p class="br-pad hn-muted">
        <span class="hn-spin" aria-hidden="true" /> {say('looking')}
      </p>
    );
  }
  if (card === null) {
    return (
      <div class="hn-empty">
        <Glyph name="card" />
        <strong>{say('no_card')}</strong>
        <p>{say('no_card_why')}</p>
      </div>
    );
  }
  return <CardFrame html={card.html} context={context} title={say('card')} commit={facts.commit} />;
}

/**
 * Markdown of strangers, made harmless by the kernel, in a frame that can't run script and loads nothing: pictures of the
 * repository are fetched by the kernel, one after the other, when they come into sight.
 */
export function CardFrame({
  html,
  context,
  title,
  commit,
}: {
  html: string;
  context: Context;
  title: string;
  commit: string | null;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(120);
  const [theme, setTheme] = useState('');
  const [unfolded, setUnfolded] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const read = () => setTheme(themeCss(element));
    read();
    const section = element.closest('.hn');
    const watcher = new MutationObserver(read);
    if (section) watcher.observe(section, { attributes: true, attributeFilter: ['data-hn-theme'] });
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const ended = new AbortController();
    const begin = () => void fill(element, context, ended.signal, setHeight);
    element.addEventListener('load', begin, { signal: ended.signal });
    if (element.contentDocument?.readyState === 'complete' && element.contentDocument.body?.childElementCount)
      begin();
    return () => ended.abort();
  }, [html, theme, commit, context]);
  const long = height > 900 && !unfolded;
  return (
    <div class="br-card">
      <iframe
        ref={frame}
        title={title}
        // without allow-scripts nothing in it can run; the panel reads its height and puts pictures in
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        srcdoc={page(html, theme)}
        style={{ blockSize: `${long ? 700 : height}px` }}
        scrolling="no"
      />
      {long && (
        <div class="br-more">
          <Button look="s" onClick={() => setUnfolded(true)}>
            {say('whole_card')}
          </Button>
        </div>
      )}
    </div>
  );
}

function page(html: string, theme: string): string {
  return (
    `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; ` +
    `style-src 'unsafe-inline'; img-src data: blob:"><base target="_blank"><style>${theme}${cardCss}</style></head>` +
    `<body>${html}</body></html>`
  );
}

/** The colours and letters of the panel, as values: the frame inherits none. */
function themeCss(element: HTMLElement): string {
  const style = getComputedStyle(element.parentElement as HTMLElement);
  const probe = document.createElement('span');
  element.parentElement?.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--hn-${name})`;
    return getComputedStyle(probe).color;
  };
  const names = [
    'fg',
    'fg-muted',
    'bg',
    'bg-sunken',
    'bg-press',
    'line',
    'link',
    'ok',
    'warn',
    'err',
    'brand-text',
  ];
  const colours = names.map((name) => `--${name}:${colour(name)};`).join('');
  probe.remove();
  const scheme = element.closest('.hn')?.getAttribute('data-hn-theme') === 'dark' ? 'dark' : 'light';
  const mono = style.getPropertyValue('--hn-mono').replace(/[<>{}]/g, '') || 'monospace';
  const font = style.fontFamily.replace(/[<>{}]/g, '');
  return `:root{color-scheme:${scheme};${colours}--font:${font};--mono:${mono}}`;
}

async function fill(
  element: HTMLIFrameElement,
  context: Context,
  signal: AbortSignal,
  setHeight: (height: number) => void,
): Promise<void> {
  const content = element.contentDocument;
  if (!content?.body) return;
  const measure = () => setHeight(Math.ceil(content.documentElement.getBoundingClientRect().height) + 2);
  measure();
  // not within the observer's own round: a new height would be one more change in it
  const watcher = new ResizeObserver(() => requestAnimationFrame(measure));
  watcher.observe(content.documentElement);
  signal.addEventListener('abort', () => watcher.disconnect());
  content.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape') element.closest<HTMLElement>('[role="tabpanel"], .br-look')?.focus();
    },
    { signal },
  );
  content.addEventListener(
    'click',
    (event) => {
      const link = (event.target as Element).closest?.('a');
      const target = link?.getAttribute('href');
      if (!target?.startsWith('#')) return;
      event.preventDefault();
      content.getElementById(decodeURIComponent(target.slice(1)))?.scrollIntoView({ block: 'nearest' });
    },
    { signal },
  );
  const pictures = [...content.querySelectorAll<HTMLImageElement>('img[data-hubnb-path]')];
  for (const picture of pictures.slice(0, MOST_PICTURES)) {
    if (signal.aborted) return;
    const path = picture.dataset.hubnbPath ?? '';
    try {
      const { result, buffers } = await context.kernel.ask<Look>('picture', { path });
      const [bytes] = buffers;
      if (signal.aborted) return;
      if (result.kind !== 'image' || !bytes) throw new Error('no image');
      const part = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength).slice();
      const url = URL.createObjectURL(new Blob([part], { type: String(result.body.mime) }));
      signal.addEventListener('abort', () => URL.revokeObjectURL(url));
      picture.src = url;
    } catch {
      const words = content.createElement('span');
      words.className = 'picture';
      words.textContent = picture.alt || path;
      picture.replaceWith(words);
    }
  }
}
