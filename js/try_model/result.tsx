import { useState } from 'preact/hooks';
import { language } from '../shared/language';
import { Button } from '../shared/parts';
import type { Answer, Label } from './model';
import type { Runs } from './runs';
import { say } from './words';

const SHOWN_LABELS = 4;

/** An answer, drawn as its task deserves. */
export function Result({ runs, answer }: { runs: Runs; answer: Answer }) {
  const { files } = runs.run;
  switch (answer.view) {
    case 'labels':
      return <Labels rows={answer.data as Label[]} />;
    case 'answers':
      return <Answers rows={answer.data as Label[]} />;
    case 'entities':
      return <Entities data={answer.data as Tagged} />;
    case 'boxes':
      return <Boxes rows={answer.data as Boxed[]} preview={runs.preview.current} />;
    case 'text':
      return <p class="tr-text">{String(answer.data)}</p>;
    case 'vector':
      return <Vector data={answer.data as { shape: number[]; first: number[] }} />;
    case 'rows':
      return <Rows rows={answer.data as string[]} />;
    case 'image':
      return <Picture url={files[0] ?? ''} runs={runs} />;
    case 'audio':
      return <Recordings urls={files} labels={(answer.data as { labels: string[] }).labels} runs={runs} />;
    case 'video':
      return <Saved url={files[0] ?? ''} name="video.mp4" runs={runs} />;
    default:
      return <pre class="hn-code tr-pre">{answer.json}</pre>;
  }
}

function score(value: number | null): string {
  if (value === null) return '';
  const options = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  return new Intl.NumberFormat(language(), options).format(value);
}

/** Labels, the best first; a bar and its number for each. */
function Labels({ rows }: { rows: Label[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, SHOWN_LABELS);
  if (rows.length === 0) return <p class="tr-wait">{say('found_nothing')}</p>;
  return (
    <>
      <ol class="tr-lab" aria-label={say('labels_by_score')}>
        {shown.map((row, at) => (
          <li key={at}>
            <span>{row.label}</span>
            <span class="hn-prog" aria-hidden="true">
              <i style={`--p:${Math.max(0, Math.min(1, row.score ?? 0)) * 100}%`} />
            </span>
            <span>{score(row.score)}</span>
          </li>
        ))}
      </ol>
      {rows.length > SHOWN_LABELS && (
        <button type="button" class="hn-lnk hn-s" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? say('show_best') : say('show_all', { count: rows.length })}
        </button>
      )}
    </>
  );
}

interface Boxed extends Label {
  box: { xmin: number; ymin: number; xmax: number; ymax: number };
}

/** What was found in the image, framed where it is, and as a list. */
function Boxes({ rows, preview }: { rows: Boxed[]; preview: string }) {
  // the image of this answer: another one may be chosen while the answer stays
  const [url] = useState(preview);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const part = (value: number, whole: number) => `${(100 * value) / whole}%`;
  return (
    <>
      {url && (
        <div class="tr-over">
          <img
            class="pic"
            src={url}
            alt={say('your_image')}
            onLoad={({ currentTarget: image }) =>
              setSize({ width: image.naturalWidth, height: image.naturalHeight })
            }
          />
          {size &&
            rows.map(({ label, box }, at) => (
              <div
                key={at}
                class="tr-box"
                aria-hidden="true"
                style={{
                  left: part(box.xmin, size.width),
                  top: part(box.ymin, size.height),
                  width: part(box.xmax - box.xmin, size.width),
                  height: part(box.ymax - box.ymin, size.height),
                }}
              >
                <span>{label}</span>
              </div>
            ))}
        </div>
      )}
      <Labels rows={rows} />
    </>
  );
}

function Answers({ rows }: { rows: Label[] }) {
  const [best, ...others] = rows;
  if (!best?.label) return <p class="tr-wait">{say('found_nothing')}</p>;
  return (
    <>
      <p class="tr-answer">
        <b>{best.label}</b> <span class="hn-s hn-muted">{score(best.score)}</span>
      </p>
      {others.length > 0 && <Labels rows={rows} />}
    </>
  );
}

interface Tagged {
  text: string;
  rows: { start: number; end: number; label: string; score: number }[];
}

/** A text with what was found in it marked. */
function Entities({ data }: { data: Tagged }) {
  // offsets count characters as Python does, not UTF-16 units
  const characters = [...data.text];
  const rows = [...data.rows].sort((one, other) => one.start - other.start);
  let at = 0;
  const pieces = rows.flatMap((row) => {
    if (row.start < at) return [];
    const before = characters.slice(at, row.start).join('');
    at = row.end;
    return [
      before,
      <mark key={row.start} class="tr-hl" title={score(row.score)}>
        {characters.slice(row.start, row.end).join('')}
        <small>{row.label}</small>
      </mark>,
    ];
  });
  return (
    <>
      {rows.length === 0 && <p class="tr-wait">{say('found_nothing')}</p>}
      <p class="tr-text">
        {pieces}
        {characters.slice(at).join('')}
      </p>
    </>
  );
}

function Vector({ data }: { data: { shape: number[]; first: number[] } }) {
  return (
    <>
      <p>{say('vector_of', { shape: data.shape.join(' × ') })}</p>
      <pre class="hn-code">{`[${data.first.join(', ')}, …]`}</pre>
    </>
  );
}

function Rows({ rows }: { rows: string[] }) {
  return (
    <ol class="tr-rows" aria-label={say('predictions')}>
      {rows.map((row, at) => (
        <li key={at}>
          <span class="hn-muted">{at + 1}</span> {row}
        </li>
      ))}
    </ol>
  );
}

function Picture({ url, runs }: { url: string; runs: Runs }) {
  return (
    <div class="tr-pic">
      <img class="pic" src={url} alt={say('made_image')} />
      <Saved url={url} name="image.png" runs={runs} />
    </div>
  );
}

function Recordings({ urls, labels, runs }: { urls: string[]; labels: string[]; runs: Runs }) {
  return (
    <div class="tr-pic">
      {urls.map((url, at) => (
        <div key={url} class="hn-line">
          {/* biome-ignore lint/a11y/useMediaCaption: what a model spoke is its text */}
          <audio controls src={url} aria-label={labels[at] || say('made_audio')} />
          <span class="hn-s hn-muted">{labels[at]}</span>
        </div>
      ))}
      {urls[0] && <Saved url={urls[0]} name="recording.wav" runs={runs} />}
    </div>
  );
}

/** Save what was made, or put it into a variable. */
function Saved({ url, name, runs }: { url: string; name: string; runs: Runs }) {
  const [said, setSaid] = useState('');
  const variable = name.split('.')[0] ?? 'answer';
  const put = async () => {
    try {
      await runs.ask('into_variable', { name: variable });
      setSaid(say('is_in_variable', { name: variable }));
    } catch (error) {
      runs.fail(error);
    }
  };
  return (
    <div class="hn-line">
      <a class="hn-btn s" href={url} download={name}>
        {say('save')}
      </a>
      <Button look="s" onClick={() => void put()}>
        {say('into_variable')}
      </Button>
      <span class="hn-s hn-muted" role="status">
        {said}
      </span>
    </div>
  );
}
