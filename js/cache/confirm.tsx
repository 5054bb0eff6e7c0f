import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../shared/format';
import { Button, RepoId } from '../shared/parts';
import type { Deletion } from './model';
import { say } from './words';

/** What would go, how much that frees, what stays. The focus starts on keeping everything. */
export function Confirm({
  plan,
  working,
  onKeep,
  onDelete,
}: {
  plan: Deletion;
  working: boolean;
  onKeep: () => void;
  onDelete: (commits: string[]) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [also, setAlso] = useState<Set<string>>(new Set());
  useEffect(() => box.current?.querySelector<HTMLElement>('.ca-keep')?.focus(), []);
  const going = plan.rows.filter((row) => !row.only_copy || also.has(row.key));
  const frees =
    going.length === plan.rows.length ? plan.frees : going.reduce((sum, row) => sum + row.frees, 0);
  const count = plan.rows.reduce((sum, row) => sum + row.commits.length, 0);
  return (
    <div
      class="hn-body roomy hn-stack loose"
      role="alertdialog"
      aria-labelledby="cq"
      aria-describedby="cd"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onKeep();
      }}
    >
      <h3 class="hn-h" id="cq">
        {say('ask', { count, size: formatBytes(plan.frees) })}
      </h3>
      <ul class="ca-list" id="cd">
        {plan.rows.map((row) => (
          <li key={row.key}>
            <span>
              <RepoId id={row.id} />{' '}
              <span class="hn-muted">
                {row.stays.length > 0
                  ? say('stays', { names: row.names.join(', '), rest: row.stays.join(', ') })
                  : say('goes', { names: row.names.join(', ') })}
              </span>
              {row.only_copy && <span class="hn-warn-t">{say('only_copy')}</span>}
            </span>
            <span>{formatBytes(row.frees)}</span>
          </li>
        ))}
      </ul>
      <p class="hn-s hn-muted">
        {plan.shared > 0 ? say('shared', { size: formatBytes(plan.shared) }) : say('again')}
      </p>
      {plan.rows
        .filter((row) => row.only_copy)
        .map((row) => (
          <label class="hn-checkrow" key={row.key}>
            <input
              type="checkbox"
              checked={also.has(row.key)}
              onChange={(event) => {
                const next = new Set(also);
                if (event.currentTarget.checked) next.add(row.key);
                else next.delete(row.key);
                setAlso(next);
              }}
            />
            <span>{say('delete_only', { repo: row.id })}</span>
          </label>
        ))}
      <div class="hn-line">
        <Button look="ca-keep" onClick={onKeep}>
          {say('keep')}
        </Button>
        <Button
          look="danger"
          off={working || going.length === 0}
          onClick={() => onDelete(going.flatMap((row) => row.commits))}
        >
          {working ? say('deleting') : say('delete_now', { size: formatBytes(frees) })}
        </Button>
      </div>
    </div>
  );
}
