// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
import { useState } from 'preact/hooks';
import { say as common } from '../shared/common-words';
import { formatBytes } from '../shared/format';
import { Button, FileName, Icon, Notice, RepoId } from '../shared/parts';
import type { Plan, PlannedFile } from './model';
import { say } from './words';

const SIGNS = { added: ['a', '+'], changed: ['m', '~'], removed: ['d', '−'], ignored: ['s', '!'] } as const;

interface PlanProps {
  plan: Plan;
  host: string;
  ask: (method: string, params?: Record<string, unknown>) => Promise<boolean>;
}

/** What a push would change, before any byte leaves; the button says how much it sends. */
export function PushPlan({ plan, host, ask }: PlanProps) {
  const [message, setMessage] = useState(plan.message);
  const [asPr, setAsPr] = useState(plan.as_pr);
  const [working, setWorking] = useState(false);
  const changes = ['added', 'changed', 'removed'].some((name) => (plan.counts[name] ?? 0) > 0);
  const push = async () => {
    setWorking(true);
    await ask('push', { message, as_pr: asPr });
    setWorking(false);
  };
  return (
    <div role="group" aria-label={say('plan')}>
      <div class="hn-bar">
        <Icon name="push" small />
        <RepoId id={plan.repo_id} />
        <span class="hn-badge plain">{plan.revision}</span>
        <span class="hn-s hn-muted hn-push">
          {plan.phase === 'ready' && (plan.head ? say('compared', { commit: plan.head }) : say('new_repo'))}
        </span>
      </div>
      {plan.phase === 'planning' && (
        <div class="hn-body hn-line">
          <span class="hn-spin" aria-hidden="true" />
          <span role="status">{say('planning', { host })}</span>
          <Button look="s quiet" onClick={() => void ask('drop_plan')}>
            {common('cancel')}
          </Button>
        </div>
      )}
      {plan.phase === 'failed' && plan.problem && (
        <Notice
          kind="err"
          flat
          title={plan.problem.title}
          paragraphs={plan.problem.text ? [plan.problem.text] : []}
        >
          <Button look="s" icon="retry" onClick={() => void ask('plan_again')}>
            {common('try_again')}
          </Button>
          <Button look="s quiet" onClick={() => void ask('drop_plan')}>
            {common('close')}
          </Button>
        </Notice>
      )}
      {plan.phase === 'ready' && (
        <>
          <Sums plan={plan} />
          <FileTable plan={plan} />
          <footer class="hn-foot">
            {changes ? (
              <input
                class="hn-input"
                style="inline-size:auto;flex:1 1 220px"
                value={message}
                placeholder={say('message')}
                aria-label={say('message')}
                onInput={(event) => setMessage(event.currentTarget.value)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void push();
                }}
              />
            ) : (
              <span class="hn-muted hn-grow">{say('nothing_changes')}</span>
            )}
            {changes && (
              <span class="hn-seg" role="radiogroup" aria-label={say('where_to')}>
                {[false, true].map((pr) => (
                  <button
                    key={String(pr)}
                    type="button"
                    role="radio"
                    aria-checked={asPr === pr}
                    onClick={() => setAsPr(pr)}
                  >
                    {pr ? say('as_pr') : say('to_branch', { revision: plan.revision })}
                  </button>
                ))}
              </span>
            )}
            <Button look="quiet" onClick={() => void ask('drop_plan')}>
              {common('cancel')}
            </Button>
            {changes && (
              <Button look="primary" icon="push" off={working} onClick={() => void push()}>
                {plan.travels > 0
                  ? say('push_size', { size: formatBytes(plan.travels) })
                  : say('push_changes')}
              </Button>
            )}
          </footer>
        </>
      )}
    </div>
  );
}

function Sums({ plan }: { plan: Plan }) {
  const { counts } = plan;
  return (
    <dl class="tx-sum">
      <div>
        <dt>{say('travels')}</dt>
        <dd>
          {formatBytes(plan.travels)} <small>{say('of_all', { size: formatBytes(plan.bytes) })}</small>
        </dd>
      </div>
      {(['added', 'changed', 'removed'] as const).map((name) => (
        <div key={name}>
          <dt>{say(name)}</dt>
          <dd>{counts[name] ?? 0}</dd>
        </div>
      ))}
      <div>
        <dt>{say('same')}</dt>
        <dd>
          {counts.same ?? 0} {plan.same_bytes > 0 && <small>{formatBytes(plan.same_bytes)}</small>}
        </dd>
      </div>
    </dl>
  );
}

function FileTable({ plan }: { plan: Plan }) {
  const same = plan.counts.same ?? 0;
  if (plan.files.length === 0 && same === 0) return null;
  return (
    <div class="hn-scroll">
      <table class="hn-table tx-plan" aria-label={say('plan_files')}>
        <thead>
          <tr>
            <th>
              <span class="hn-sr">{say('change')}</span>
            </th>
            <th>{say('file')}</th>
            <th>{say('what')}</th>
            <th class="hn-num">{say('size')}</th>
            <th class="hn-num">{say('travel_column')}</th>
          </tr>
        </thead>
        <tbody>
          {plan.files.map((file) => (
            <tr key={file.path}>
              <td>
                <span class={`tx-pm ${SIGNS[file.change][0]}`} role="img" aria-label={say(file.change)}>
                  {SIGNS[file.change][1]}
                </span>
              </td>
              <td>
                <div class="hn-trunc">
                  <FileName path={file.path} />
                </div>
              </td>
              <td class="hn-muted" title={file.tensor_names.join('\n')}>
                {whatChanges(file)}
              </td>
              <td class="hn-num">{file.change === 'removed' ? '' : formatBytes(file.size)}</td>
              <td class="hn-num">{file.travels > 0 ? formatBytes(file.travels) : ''}</td>
            </tr>
          ))}
          {plan.hidden > 0 && (
            <tr>
              <td />
              <td colSpan={4} class="hn-muted">
                {say('more_files', { count: plan.hidden })}
              </td>
            </tr>
          )}
          {same > 0 && (
            <tr>
              <td>
                <span class="tx-pm s" aria-hidden="true">
                  =
                </span>
              </td>
              <td colSpan={4} class="hn-muted">
                {say('same_stay', { count: same })}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function whatChanges(file: PlannedFile): string {
  if (file.change === 'removed') return say('goes_away');
  if (file.change === 'ignored') return say('ignored');
  if (file.change === 'added')
    return file.tensors > 0 ? say('tensors_new', { count: file.tensors }) : say('is_new');
  if (file.tensors > 0) return say('tensors', { changed: file.tensors_changed, count: file.tensors });
  return file.travels === 0 ? say('on_hub') : '';
}
