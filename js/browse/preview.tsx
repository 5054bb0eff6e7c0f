// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
import { useEffect, useMemo, useState } from 'preact/hooks';
import { formatBytes, formatBytesOf } from '../shared/format';
import { Button, FileName } from '../shared/parts';
import { CardFrame } from './card';
import type { Shown } from './files';
import { Glyph, Tool } from './icons';
import { JsonView } from './json';
import type { Facts, Look } from './model';
import { copyText, fullNumber } from './show';
import { TensorsView } from './tensorgrid';
import { glyphOfFile } from './treegrid';
import { TroubleNotice } from './trouble';
import type { Context } from './view';
import { say } from './words';

/** A look into one file, and how much was read for it. */
export function Preview({
  shown,
  context,
  facts,
  onRetry,
}: {
  shown: Shown;
  context: Context;
  facts: Facts;
  onRetry: () => void;
}) {
  const { look, path, trouble } = shown;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const text = look && typeof look.body.text === 'string' ? look.body.text : null;
  return (
    <section
      class="br-look"
      aria-label={say('preview_of', { name: path })}
      aria-busy={look === null && !trouble}
    >
      <div class="br-pv-h">
        <Glyph name={glyphOfFile(name)} small />
        <FileName path={name} />
        {look && <span class="hn-s hn-muted hn-nowrap">{formatBytes(look.size)}</span>}
        <span class="hn-push hn-line tight">
          {text !== null && (
            <Tool
              glyph="copy"
              label={say('copy_text')}
              onClick={async () =>
                context.announce((await copyText(text)) ? say('copied', { what: name }) : say('not_copied'))
              }
            />
          )}
          {!facts.offline && (
            <a
              class="hn-btn icon s quiet"
              href={pageOf(facts, path)}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={say('open_on_hub')}
              title={say('open_on_hub')}
            >
              <Glyph name="ext" />
            </a>
          )}
        </span>
      </div>
      {trouble && (
        <div class="br-pad">
          <TroubleNotice trouble={trouble} name={facts.id} onRetry={onRetry} />
        </div>
      )}
      {!look && !trouble && (
        <p class="br-pad hn-muted">
          <span class="hn-spin" aria-hidden="true" /> {say('looking')}
        </p>
      )}
      {look && <Content look={look} buffers={shown.buffers} context={context} facts={facts} />}
      {look && look.kind !== 'pickle' && <Note look={look} />}
    </section>
  );
}

function Content({
  look,
  buffers,
  context,
  facts,
}: {
  look: Look;
  buffers: readonly DataView[];
  context: Context;
  facts: Facts;
}) {
  const { body, kind } = look;
  switch (kind) {
    case 'json':
      return <JsonView text={String(body.text)} />;
    case 'markdown':
      return <Markdown look={look} context={context} facts={facts} />;
    case 'text':
      return body.empty ? (
        <p class="br-pad hn-muted">{say('file_is_empty')}</p>
      ) : (
        <TextView text={String(body.text)} />
      );
    case 'table':
      return <TableView body={body as unknown as TableBody} />;
    case 'image':
      return <ImageView look={look} bytes={buffers[0]} />;
    case 'tensors':
      return <TensorsView body={body} />;
    case 'pickle':
      return (
        <div class="hn-empty">
          <Glyph name="shield" />
          <strong>{say('pickle_title')}</strong>
          <p>{say('pickle_why')}</p>
        </div>
      );
    default:
      return (
        <div class="hn-empty">
          <Glyph name="file" />
          <strong>{say('not_shown')}</strong>
          <p>{body.why ? String(body.why) : say('not_shown_why', { size: formatBytes(look.size) })}</p>
        </div>
      );
  }
}

export function TextView({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <pre class="hn-code flat br-text" tabIndex={0} dir="auto">
      {text}
    </pre>
  );
}

/** Markdown as text, or as a card is shown; the kernel makes it harmless. */
function Markdown({ look, context, facts }: { look: Look; context: Context; facts: Facts }) {
  const [html, setHtml] = useState<string | null>(null);
  const [plain, setPlain] = useState(false);
  useEffect(() => {
    context.kernel
      .ask<{ html: string } | null>('render', { text: String(look.body.text) })
      .then(({ result }) => setHtml(result?.html ?? null))
      .catch(() => {});
  }, [look, context]);
  return (
    <>
      {html !== null && (
        <div class="br-pad br-slim">
          <Button look="s quiet" aria-pressed={plain} onClick={() => setPlain(!plain)}>
            {say('as_text')}
          </Button>
        </div>
      )}
      {html === null || plain ? (
        <TextView text={String(look.body.text)} />
      ) : (
        <CardFrame html={html} context={context} title={look.path} commit={facts.commit} />
      )}
    </>
  );
}

interface TableBody {
  columns: [string, string][];
  rows: string[][];
  total_rows: number | null;
  total_columns: number;
  note: string;
  whole: boolean;
}

function TableView({ body }: { body: TableBody }) {
  const { columns, rows } = body;
  const numbers = columns.map(([, type]) => /^u?int|^float|^double|^decimal/.test(type));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div class="hn-scroll hn-vlist" tabIndex={0} role="group" aria-label={say('first_rows')}>
      <table class="hn-table br-data">
        <thead>
          <tr>
            {columns.map(([name, type], index) => (
              <th key={index} scope="col" class={numbers[index] ? 'hn-num' : ''}>
                <bdi>{name}</bdi>
                <span class="br-ty">{type}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map((_, place) => (
                <td key={place} class={numbers[place] ? 'hn-num' : ''} title={row[place]} dir="auto">
                  {row[place]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ImageView({ look, bytes }: { look: Look; bytes: DataView | undefined }) {
  const [size, setSize] = useState('');
  const [broken, setBroken] = useState(false);
  const url = useMemo(() => {
    if (!bytes) return '';
    const part = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength).slice();
    return URL.createObjectURL(new Blob([part], { type: String(look.body.mime) }));
  }, [bytes, look]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  if (broken) return <p class="br-pad hn-muted">{say('image_broken')}</p>;
  return (
    <>
      <div class="br-img">
        <img
          src={url}
          alt={look.path.slice(look.path.lastIndexOf('/') + 1)}
          onLoad={(event) =>
            setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight}`)
          }
          onError={() => setBroken(true)}
        />
      </div>
      <p class="br-pv-note">
        <span>
          {String(look.body.mime).replace('image/', '').toUpperCase()}, {size}
        </span>
      </p>
    </>
  );
}

/** What the file holds beyond what is shown, and how much of it was read. */
function Note({ look }: { look: Look }) {
  const { body } = look;
  const facts: string[] = [];
  if (look.kind === 'table') {
    const table = body as unknown as TableBody;
    facts.push(
      table.total_rows === null
        ? say('rows_shown', { count: table.rows.length })
        : say('rows_of', { shown: fullNumber(table.rows.length), count: table.total_rows }),
    );
    if (table.note) facts.push(table.note);
  }
  if (look.kind === 'tensors') {
    facts.push(
      say('params_in', { number: fullNumber(Number(body.parameters)), count: Number(body.count) }),
      say('needs_memory', { size: formatBytes(Number(body.memory_bytes)) }),
    );
    if (Number(body.half_bytes) < Number(body.memory_bytes)) {
      facts.push(say('as_half', { size: formatBytes(Number(body.half_bytes)) }));
    }
    if (body.complete === false) facts.push(say('look_ended'));
  }
  if ('whole' in body && look.kind !== 'table' && body.whole === false) facts.push(say('only_the_start'));
  facts.push(
    look.from_cache
      ? say('read_from_cache')
      : look.bytes_read >= look.size
        ? say('read_all', { size: formatBytes(look.size) })
        : say('read_part', { size: readWords(look) }),
  );
  return (
    <p class="br-pv-note">
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </p>
  );
}

/** "11 kB of 90.9 MB": each in its own unit, for the part is often a thousandth. */
function readWords(look: Look): string {
  return look.bytes_read * 20 > look.size
    ? formatBytesOf(look.bytes_read, look.size)
    : say('part_of', { part: formatBytes(look.bytes_read), whole: formatBytes(look.size) });
}

function pageOf(facts: Facts, path: string): string {
  const parts = path.split('/').map(encodeURIComponent).join('/');
  return `${facts.url}/blob/${encodeURIComponent(facts.commit ?? facts.revision)}/${parts}`;
}
