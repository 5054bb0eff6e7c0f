import { useState } from 'preact/hooks';
import { useAsking, useTrait } from '../shared/hooks';
import type { AnyModel } from '../shared/model';
import type { ViewProps } from '../shared/mount';
import { BusyPill, IconButton, Notice } from '../shared/parts';
import type { Job, ProgressModel } from './model';
import { type Act, Bar, Info, JobRow } from './row';
import { announcement, countWords, isFinished, totalAnnouncement, totalFacts, type Wish } from './words';

/** One row for one transfer of the cell; for several, one line that unfolds. */
export function ProgressView({ model, signal }: ViewProps<ProgressModel>) {
  const jobs = useTrait(model, 'jobs');
  const totals = useTrait(model, 'totals');
  const [unfolded, setUnfolded] = useState(false);
  const [wishes, setWishes] = useState<Record<string, Wish>>({});
  const { ask, problem, slow } = useAsking(model as AnyModel<never>, signal);

  const act: Act = async (job, wish) => {
    setWishes((old) => ({ ...old, [job.id]: wish }));
    // the word changes at once; if the kernel refuses, it goes back to what is true
    const accepted = await ask(wish, { transfer_id: job.id });
    if (!accepted || wish === 'retry' || wish === 'undo') setWishes((old) => without(old, job.id));
  };
  const cancelAll = () => {
    for (const job of jobs) if (!isFinished(job.state)) void act(job, 'cancel');
    if (totals.active > jobs.filter((job) => !isFinished(job.state)).length) void ask('cancel_all');
  };
  const wishOf = (job: Job) => openWish(job, wishes[job.id] ?? null);
  const [first] = jobs;
  const single = jobs.length === 1 && totals.jobs === 1 && first ? first : null;

  return (
    <section class="hn" aria-label={single ? labelOf(single) : countWords(totals)}>
      {single ? (
        <JobRow job={single} wish={wishOf(single)} act={act} />
      ) : (
        <>
          <div class={`tx-mini ${totals.active > 0 ? 'run' : totals.failed > 0 ? 'bad' : 'ok'}`}>
            <Info
              icon={
                totals.active > 0 ? (totals.pulls > 0 ? 'pull' : 'push') : totals.failed > 0 ? 'err' : 'ok'
              }
              name={<span class="hn-b hn-nowrap">{countWords(totals)}</span>}
              phase={null}
              facts={totalFacts(totals, Math.max(0, ...jobs.map((job) => job.elapsed_s)))}
            />
            <span class="tx-act">
              {totals.active > 0 && <IconButton icon="x" label="Cancel all" onClick={cancelAll} />}
              <IconButton
                icon={unfolded ? 'down' : 'right'}
                label={unfolded ? 'Hide the transfers' : 'Show the transfers'}
                expanded={unfolded}
                onClick={() => setUnfolded(!unfolded)}
              />
            </span>
          </div>
          {totals.active > 0 && (
            <Bar
              label={countWords(totals)}
              done={totals.bytes_done}
              total={totals.bytes_total}
              skipped={0}
              look=""
            />
          )}
          {unfolded && (
            <ul class="tx-jobs">
              {jobs.map((job) => (
                <li key={job.id}>
                  <JobRow job={job} wish={wishOf(job)} act={act} />
                </li>
              ))}
              {totals.jobs > jobs.length && (
                <li class="tx-others hn-s hn-muted">{totals.jobs - jobs.length} more, finished</li>
              )}
            </ul>
          )}
        </>
      )}
      {slow && (
        <div class="tx-slow">
          <BusyPill />
        </div>
      )}
      {problem && <Notice kind="warn" flat title={problem.title} paragraphs={[problem.text]} />}
      <span class="hn-sr" role="status">
        {single ? announcement(single) : totalAnnouncement(totals)}
      </span>
    </section>
  );
}

function labelOf(job: Job): string {
  return `${job.kind === 'push' ? 'Push of' : 'Download of'} ${job.repo_id}`;
}

/** A wish ends when the state shows that it came true, or that it can't any more. */
function openWish(job: Job, wish: Wish | null): Wish | null {
  if (wish === 'retry' || wish === 'undo') return wish;
  if (wish === null || isFinished(job.state)) return null;
  if (wish === 'pause' && job.state === 'paused') return null;
  if (wish === 'resume' && job.state !== 'paused') return null;
  return wish;
}

function without(wishes: Record<string, Wish>, id: string): Record<string, Wish> {
  const { [id]: _, ...rest } = wishes;
  return rest;
}
