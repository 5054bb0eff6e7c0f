// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
import { useMemo, useState } from 'preact/hooks';
import { Button, FileName } from '../shared/parts';
import { say } from './words';

export interface FileDiff {
  path: string;
  added: number;
  removed: number;
  lines: { sign: '+' | '-' | ' ' | '@'; text: string }[];
}

const MOST_LINES = 400;

/** Take a unified diff apart, file by file. */
export function readDiff(diff: string): FileDiff[] {
  const files: FileDiff[] = [];
  let file: FileDiff | null = null;
  let inside = false;
  for (const line of diff.split('\n')) {
    if (line.startsWith('diff --git ')) {
      file = { path: pathOf(line), added: 0, removed: 0, lines: [] };
      files.push(file);
      inside = false;
    } else if (line.startsWith('@@') && file) {
      inside = true;
      file.lines.push({ sign: '@', text: line });
    } else if (!inside) {
      const named = /^\+\+\+ (?:b\/)?(.+)$/.exec(line);
      if (named?.[1] && named[1] !== '/dev/null') {
        if (!file || file.lines.length > 0) {
          file = { path: '', added: 0, removed: 0, lines: [] };
          files.push(file);
        }
        file.path = named[1];
      } else if (file && /^Binary files|^GIT binary patch/.test(line))
        file.lines.push({ sign: '@', text: line });
    } else if (file) {
      const sign = line[0];
      if (sign === '+') file.added += 1;
      else if (sign === '-') file.removed += 1;
      if (sign === '+' || sign === '-' || sign === ' ') file.lines.push({ sign, text: line.slice(1) });
      else if (line.startsWith('--- ')) inside = false;
    }
  }
  return files;
}

function pathOf(line: string): string {
  const named = / b\/(.+)$/.exec(line);
  return named?.[1] ?? line.slice('diff --git '.length);
}

/** The changes of a pull request: signs besides colour. */
export function DiffView({ diff, cut }: { diff: string; cut: boolean }) {
  const files = useMemo(() => readDiff(diff), [diff]);
  return (
    <div class="br-diff">
      {files.map((file) => (
        <OneFile key={file.path} file={file} />
      ))}
      {cut && <p class="hn-s hn-muted br-pad">{say('diff_cut')}</p>}
    </div>
  );
}

function OneFile({ file }: { file: FileDiff }) {
  const [most, setMost] = useState(MOST_LINES);
  return (
    <details open={file.lines.length < MOST_LINES}>
      <summary>
        <FileName path={file.path} />
        <span class="hn-mono hn-push">
          +{file.added} −{file.removed}
        </span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <div class="hn-scroll br-lines" tabIndex={0} role="group" aria-label={file.path}>
        {file.lines.slice(0, most).map((line, index) => (
          <div
            key={index}
            class={line.sign === '+' ? 'add' : line.sign === '-' ? 'del' : line.sign === '@' ? 'at' : ''}
          >
            <span class="br-sign">{line.sign === '@' ? '' : line.sign === '-' ? '−' : line.sign}</span>
            <bdi>{line.text || ' '}</bdi>
          </div>
        ))}
      </div>
      {file.lines.length > most && (
        <Button look="s quiet" onClick={() => setMost(file.lines.length)}>
          {say('n_more', { count: file.lines.length - most })}
        </Button>
      )}
    </details>
  );
}
