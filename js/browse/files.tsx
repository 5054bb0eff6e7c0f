import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { say as common } from '../shared/common-words';
import { formatBytes } from '../shared/format';
import { useTrait } from '../shared/hooks';
import { Button } from '../shared/parts';
import { CodeBox } from './codebox';
import { Glyph } from './icons';
import { type Answer, troubleOf } from './kernel';
import type { Facts, Look, Pull, Trouble } from './model';
import { Preview } from './preview';
import type { Tab } from './repo';
import { fullNumber } from './show';
import { CACHED, FileTree, matcherOf, readColumns } from './tree';
import { TreeGrid } from './treegrid';
import { TroubleNotice } from './trouble';
import type { Context, Place } from './view';
import { say } from './words';

const CHOICE_PAUSE_MS = 80;
const SKELETON_AFTER_MS = 200;

type ListAnswer = Answer<{ commit: string; count: number; whole: boolean }>;

/** What is shown of a file: on its way, here, or not to be had. */
export interface Shown {
  path: string;
  look: Look | null;
  buffers: DataView[];
  trouble: Trouble | null;
}

/** The tree of files, a look into one of them, and what can be done with those that are chosen. */
export function FilesPane({
  context,
  place,
  facts,
  pulls,
  onCount,
}: {
  context: Context;
  place: Place;
  facts: Facts;
  pulls: readonly Pull[];
  onCount: (tab: Tab, count: number | null) => void;
}) {
  const { kernel, model, announce } = context;
  const [tree, setTree] = useState<FileTree | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [filter, setFilter] = useState('');
  const [, setVersion] = useState(0);
  const [shown, setShown] = useState<Shown | null>(null);
  const [code, setCode] = useState(false);
  const [late, setLate] = useState(false);
  const [pulling, setPulling] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const looked = useRef('');
  const chosen = useTrait(model, 'chosen');
  const redraw = () => setVersion((old) => old + 1);

  const load = useCallback(async () => {
    setTrouble(null);
    try {
      let newest = 0;
      const take = async (answer: ListAnswer) => {
        newest += 1;
        const mine = newest;
        const columns = await readColumns(answer);
        if (mine !== newest) return; // the whole came while its beginning was read
        const made = new FileTree(columns);
        const now = model.get('chosen');
        if (now.commit === columns.commit && columns.whole) made.readBits(now.bits);
        setTree(made);
        onCount('files', columns.whole ? made.fileCount : null);
      };
      const whole = await kernel.ask<ListAnswer['result']>(
        'list_files',
        {},
        (part) => void take(part as ListAnswer),
      );
      await take(whole);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  }, [kernel, model, onCount]);
  useEffect(() => {
    void load();
  }, [load, facts.commit]);
  useEffect(() => {
    const wait = setTimeout(() => setLate(true), SKELETON_AFTER_MS);
    return () => clearTimeout(wait);
  }, []);
  // a choice that a program, or another view, made
  useEffect(() => {
    if (!tree || chosen.by === kernel.view || chosen.commit !== tree.columns.commit) return;
    tree.readBits(chosen.bits);
    setVersion((old) => old + 1);
  }, [chosen, tree, kernel]);
  // what was pulled is in the cache now
  const done = pulls.filter((one) => one.state === 'done' && one.repo_id === facts.id).length;
  useEffect(() => {
    if (!done || !tree) return;
    kernel
      .call<number[] | null>('cached_now')
      .then((files) => {
        for (const file of files ?? []) tree.columns.facts[file] = (tree.columns.facts[file] ?? 0) | CACHED;
        setVersion((old) => old + 1);
      })
      .catch(() => {});
  }, [done, tree, kernel]);

  const look = async (path: string) => {
    looked.current = path;
    setShown((old) => ({ path, look: null, buffers: [], trouble: null, ...(old?.path === path ? old : {}) }));
    try {
      const { result, buffers } = await kernel.ask<Look>('look', { path });
      if (looked.current !== path) return;
      setShown({ path, look: result, buffers, trouble: null });
      announce(say('preview_of', { name: path }));
    } catch (error) {
      const problem = troubleOf(error);
      if (problem && looked.current === path) setShown({ path, look: null, buffers: [], trouble: problem });
    }
  };
  // another revision: the file that is looked at, as it is there
  useEffect(() => {
    if (!tree?.columns.whole || !shown) return;
    if (tree.find(shown.path) === null) setShown(null);
    else if (shown.look) void look(shown.path);
  }, [tree?.columns.commit]);

  const onChosen = () => {
    redraw();
    if (!tree?.columns.whole) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const { files } = tree.chosenTotals;
      kernel
        .call('choose', { commit: tree.columns.commit, bits: tree.bits(), by: kernel.view })
        .catch((error) => setTrouble(troubleOf(error)));
      announce(say('n_chosen', { count: files }));
    }, CHOICE_PAUSE_MS);
  };
  const pull = async (everything: boolean) => {
    setPulling(true);
    try {
      clearTimeout(timer.current);
      if (tree && !everything) {
        await kernel.call('choose', { commit: tree.columns.commit, bits: tree.bits(), by: kernel.view });
      }
      await kernel.ask('pull', { everything });
      announce(say('pull_started', { name: facts.id }));
    } catch (error) {
      setTrouble(troubleOf(error));
    } finally {
      setPulling(false);
    }
  };

  if (!tree) {
    return trouble ? (
      <div class="br-pad">
        <TroubleNotice trouble={trouble} name={facts.id} onRetry={() => void load()} />
      </div>
    ) : (
      <div class="br-pad" aria-busy="true">
        {late &&
          [60, 44, 52].map((width) => (
            <p key={width}>
              <span class="hn-skel" style={{ '--w': `${width}%` }} />
            </p>
          ))}
      </div>
    );
  }
  const totals = tree.chosenTotals;
  const whole = tree.columns.whole;
  const canPull = whole && facts.access && !facts.offline && !pulling;
  return (
    <>
      {trouble && (
        <div class="br-pad">
          <TroubleNotice trouble={trouble} name={facts.id} onRetry={() => void load()} />
        </div>
      )}
      <div class="br-files">
        <TreeGrid
          key={tree.columns.commit}
          context={context}
          tree={tree}
          filter={filter}
          matcher={matcherOf(filter)}
          offline={facts.offline}
          looking={shown?.path ?? null}
          onFilter={setFilter}
          onLook={(path) => void look(path)}
          onChosen={onChosen}
        />
        <div class="br-pv" data-region>
          {shown ? (
            <Preview
              key={shown.path}
              shown={shown}
              context={context}
              facts={facts}
              onRetry={() => void look(shown.path)}
            />
          ) : (
            <div class="hn-empty">
              <Glyph name="file" />
              <p>{say('look_hint')}</p>
            </div>
          )}
        </div>
      </div>
      {code && (
        <CodeBox
          place={place}
          commit={facts.commit}
          paths={totals.files === 0 || totals.files === tree.fileCount ? [] : tree.chosenPaths(51)}
          announce={announce}
          onClose={() => setCode(false)}
        />
      )}
      <footer class="hn-foot" data-region>
        <span class="br-sum">
          <span>
            {totals.files > 0
              ? say('chosen_of', {
                  chosen: fullNumber(totals.files),
                  files: common('files', { count: tree.fileCount }),
                  size: formatBytes(totals.bytes),
                })
              : `${common('files', { count: tree.fileCount })}, ${formatBytes(tree.totalBytes)}`}
          </span>
          <span class="hn-s hn-muted">
            {whole
              ? say('from_revision', { revision: facts.revision, commit: (facts.commit ?? '').slice(0, 7) })
              : say('list_goes_on')}
          </span>
        </span>
        <span class="hn-line hn-push">
          <Button aria-expanded={code} onClick={() => setCode(!code)}>
            <Glyph name="code" small />
            {say('copy_code')}
          </Button>
          <Button off={!canPull} title={canPull ? undefined : whyNot(facts)} onClick={() => void pull(true)}>
            {say('pull_all', { size: formatBytes(tree.totalBytes) })}
          </Button>
          <Button
            look="primary"
            off={!canPull || totals.files === 0}
            title={totals.files === 0 ? say('choose_first') : canPull ? undefined : whyNot(facts)}
            onClick={() => void pull(false)}
          >
            <Glyph name="pull" small />
            {say('pull_selection')}
          </Button>
        </span>
      </footer>
    </>
  );
}

function whyNot(facts: Facts): string {
  if (facts.offline) return say('working_offline');
  return facts.access ? say('list_goes_on') : say('gated_title');
}
