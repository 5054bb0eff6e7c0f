import { useEffect, useRef } from 'preact/hooks';
import { say as common } from '../shared/common-words';
import { formatBytes, formatBytesOf, formatDuration, formatSpeed } from '../shared/format';
import { RepoId } from '../shared/parts';
import { Glyph, Tool } from './icons';
import type { Pull } from './model';
import type { Context } from './view';
import { say } from './words';

/** The pulls that were started here, newest first: what moves, and the buttons that stop it. */
export function Pulls({ context, pulls }: { context: Context; pulls: readonly Pull[] }) {
  const told = useRef(new Map<string, string>());
  useEffect(() => {
    for (const pull of pulls) {
      const quarter = pull.finished ? pull.state : String(quarterOf(pull));
      if (told.current.get(pull.id) === quarter) continue;
      told.current.set(pull.id, quarter);
      if (pull.finished) context.announce(`${pull.repo_id}: ${stateWords(pull)}`);
      else if (quarter !== '0') context.announce(say('percent_of', { percent: quarter, name: pull.repo_id }));
    }
  }, [pulls, context]);
  if (pulls.length === 0) return null;
  const call = (method: string, params: Record<string, unknown>) =>
    context.kernel.call(method, params).catch((error) => context.announce(String(error)));
  return (
    <ul class="br-pulls" aria-label={say('pulls')} data-region>
      {pulls.map((pull) => {
        const percent = pull.bytes_total ? Math.floor((100 * pull.bytes_done) / pull.bytes_total) : 0;
        const paused = pull.state === 'paused';
        return (
          <li key={pull.id} class={pull.state}>
            <div class="br-pull">
              <Glyph
                name={pull.state === 'done' ? 'ok' : pull.state === 'failed' ? 'err' : 'pull'}
                small
                tone={pull.state === 'done' ? 'hn-ok-t' : pull.state === 'failed' ? 'hn-err-t' : ''}
              />
              <span class="hn-trunc">
                <RepoId id={pull.repo_id} />
              </span>
              <span class="hn-muted">{stateWords(pull)}</span>
              <span class="hn-push hn-nowrap">{factsOf(pull)}</span>
              {pull.finished ? (
                <Tool
                  glyph="x"
                  label={say('off_the_list', { name: pull.repo_id })}
                  onClick={() => call('forget_pull', { transfer_id: pull.id })}
                />
              ) : (
                <>
                  <Tool
                    glyph={paused ? 'play' : 'pause'}
                    label={paused ? say('resume_pull') : say('pause_pull')}
                    onClick={() => call('pause_pull', { transfer_id: pull.id, go_on: paused })}
                  />
                  <Tool
                    glyph="x"
                    label={common('cancel')}
                    onClick={() => call('cancel_pull', { transfer_id: pull.id })}
                  />
                </>
              )}
            </div>
            {!pull.finished && (
              <span
                class={`hn-prog thin ${paused ? 'paused' : ''} ${pull.bytes_total ? '' : 'indet'}`}
                role="progressbar"
                aria-label={pull.repo_id}
                aria-valuemin={0}
                aria-valuemax={100}
                {...(pull.bytes_total ? { 'aria-valuenow': percent } : {})}
              >
                <i style={{ '--p': `${percent}%` }} />
              </span>
            )}
            {pull.error && <p class="hn-s hn-err-t">{pull.error}</p>}
          </li>
        );
      })}
    </ul>
  );
}

function quarterOf(pull: Pull): number {
  return pull.bytes_total ? 25 * Math.floor((4 * pull.bytes_done) / pull.bytes_total) : 0;
}

function stateWords(pull: Pull): string {
  switch (pull.state) {
    case 'queued':
    case 'planning':
      return say('pull_starting');
    case 'paused':
      return say('pull_paused');
    case 'verifying':
      return say('pull_verifying');
    case 'done':
      return pull.from_cache
        ? say('pull_was_here')
        : say('pull_done', { revision: pull.commit?.slice(0, 7) ?? '' });
    case 'failed':
      return say('pull_failed');
    case 'cancelled':
      return say('pull_cancelled');
    default:
      return say('pull_running');
  }
}

function factsOf(pull: Pull): string {
  if (pull.state === 'done') {
    return `${common('files', { count: pull.files_total })} · ${formatBytes(pull.bytes_total)}`;
  }
  if (pull.finished || !pull.bytes_total) return '';
  const parts = [formatBytesOf(pull.bytes_done, pull.bytes_total)];
  if (pull.state === 'running' && pull.speed > 0) parts.push(formatSpeed(pull.speed));
  if (pull.state === 'running' && pull.eta_s !== null) parts.push(formatDuration(pull.eta_s));
  return parts.join(' · ');
}
