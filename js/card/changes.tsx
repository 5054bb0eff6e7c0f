import { Fragment } from 'preact';
import type { Difference } from './model';
import { say } from './words';

const SIGNS = { same: '', removed: '-', added: '+' } as const;

/** What differs from what the card began from, line by line, with the words that changed marked. */
export function Changes({ difference, label }: { difference: Difference | null; label: string }) {
  if (difference === null) return <p class="cd-load hn-muted">{say('comparing')}</p>;
  if (difference.hunks.length === 0) return <p class="cd-load hn-muted">{say('no_changes')}</p>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a grid, which a list's own display would break
    <div class="cd-df" role="list" aria-label={label}>
      {difference.hunks.map((hunk, number) => {
        const lines = hunk.lines.map((one) => one.new ?? one.old ?? 0);
        return (
          <Fragment key={number}>
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            <div class="hk" role="listitem">
              <span>
                {hunk.part === 'metadata'
                  ? say('metadata')
                  : say('lines', { first: Math.min(...lines), last: Math.max(...lines) })}
              </span>
              <span class="hn-push">{say('changes_count', { count: hunk.changes })}</span>
            </div>
            {hunk.lines.map((line) => (
              // biome-ignore lint/a11y/useSemanticElements: see above
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
                    if (!marked) return <span key={at}>{piece}</span>;
                    return line.kind === 'added' ? <ins key={at}>{piece}</ins> : <del key={at}>{piece}</del>;
                  })}
                </span>
              </div>
            ))}
          </Fragment>
        );
      })}
    </div>
  );
}
