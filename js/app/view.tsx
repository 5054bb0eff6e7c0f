// biome-ignore-all lint/a11y/useSemanticElements: tabs have no element of their own
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAsking, useTrait } from '../shared/hooks';
import type { IconName } from '../shared/icon-shapes';
import type { AnyModel } from '../shared/model';
import type { Host, ViewProps } from '../shared/mount';
import { BusyPill, Button, EndpointPill, Icon, Mark, Notice, RepoId } from '../shared/parts';
import { request } from '../shared/request';
import type { AppModel, Tab } from './model';
import { say } from './words';

const TABS: [Tab, IconName, string][] = [
  ['browse', 'globe', 'browse()'],
  ['card', 'info', 'edit_card(…)'],
  ['transfers', 'swap', 'transfers()'],
  ['cache', 'shield', 'cache()'],
  ['try_model', 'play', 'try_model(…)'],
  ['login', 'eye', 'login()'],
];

/** All panels behind tabs. What was opened once stays as it is while another tab is shown. */
export function AppView({ model, signal, host }: ViewProps<AppModel>) {
  const tab = useTrait(model, 'tab');
  const running = useTrait(model, 'running');
  const endpoint = useTrait(model, 'endpoint');
  const repos = useTrait(model, 'repos');
  const references: Record<Tab, string | null> = {
    browse: useTrait(model, 'browse'),
    card: useTrait(model, 'card'),
    transfers: useTrait(model, 'transfers'),
    cache: useTrait(model, 'cache'),
    try_model: useTrait(model, 'try_model'),
    login: useTrait(model, 'login'),
  };
  const [shown, setShown] = useState<Tab>(tab);
  const [focused, setFocused] = useState<Tab | null>(null);
  const [visited, setVisited] = useState<Tab[]>([tab]);
  const { ask, problem, slow } = useAsking(model as AnyModel<never>, signal);
  useEffect(() => setShown(tab), [tab]);
  useEffect(() => setVisited((old) => (old.includes(shown) ? old : [...old, shown])), [shown]);

  const open = (next: Tab) => {
    setShown(next);
    void ask('show_tab', { tab: next });
  };
  const onKey = (event: KeyboardEvent) => {
    const row = event.currentTarget as HTMLElement;
    const at = TABS.findIndex(([name]) => name === (focused ?? shown));
    const step = getComputedStyle(row).direction === 'rtl' ? -1 : 1;
    const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = TABS[(to + TABS.length) % TABS.length];
    if (!next) return;
    setFocused(next[0]);
    row.querySelector<HTMLElement>(`[data-tab="${next[0]}"]`)?.focus();
  };

  return (
    <section class="hn" aria-label={say('app')}>
      <header class="sh-head">
        <Mark />
        <div class="hn-tabs" role="tablist" aria-label={say('tabs')} onKeyDown={onKey}>
          {TABS.map(([name, icon]) => (
            <button
              key={name}
              type="button"
              role="tab"
              class="hn-tab"
              id={`tab-${name}`}
              data-tab={name}
              aria-selected={shown === name}
              aria-controls={`panel-${name}`}
              title={say(name)}
              tabIndex={(focused ?? shown) === name ? 0 : -1}
              onClick={() => {
                setFocused(null);
                open(name);
              }}
            >
              <Icon name={icon} small />
              <span class="t">{say(name)}</span>
              {name === 'transfers' && running > 0 && (
                <span class="hn-count live">
                  <span aria-hidden="true">{running}</span>
                  <span class="hn-sr">{say('running', { count: running })}</span>
                </span>
              )}
            </button>
          ))}
        </div>
        <div class="hn-head-end">
          {slow && <BusyPill />}
          <EndpointPill host={endpoint.host} local={endpoint.local} offline={endpoint.offline} />
        </div>
      </header>
      {problem && <Notice kind="warn" flat title={problem.title} paragraphs={[problem.text]} />}
      {TABS.map(([name, , call]) => (
        <div
          key={name}
          role="tabpanel"
          id={`panel-${name}`}
          aria-labelledby={`tab-${name}`}
          hidden={shown !== name}
        >
          {(name === 'card' || name === 'try_model') && visited.includes(name) && (
            <OfARepo
              tab={name}
              repo={repos[name] ?? ''}
              suggest={() => request<string>(model as AnyModel<never>, 'suggest', {}, signal)}
              onOpen={(repo_id) => void ask('open_repo', { tab: name, repo_id })}
            />
          )}
          {references[name] && visited.includes(name) && (
            <Child reference={references[name]} host={host} call={call} key={references[name]} />
          )}
        </div>
      ))}
    </section>
  );
}

/** Another panel's own view. */
function Child({ reference, host, call }: { reference: string; host: Host; call: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    const ended = new AbortController();
    const show = async () => {
      const widget = await host.getWidget(reference);
      if (place.current && !ended.signal.aborted) {
        await widget.render({ el: place.current, signal: ended.signal });
      }
    };
    show().catch(() => setMissing(true));
    return () => ended.abort();
  }, [reference, host]);
  if (missing) return <p class="hn-body hn-muted">{say('missing', { call })}</p>;
  return <div class="sh-child" ref={place} />;
}

/** Which repository a tab is about: asked for first, changed later. */
function OfARepo({
  tab,
  repo,
  suggest,
  onOpen,
}: {
  tab: 'card' | 'try_model';
  repo: string;
  suggest: () => Promise<string>;
  onOpen: (repoId: string) => void;
}) {
  const [asking, setAsking] = useState(repo === '');
  const [text, setText] = useState(repo);
  useEffect(() => setAsking(repo === ''), [repo]);
  useEffect(() => {
    if (!asking || text) return;
    suggest()
      .then((found) => setText((typed) => typed || found))
      .catch(() => undefined);
  }, [asking]);
  const open = () => text.trim() && onOpen(text.trim());
  if (!asking) {
    return (
      <div class="hn-bar">
        <RepoId id={repo} />
        <Button look="s quiet" onClick={() => setAsking(true)}>
          {say('other_repo')}
        </Button>
      </div>
    );
  }
  return (
    <div class="hn-empty">
      <p class="hn-m" style="color:var(--hn-fg)">
        {say(tab === 'card' ? 'which_card' : 'which_model')}
      </p>
      <p>{say(tab === 'card' ? 'which_card_why' : 'which_model_why')}</p>
      <div class="sh-open">
        <input
          class="hn-input"
          value={text}
          placeholder={say('repo')}
          aria-label={say('repo')}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && open()}
        />
        <Button look="primary" onClick={open}>
          {say('open')}
        </Button>
      </div>
    </div>
  );
}
