import type { Difference } from './model';
import { say } from './words';

const SIGNS = { same: '', removed: '-', added: '+' } as const;

/** What differs from what the card began from, line by line, with the words that changed marked. */
export function Changes({ difference, label }: { difference: Difference | null; label: string }) {
  if (difference === null) return <p class="cd-load hn-muted">{say('comparing')}</p>;
  if (difference.hunks.length === 0) return <p class="cd-load hn-muted">{say('no_changes')}</p>;
  return (
    <div class="cd-df" role="list" aria-label={label}>
      {difference.hunks.map((hunk, number) => {
        const lines = hunk.lines.map((one) => one.new ?? one.old ?? 0);
        return (
          // a hunk has no name but its place
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is drawn anew as a whole
          <div key={number} style={{ display: 'contents' }}>
            <div class="hk" role="listitem">
              <span>
                {hunk.part === 'metadata'
                  ? say('metadata')
                  : say('lines', { first: Math.min(...lines), last: Math.max(...lines) })}
              </span>
              <span class="hn-push">{say('changes_count', { count: hunk.changes })}</span>
            </div>
            {hunk.lines.map((line) => (
              <div
                key={`${line.kind}${line.old}:${line.new}`}
                role="listitem"
                class={line.kind === 'added' ? 'add' : line.kind === 'removed' ? 'del' : ''}
              >
                <span>{line.old}</span>
                <span>{line.new}</span>
                <span>{SIGNS[line.kind]}</span>
                <span>
                  {line.parts.map(([piece, marked], at) => {
                    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no name but their place
                    if (!marked) return <span key={at}>{piece}</span>;
                    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no name but their place
                    return line.kind === 'added' ? <ins key={at}>{piece}</ins> : <del key={at}>{piece}</del>;
                  })}
                </span>
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}
