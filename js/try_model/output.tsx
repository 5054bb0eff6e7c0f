import { useEffect, useState } from 'preact/hooks';
import { say as common } from '../shared/common-words';
import { formatDuration } from '../shared/format';
import { language } from '../shared/language';
import { Button } from '../shared/parts';
import type { Answer, Given, Label } from './model';
import { Result } from './result';
import type { Runs } from './runs';
import { placeName, say } from './words';

const VIEWS = ['result', 'json', 'code'] as const;
type View = (typeof VIEWS)[number];

/** The answer in three views, with what it took. The last answer stays until the next one is complete. */
export function Output({ runs, given }: { runs: Runs; given: Given }) {
  const [view, setView] = useState<View>('result');
  const { answer } = runs.run;
  const titles = { result: say('result'), json: 'JSON', code: say('code') };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length] ?? 'result';
    setView(next);
    const row = event.currentTarget as HTMLElement;
    (row.children[VIEWS.indexOf(next)] as HTMLElement | undefined)?.focus();
  };
  return (
    <section aria-label={say('output')}>
      <div class="tr-res-h">
        <div class="hn-seg" role="tablist" aria-label={say('output')} onKeyDown={onKey}>
          {VIEWS.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={view === name}
              tabIndex={view === name ? 0 : -1}
              onClick={() => setView(name)}
            >
              {titles[name]}
            </button>
          ))}
        </div>
        <span class="hn-s hn-muted hn-push" role="status">
          {answer ? facts(answer) : ''}
        </span>
      </div>
      <div role="tabpanel" aria-label={titles[view]}>
        {view === 'result' &&
          (answer ? (
            <Result key={runs.run.files[0] ?? answer.json} runs={runs} answer={answer} />
          ) : (
            <p class="tr-wait">{say('nothing_yet')}</p>
          ))}
        {view === 'json' &&
          (answer ? <Code text={answer.json} json /> : <p class="tr-wait">{say('nothing_yet')}</p>)}
        {view === 'code' && <Snippet runs={runs} given={given} />}
      </div>
    </section>
  );
}

/** What an answer took: the whole time, the first token, the speed, and what is shown of it. */
function facts(answer: Answer): string {
  const parts = [took(answer.ms), placeName(answer.place)];
  if (answer.view === 'labels') {
    const labels = answer.data as Label[];
    const above = labels.filter((one) => (one.score ?? 0) > 0.01).length;
    if (labels.length > 4) parts.push(say('labels_over', { shown: above, count: labels.length }));
  }
  return parts.join(' · ');
}

export function took(ms: number): string {
  if (ms < 1000) return say('milliseconds', { count: ms });
  if (ms < 10_000) {
    const seconds = new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(ms / 1000);
    return say('some_seconds', { seconds });
  }
  return formatDuration(ms / 1000);
}

/** Lines that do in a cell what the panel does, for what stands in the fields now. */
function Snippet({ runs, given }: { runs: Runs; given: Given }) {
  const [text, setText] = useState('');
  const { ask } = runs;
  useEffect(() => {
    let newest = true;
    ask<string>('write_code', { given })
      .then((code) => newest && setText(code))
      .catch(runs.fail);
    return () => {
      newest = false;
    };
  }, [ask, given, runs.fail]);
  return <Code text={text} />;
}

function Code({ text, json = false }: { text: string; json?: boolean }) {
  const [copied, setCopied] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(common('copied'));
    } catch {
      setCopied(say('not_copied'));
    }
  };
  return (
    <div class="hn-codebox">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <pre class="hn-code tr-pre" tabIndex={0}>
        {json ? <Coloured text={text} /> : text}
      </pre>
      <Button look="s" onClick={() => void copy()}>
        {common('copy')}
      </Button>
      <span class="hn-sr" role="status">
        {copied}
      </span>
    </div>
  );
}

/** JSON with its keys, texts and numbers in colours; drawn as text, never as HTML. */
function Coloured({ text }: { text: string }) {
  const pieces = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g);
  return (
    <>
      {pieces.map((piece, at) => {
        if (at % 2 === 0) return piece;
        const tone = piece.startsWith('"') ? (piece.endsWith(':') ? 'c-k' : 'c-s') : 'c-n';
        return (
          <span key={at} class={tone}>
            {piece}
          </span>
        );
      })}
    </>
  );
}
