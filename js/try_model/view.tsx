import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../shared/format';
import { useTrait } from '../shared/hooks';
import type { ViewProps } from '../shared/mount';
import { BusyPill, Button, EndpointPill, Icon, Mark, Notice, RepoId } from '../shared/parts';
import { Chat } from './chat';
import { Variables } from './drop';
import { Fields } from './fields';
import { Glyph } from './icons';
import type { Given, Place, TryModelModel } from './model';
import { Output, took } from './output';
import { type Run, type Runs, useRuns } from './runs';
import { TroubleNotice } from './trouble';
import { placeName, say, taskName, whereItGoes } from './words';

/** Try a model: give it something, see what it makes of it. */
export function TryView({ model, signal }: ViewProps<TryModelModel>) {
  const tried = useTrait(model, 'model');
  const task = useTrait(model, 'task');
  const fields = useTrait(model, 'fields');
  const places = useTrait(model, 'places');
  const place = useTrait(model, 'place');
  const phase = useTrait(model, 'phase');
  const endpoint = useTrait(model, 'endpoint');
  const lost = useTrait(model, 'trouble');
  const runs = useRuns(model, signal);
  const { ask, fail } = runs;
  const { run } = runs;
  const running = phase === 'running';
  const chat = fields.includes('messages');
  const label = say('try_name', { name: tried.id });
  const choose = (id: string) => void ask('choose_place', { place: id }).catch(fail);
  const again = () => void ask('look_again').catch(fail);
  const usable = places.some((one) => !one.off);

  return (
    <section class="hn" aria-label={label} aria-busy={phase === 'asking' || running}>
      <header class="hn-head">
        <Mark />
        <h2>{say('try')}</h2>
        <div class="hn-head-end">
          {runs.slow && <BusyPill />}
          <EndpointPill host={endpoint.host} local={endpoint.local} offline={endpoint.offline} />
        </div>
      </header>
      <div class="hn-bar slim">
        {tried.own ? <b class="hn-mono">{tried.id}</b> : <RepoId id={tried.id} />}
        {task && <span class="hn-badge plain">{taskName(task)}</span>}
        {places.length > 0 && !tried.own && usable && (
          <Where places={places} place={place} onChoose={choose} off={running} />
        )}
      </div>
      {phase === 'asking' && (
        <div class="hn-body">
          <p class="hn-line one" role="status">
            <span class="hn-spin" aria-hidden="true" />
            <span>{say('looking', { host: endpoint.host })}</span>
          </p>
        </div>
      )}
      {lost && phase === 'lost' && (
        <TroubleNotice trouble={lost} places={places} onPlace={choose} onAgain={again} />
      )}
      {phase !== 'asking' && phase !== 'lost' && fields.length === 0 && (
        <Notice
          kind="info"
          flat
          title={task ? say('other_task_title', { task: taskName(task) }) : say('no_task_title')}
          paragraphs={[task ? say('other_task_why') : say('no_task_why')]}
        />
      )}
      {phase !== 'asking' && phase !== 'lost' && fields.length > 0 && !usable && (
        <NotServed places={places} onAgain={again} />
      )}
      {run.problem && (
        <Notice
          kind="err"
          flat
          title={run.problem.title}
          paragraphs={run.problem.text ? [run.problem.text] : []}
        />
      )}
      {run.trouble && (
        <TroubleNotice
          trouble={run.trouble}
          places={places}
          onPlace={choose}
          onAgain={() => void runs.start(run.given)}
        />
      )}
      {fields.length > 0 && usable && phase !== 'lost' && (
        <>
          {chat ? (
            <>
              <Loading run={run} running={running} />
              <Chat name={tried.id.split('/').pop() ?? tried.id} running={running} runs={runs} />
            </>
          ) : (
            <Form fields={fields} running={running} runs={runs} />
          )}
          <footer class="hn-status">
            {whereItGoes(fields, place, endpoint, tried.own).map((text) => (
              <span key={text}>{text}</span>
            ))}
          </footer>
        </>
      )}
    </section>
  );
}

/** Where the model runs, to be chosen. */
function Where({
  places,
  place,
  onChoose,
  off,
}: {
  places: Place[];
  place: string;
  onChoose: (id: string) => void;
  off: boolean;
}) {
  const id = useId();
  return (
    <span class="hn-push hn-line tight tr-where">
      <label class="hn-s hn-muted" for={id}>
        {say('runs_on')}
      </label>
      <select
        class="hn-select auto s"
        id={id}
        value={place}
        disabled={off}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {places.map((one) => (
          <option key={one.id} value={one.id} disabled={one.off}>
            {one.missing
              ? say('place_missing', { place: placeName(one.id), packages: one.missing })
              : placeName(one.id)}
          </option>
        ))}
      </select>
    </span>
  );
}

/** Nobody serves the model: say what would make it run here. */
function NotServed({ places, onAgain }: { places: Place[]; onAgain: () => void }) {
  const kernel = places.find((one) => one.id === 'kernel');
  const why = kernel?.missing
    ? say('could_run_here', {
        size: kernel.bytes ? formatBytes(kernel.bytes) : '?',
        command: `pip install ${kernel.missing}`,
      })
    : say('cannot_run_here');
  return (
    <Notice kind="info" flat title={say('nobody_serves')} paragraphs={[why]}>
      <Button look="s" onClick={onAgain}>
        {say('check_again')}
      </Button>
    </Notice>
  );
}

/** What a person gives on one side, what comes of it on the other. */
function Form({ fields, running, runs }: { fields: string[]; running: boolean; runs: Runs }) {
  const [given, setGiven] = useState<Given>({});
  const recalled = useRef(false);
  const { run } = runs;
  useEffect(() => {
    if (recalled.current || Object.keys(run.given).length === 0) return;
    recalled.current = true;
    setGiven((before) => (Object.keys(before).length === 0 ? run.given : before));
  }, [run.given]);
  const start = () => void runs.start(given);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!running) start();
    } else if (event.key === 'Escape' && running) {
      event.preventDefault();
      runs.stop();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the fields within come by here
    <div class="tr-io" onKeyDown={onKeyDown}>
      <div>
        <Fields
          fields={fields}
          given={given}
          onGive={(field, value) => setGiven((before) => ({ ...before, [field]: value }))}
          runs={runs}
        />
        {fields.includes('table') && <TableVariable runs={runs} />}
        <div class="tr-run">
          {running ? (
            <Button onClick={runs.stop}>
              <Glyph name="stop" small />
              {say('stop')}
            </Button>
          ) : (
            <Button look="primary" icon="play" onClick={start}>
              {say('run')}
              <span class="hn-sr"> ({say('control_enter')})</span>
            </Button>
          )}
          <span class="hn-push hn-s hn-muted hide-s" aria-hidden="true">
            <kbd class="hn-kbd">Ctrl</kbd> <kbd class="hn-kbd">Enter</kbd>
          </span>
        </div>
        <Loading run={run} running={running} />
      </div>
      <Output runs={runs} given={given} />
    </div>
  );
}

/** A table of the notebook instead of a typed one. */
function TableVariable({ runs }: { runs: Runs }) {
  const [names, setNames] = useState<string[] | null>(null);
  const [taken, setTaken] = useState('');
  const list = () =>
    void runs
      .ask<string[]>('list_variables', { field: 'table' })
      .then((found) => setNames(names ? null : found))
      .catch(runs.fail);
  const choose = (name: string) =>
    void runs
      .ask<{ rows: number }>('use_variable', { field: 'table', name })
      .then(({ rows }) => {
        setNames(null);
        setTaken(say('table_taken', { name, count: rows }));
      })
      .catch(runs.fail);
  return (
    <div class="hn-stack">
      <div class="hn-line">
        <Button look="s" aria-expanded={names !== null} onClick={list}>
          {say('use_variable')}
          <Icon name="down" small />
        </Button>
        {taken && (
          <>
            <span class="hn-s hn-muted">{taken}</span>
            <Button
              look="s quiet"
              onClick={() => {
                setTaken('');
                void runs.ask('drop_file', { field: 'table' }).catch(runs.fail);
              }}
            >
              {say('use_typed_table')}
            </Button>
          </>
        )}
      </div>
      {names && <Variables names={names} onChoose={choose} />}
    </div>
  );
}

/** What is being waited for, with the time it has taken so far. */
function Loading({ run, running }: { run: Run; running: boolean }) {
  const [now, setNow] = useState(Date.now());
  const since = run.loading?.since ?? null;
  useEffect(() => {
    if (since === null || !running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [since, running]);
  if (!running || run.piece) return null;
  if (!run.loading) {
    return (
      <p class="hn-line one tr-wait" role="status">
        <span class="hn-spin" aria-hidden="true" />
        <span>{say('asking')}</span>
      </p>
    );
  }
  const { expected_s: expected, place } = run.loading;
  const sentence =
    expected === null
      ? say('loading_at', { place: placeName(place) })
      : say('loading_usually', { place: placeName(place), time: took(expected * 1000) });
  return (
    <p class="hn-line one tr-wait" role="status">
      <span class="hn-spin" aria-hidden="true" />
      <span>
        {sentence}{' '}
        <span class="hn-muted">{say('so_far', { time: took(Math.max(0, now - (since ?? now))) })}</span>
      </span>
    </p>
  );
}
