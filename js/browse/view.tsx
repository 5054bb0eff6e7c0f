import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useTrait } from '../shared/hooks';
import type { AnyModel } from '../shared/model';
import type { ViewProps } from '../shared/mount';
import { BusyPill, Button, EndpointPill, Mark } from '../shared/parts';
import { Glyph } from './icons';
import { Kernel, troubleOf } from './kernel';
import { KeyList } from './keys';
import type { BrowseModel, Kind } from './model';
import { Pulls } from './pulls';
import { RepoPage } from './repo';
import { SearchPage } from './search';
import { TroubleNotice } from './trouble';
import { say } from './words';

/** The repository that is open, or null while the search is shown. */
export interface Place {
  id: string;
  kind: Kind;
  revision: string;
}

/** What every part of the panel needs. */
export interface Context {
  kernel: Kernel;
  model: AnyModel<BrowseModel>;
  /** Say something to whoever listens instead of looking. */
  announce: (text: string) => void;
}

function placeOf(model: AnyModel<BrowseModel>): Place | null {
  const id = model.get('repo_id');
  return id === null ? null : { id, kind: model.get('repo_type'), revision: model.get('revision') };
}

export function BrowseView({ model, signal }: ViewProps<BrowseModel>) {
  const endpoint = useTrait(model, 'endpoint');
  const pulls = useTrait(model, 'pulls');
  const [busy, setBusy] = useState(false);
  const [late, setLate] = useState(false);
  const [status, setStatus] = useState('');
  const [place, setPlace] = useState(() => placeOf(model));
  const [keys, setKeys] = useState(false);
  const [searched, setSearched] = useState(place === null);
  const [problem, setProblem] = useState<unknown>(null);
  const [backTo, setBackTo] = useState<string | null>(null);
  const arrived = useRef(false);
  const section = useRef<HTMLElement>(null);
  const kernel = useMemo(
    () => new Kernel(model as AnyModel<never>, signal, setBusy, setLate),
    [model, signal],
  );
  const announce = useCallback((text: string) => setStatus(text), []);
  const context = useMemo<Context>(() => ({ kernel, model, announce }), [kernel, model, announce]);

  const open = useCallback((next: Place) => {
    setProblem(null);
    arrived.current = true;
    setPlace(next);
  }, []);
  const home = useCallback(() => {
    setBackTo(placeOf(model)?.id ?? null);
    setPlace(null);
    setSearched(true);
    kernel.call('go_home').catch(setProblem);
  }, [kernel, model]);

  // a program may move the panel: what it sets wins
  useEffect(() => {
    const follow = () => {
      const next = placeOf(model);
      setPlace((now) => {
        if (samePlace(now, next)) return now;
        arrived.current = false;
        return next;
      });
      if (next === null) setSearched(true);
    };
    for (const name of ['repo_id', 'repo_type', 'revision'] as const) model.on(`change:${name}`, follow);
    return () => {
      for (const name of ['repo_id', 'repo_type', 'revision'] as const) model.off(`change:${name}`, follow);
    };
  }, [model]);

  const pull = async (id: string, kind: Kind) => {
    setProblem(null);
    try {
      await kernel.ask('pull_repo', { repo_id: id, repo_type: kind });
      announce(say('pull_started', { name: id }));
    } catch (error) {
      if (troubleOf(error)) setProblem(error);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const typing = (event.composedPath()[0] as Element).matches(
      'input[type="text"], input[type="search"], textarea',
    );
    if (event.key === '?' && !typing) {
      event.preventDefault();
      setKeys(!keys);
    } else if (event.key === '/' && !typing) {
      const field = section.current?.querySelector<HTMLElement>(
        '[data-page]:not([hidden]) [data-find]:not([hidden])',
      );
      if (field) {
        event.preventDefault();
        field.focus();
      }
    } else if (event.key === 'F6') {
      event.preventDefault();
      nextRegion(section.current, event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && keys) {
      event.preventDefault();
      setKeys(false);
    }
  };

  const trouble = problem ? troubleOf(problem) : null;
  return (
    <section class="hn" ref={section} aria-label={place ? place.id : say('browse_hub')} onKeyDown={onKeyDown}>
      <header class="hn-head" data-region>
        <Mark />
        <h2>{say('browse')}</h2>
        <div class="hn-head-end">
          {busy && <BusyPill />}
          <EndpointPill host={endpoint.host} local={endpoint.local} offline={endpoint.offline} />
          <button
            type="button"
            class="hn-btn icon s quiet"
            aria-label={say('keyboard')}
            title={say('keyboard')}
            aria-expanded={keys}
            onClick={() => setKeys(!keys)}
          >
            <Glyph name="keys" />
          </button>
        </div>
      </header>
      {keys && <KeyList onClose={() => setKeys(false)} />}
      {endpoint.offline && (
        <div class="br-strip hn-s">
          <Glyph name="offline" small />
          <span>{say('working_offline')}</span>
        </div>
      )}
      {late && (
        <div class="br-strip hn-s" data-region>
          <span class="hn-spin" aria-hidden="true" />
          <span>{say('still_waiting', { host: endpoint.host })}</span>
          <Button
            look="s hn-push"
            onClick={() =>
              kernel.stopWaiting({ kind: 'stopped', title: '', text: '', details: '', host: endpoint.host })
            }
          >
            {say('stop_waiting')}
          </Button>
        </div>
      )}
      {trouble && (
        <div class="br-pad">
          <TroubleNotice trouble={trouble} name={place?.id ?? ''} />
        </div>
      )}
      {searched && (
        <SearchPage
          context={context}
          hidden={place !== null}
          backTo={backTo}
          onOpen={(id, kind) => open({ id, kind, revision: 'main' })}
          onPull={pull}
        />
      )}
      {place && (
        <RepoPage
          key={`${place.kind} ${place.id}`}
          context={context}
          place={place}
          pulls={pulls}
          arrived={arrived.current}
          onRevision={(revision) => open({ ...place, revision })}
          onHome={home}
        />
      )}
      <Pulls context={context} pulls={pulls} />
      <span class="hn-sr" role="status">
        {status}
      </span>
    </section>
  );
}

function samePlace(one: Place | null, other: Place | null): boolean {
  if (one === null || other === null) return one === other;
  return one.id === other.id && one.kind === other.kind && one.revision === other.revision;
}

/** Move the focus to the next part of the panel: head, tools, content, foot. */
function nextRegion(section: HTMLElement | null, step: number): void {
  if (!section) return;
  const regions = [...section.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (one) => one.getClientRects().length > 0,
  );
  const focused = (section.getRootNode() as ShadowRoot).activeElement;
  const at = regions.findIndex((one) => one.contains(focused));
  for (let count = 1; count <= regions.length; count += 1) {
    const region = regions[(at + step * count + regions.length * 2) % regions.length];
    const target = region?.querySelector<HTMLElement>(
      'input:not([disabled]):not([tabindex="-1"]), [tabindex="0"], button:not([tabindex="-1"]), a[href]',
    );
    if (target) {
      target.focus();
      return;
    }
  }
}
