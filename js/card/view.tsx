import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { say as common } from '../shared/common-words';
import { useAsking, useTrait } from '../shared/hooks';
import type { AnyModel } from '../shared/model';
import type { ViewProps } from '../shared/mount';
import { BusyPill, Button, EndpointPill, Mark, Notice, RepoId } from '../shared/parts';
import { request } from '../shared/request';
import { Changes } from './changes';
import { CommitBar, type Where } from './commit';
import { ConflictView } from './conflict';
import type { Caret, Editor } from './editor';
import { Form } from './form';
import { Keys } from './keys';
import type { CardModel, CardProblem, Choices, Difference } from './model';
import { Preview } from './preview';
import { Problems } from './problems';
import { PushResult } from './result';
import { Status } from './status';
import { Tools } from './tools';
import { useText } from './use-text';
import { momentOf, say } from './words';
import { Write } from './write';

type Region = 'meta' | 'write' | 'view';

/** The card editor: form, text, preview, problems, changes and the push. */
export function CardEditor({ model, signal }: ViewProps<CardModel>) {
  const plain = model as unknown as AnyModel<never>;
  const phase = useTrait(model, 'phase');
  const endpoint = useTrait(model, 'endpoint');
  const home = useTrait(model, 'home');
  const draft = useTrait(model, 'draft');
  const permission = useTrait(model, 'permission');
  const pushed = useTrait(model, 'pushed');
  const conflict = useTrait(model, 'conflict');
  const trouble = useTrait(model, 'trouble');
  const savedAt = useTrait(model, 'saved_at');
  const { ask, problem, slow, clear } = useAsking(plain, signal);
  const card = useText(model, signal);
  const [region, setRegion] = useState<Region>('write');
  const [comparing, setComparing] = useState<'' | 'text' | 'draft'>('');
  const [difference, setDifference] = useState<Difference | null>(null);
  const [counts, setCounts] = useState<Difference | null>(null);
  const [choices, setChoices] = useState<Choices>({});
  const [message, setMessage] = useState<string | null>(null);
  const [chosen, setWhere] = useState<Where>('branch');
  const [pushing, setPushing] = useState(false);
  const [caret, setCaret] = useState<Caret>({ line: 1, column: 1 });
  const [line, setLine] = useState(1);
  const [keys, setKeys] = useState(false);
  const editor = useRef<Editor | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const section = useRef<HTMLElement>(null);
  const where: Where = permission.may === 'pull_request' ? 'pull_request' : chosen;
  const problems = card.answer?.problems ?? [];
  const errors = problems.filter((one) => one.severity === 'error').length;
  const busy = slow || card.slow;

  useEffect(() => {
    request<Choices>(plain, 'choices', {}, signal).then(setChoices, () => {});
  }, [plain, signal]);

  // the numbers beside "Changes" follow the typing after a short rest
  useEffect(() => {
    if (!card.answer?.changed) {
      setCounts(null);
      return;
    }
    const timer = setTimeout(() => {
      request<Difference>(plain, 'changes', { text: card.now().text }, signal).then(setCounts, () => {});
    }, 600);
    return () => clearTimeout(timer);
  }, [card.answer, plain, signal, card.now]);

  const compare = (what: 'text' | 'draft') => {
    setComparing(what);
    setDifference(null);
    const asked =
      what === 'draft'
        ? request<Difference>(plain, 'draft_changes', {}, signal)
        : request<Difference>(plain, 'changes', { text: card.now().text }, signal);
    asked.then(setDifference, () => setComparing(''));
  };
  const push = async (to: Where = where) => {
    setPushing(true);
    const { text, version } = card.now();
    await ask('push', {
      text,
      version,
      message: message?.trim() || say('message_default'),
      as_pull_request: to === 'pull_request',
    });
    setPushing(false);
  };
  const go = (one: Caret) => {
    setComparing('');
    setRegion('write');
    requestAnimationFrame(() => editor.current?.goTo(one));
  };
  const fix = ({ code, line, column }: CardProblem, choice: number) =>
    void card.change('fix', { code, line, column, choice });
  const nextProblem = (step: number) => {
    if (problems.length === 0) return;
    const at = problems.findIndex(
      (one) => one.line > caret.line || (one.line === caret.line && one.column >= caret.column),
    );
    const here = problems[at];
    const onIt = here?.line === caret.line && here.column === caret.column;
    const from = at < 0 ? problems.length : at;
    const next = step > 0 ? (onIt ? from + 1 : from) : from - 1;
    const target = problems[(next + problems.length) % problems.length];
    if (target) go(target);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const combined = event.ctrlKey || event.metaKey;
    const act = (work: () => void) => {
      event.preventDefault();
      event.stopPropagation();
      work();
    };
    if (event.key === 'F6') act(() => walkRegions(section.current, event.shiftKey ? -1 : 1));
    else if (event.key === 'F8') act(() => nextProblem(event.shiftKey ? -1 : 1));
    else if (combined && event.shiftKey && event.key.toLowerCase() === 'd') {
      act(() => (comparing ? setComparing('') : compare('text')));
    } else if (combined && event.key === 's') act(() => void ask('keep'));
    else if (combined && event.key === 'Enter') act(() => field.current?.focus());
    else if (combined && event.key === '.') {
      const here = problems.find((one) => one.line === caret.line && one.fixes.length > 0);
      act(() => here && fix(here, 0));
    }
  };

  const marks = useMemo(() => problems, [card.answer]);
  const blocks = card.answer?.blocks ?? [];
  const name = home.id || home.title || home.file;

  return (
    <section class="hn" aria-label={say('card_editor', { name })} ref={section} onKeyDown={onKeyDown}>
      <header class="hn-head">
        <Mark />
        <h2>{home.id ? <RepoId id={home.id} /> : <bdi>{name}</bdi>}</h2>
        <div class="hn-head-end">
          {busy && <BusyPill />}
          {home.id && <EndpointPill host={endpoint.host} local={endpoint.local} offline={endpoint.offline} />}
          <Button
            look="icon s quiet"
            aria-label={say('more')}
            title={say('more')}
            aria-expanded={keys}
            onClick={() => setKeys(!keys)}
          >
            ?
          </Button>
        </div>
      </header>
      {keys && <Keys />}
      {problem && (
        <Notice kind="err" flat title={problem.title} paragraphs={[problem.text]}>
          <Button look="s" onClick={clear}>
            {say('close')}
          </Button>
        </Notice>
      )}
      {card.problem && (
        <Notice
          kind="err"
          flat
          title={card.problem.title}
          paragraphs={[card.problem.text, say('kernel_lost')]}
        >
          <Button look="s" onClick={() => void navigator.clipboard.writeText(card.now().text)}>
            {say('copy_text')}
          </Button>
        </Notice>
      )}
      {phase === 'loading' && (
        <p class="cd-load hn-line one" role="status">
          <span class="hn-spin" aria-hidden="true" /> {say('reading')}
        </p>
      )}
      {phase === 'failed' && trouble && (
        <Notice kind="err" flat title={trouble.title} paragraphs={[trouble.text]}>
          <Button look="s" onClick={() => void ask('reopen')}>
            {common('try_again')}
          </Button>
        </Notice>
      )}
      {phase === 'editing' && draft && (
        <Notice
          kind="info"
          flat
          icon="clock"
          title={say('draft_found', { when: momentOf(draft.saved_at) })}
          paragraphs={[say('draft_differs', { added: draft.added, removed: draft.removed })]}
        >
          <Button look="s primary" onClick={() => void ask('continue_draft').then(() => setComparing(''))}>
            {say('continue_draft')}
          </Button>
          <Button look="s" onClick={() => compare('draft')}>
            {say('show_changes')}
          </Button>
          <Button
            look="s danger-quiet quiet"
            onClick={() => void ask('discard_draft').then(() => setComparing(''))}
          >
            {say('discard')}
          </Button>
        </Notice>
      )}
      {pushed && (
        <PushResult
          pushed={pushed}
          home={home}
          undoing={pushing}
          onUndo={() => {
            setPushing(true);
            void ask('undo_push').then(() => setPushing(false));
          }}
          onClose={() => void ask('close_result')}
        />
      )}
      {phase === 'editing' && conflict && (
        <ConflictView
          key={conflict.commit}
          conflict={conflict}
          onFinish={(picked) => void ask('resolve', { choices: picked })}
          onCancel={() => void ask('cancel_merge')}
          onPullRequest={() => void push('pull_request')}
        />
      )}
      {/* the editor stays where it is, hidden, while something else is shown: nothing typed is lost */}
      <div hidden={phase !== 'editing' || conflict !== null}>
        {permission.may === 'pull_request' && (
          <Notice
            kind="info"
            flat
            title={say('cannot_push', { owner: home.id.split('/')[0] ?? '' })}
            paragraphs={[]}
          />
        )}
        <Tools
          home={home}
          comparing={comparing !== ''}
          counts={counts}
          model={plain}
          signal={signal}
          onEdit={() => setComparing('')}
          onCompare={() => compare('text')}
          onFill={(variable) => void card.change('fill', { name: variable })}
          onSection={(title) => {
            const text = card.now().text.replace(/\s*$/, '');
            const next = `${text}\n\n## ${title}\n\n`;
            editor.current?.setText(next, false);
            go({ line: next.split('\n').length, column: 1 });
          }}
          onUndo={() => editor.current?.undo()}
        />
        {comparing !== '' && <Changes difference={difference} label={say('changes_label')} />}
        <div hidden={comparing !== ''}>
          <Tabs region={region} errors={errors} onRegion={setRegion} />
          <div class="cd-panes">
            <section class={`meta ${region === 'meta' ? 'is-cur' : ''}`} aria-label={say('metadata')}>
              <div class="cd-pane-h">{say('metadata')}</div>
              <Form
                form={card.answer ? card.answer.form : []}
                choices={choices}
                problems={problems}
                text={card.text}
                lines={(card.answer?.block_lines ?? 0) + 2}
                onField={(key, value) => void card.change('set_field', { key, value })}
                onResult={(place, name, value) =>
                  void card.change('set_result', { place, field: name, value })
                }
                onRemoveResult={(place) => void card.change('remove_result', { place })}
                onYaml={() => {
                  go({ line: 2, column: 1 });
                  requestAnimationFrame(() => editor.current?.fold(false));
                }}
              />
            </section>
            <div class={`write ${region === 'write' ? 'is-cur' : ''}`}>
              <div class="cd-pane-h">{say('write')}</div>
              <Write
                model={plain}
                signal={signal}
                text={card.text}
                outside={card.outside}
                marks={marks}
                onChange={card.type}
                onCaret={setCaret}
                onScroll={setLine}
                onReady={(one) => {
                  editor.current = one;
                  one.mark(marks);
                }}
              />
            </div>
            <section class={`view ${region === 'view' ? 'is-cur' : ''}`} aria-label={say('preview')}>
              <div class="cd-pane-h">
                {say('preview')}
                <span class="hn-push">{say('scrolls_along')}</span>
              </div>
              <Preview blocks={blocks} line={line} model={plain} signal={signal} />
            </section>
          </div>
          <Problems problems={problems} onGo={go} onFix={fix} onFixAll={() => void card.change('fix_all')} />
        </div>
        <CommitBar
          field={field}
          home={home}
          permission={permission}
          message={message ?? say('message_default')}
          where={where}
          errors={errors}
          changed={card.answer?.changed ?? false}
          pushing={pushing}
          onMessage={setMessage}
          onWhere={setWhere}
          onPush={() => void push()}
        />
        <Status answer={card.answer} caret={caret} savedAt={savedAt} busy={busy} />
      </div>
    </section>
  );
}

function Tabs({
  region,
  errors,
  onRegion,
}: {
  region: Region;
  errors: number;
  onRegion: (one: Region) => void;
}) {
  const tabs: [Region, string][] = [
    ['meta', say('metadata')],
    ['write', say('write')],
    ['view', say('preview')],
  ];
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = (tabs.findIndex(([one]) => one === region) + step + tabs.length) % tabs.length;
    const next = tabs[at]?.[0];
    if (!next) return;
    onRegion(next);
    row.current?.querySelectorAll<HTMLElement>('button')[at]?.focus();
  };
  return (
    <div class="cd-tabs hn-tabs" role="tablist" aria-label={say('view')} ref={row} onKeyDown={move}>
      {tabs.map(([one, words]) => (
        <button
          key={one}
          class="hn-tab"
          role="tab"
          type="button"
          aria-selected={region === one}
          tabIndex={region === one ? 0 : -1}
          onClick={() => onRegion(one)}
        >
          {words}
          {one === 'meta' && errors > 0 && <span class="hn-count err">{errors}</span>}
        </button>
      ))}
    </div>
  );
}

const REGIONS = '.hn-head, .hn-bar, .cd-tabs, .meta, .write, .view, .cd-prob, .cd-commit';
const STOPS =
  'button:not([tabindex="-1"]), input, select, textarea, [contenteditable="true"], iframe, a[href]';

/** F6: to the first stop of the next region that can be seen. */
function walkRegions(section: HTMLElement | null, step: number): void {
  if (!section) return;
  const regions = [...section.querySelectorAll<HTMLElement>(REGIONS)].filter(
    (one) => one.offsetParent !== null && one.querySelector(STOPS),
  );
  const active = (section.getRootNode() as ShadowRoot).activeElement;
  const at = regions.findIndex((one) => active !== null && one.contains(active));
  const next = regions[(at + step + regions.length) % regions.length];
  const stops = [...(next?.querySelectorAll<HTMLElement>(STOPS) ?? [])];
  stops.find((one) => one.offsetParent !== null)?.focus();
}
