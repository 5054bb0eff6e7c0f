import { useRef, useState } from 'preact/hooks';
import type { AnyModel } from '../shared/model';
import { Button, Icon } from '../shared/parts';
import { request } from '../shared/request';
import { Glyph } from './icons';
import type { Difference, Home } from './model';
import { Segment } from './segment';
import { say } from './words';

interface Candidate {
  name: string;
  kind: string;
  words: string;
}

interface ToolsProps {
  home: Home;
  comparing: boolean;
  counts: Difference | null;
  model: AnyModel<never>;
  signal: AbortSignal;
  onEdit: () => void;
  onCompare: () => void;
  onFill: (name: string) => void;
  onSection: (title: string) => void;
  onUndo: () => void;
}

/** Edit or compare, where the card began, and what can be added. */
export function Tools(props: ToolsProps) {
  const { home, comparing, counts, model, signal } = props;
  const [menu, setMenu] = useState<'' | 'fill' | 'section'>('');
  const [candidates, setCandidates] = useState<Candidate[] | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const open = (which: 'fill' | 'section', event: Event) => {
    opener.current = event.currentTarget as HTMLElement;
    setMenu(menu === which ? '' : which);
    if (which === 'fill') {
      setCandidates(null);
      request<Candidate[]>(model, 'candidates', {}, signal).then(setCandidates, () => setCandidates([]));
    }
  };
  const choose = (work: () => void) => {
    setMenu('');
    opener.current?.focus();
    work();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || menu === '') return;
    event.preventDefault();
    event.stopPropagation();
    choose(() => {});
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes what a button in it opened
    <div onKeyDown={onKeyDown}>
      <div class="hn-bar slim">
        <Segment<'edit' | 'changes'>
          label={say('view')}
          value={comparing ? 'changes' : 'edit'}
          options={[
            ['edit', say('edit')],
            [
              'changes',
              <>
                {say('changes')}
                {counts && (
                  <span class="hn-muted">
                    +{counts.added} −{counts.removed}
                  </span>
                )}
              </>,
            ],
          ]}
          onChoose={(one) => (one === 'edit' ? props.onEdit() : props.onCompare())}
        />
        <span class="hn-s hn-muted">{place(home)}</span>
        <span class="hn-push hn-line tight">
          <Button look="s" aria-expanded={menu === 'fill'} onClick={(event) => open('fill', event)}>
            <Glyph name="bolt" />
            {say('fill')}
          </Button>
          <Button
            look="s"
            icon="plus"
            aria-expanded={menu === 'section'}
            onClick={(event) => open('section', event)}
          >
            {say('section')}
            <Icon name="down" small />
          </Button>
          <Button look="icon s quiet" aria-label={say('undo')} title={say('undo')} onClick={props.onUndo}>
            <Glyph name="undo" />
          </Button>
        </span>
      </div>
      {menu === 'fill' && (
        <section class="hn-pop cd-pop" aria-label={say('fill_title')}>
          {candidates?.length === 0 && <p class="hn-s hn-muted">{say('fill_none')}</p>}
          {candidates?.map((one) => (
            <button
              key={one.name}
              type="button"
              class="hn-opt"
              onClick={() => choose(() => props.onFill(one.name))}
            >
              <bdi class="hn-mono">{one.name}</bdi>
              <span class="hn-muted hn-s">{one.words}</span>
            </button>
          ))}
        </section>
      )}
      {menu === 'section' && (
        <section class="hn-pop cd-pop" aria-label={say('section')}>
          {(
            [
              'section_usage',
              'section_data',
              'section_evaluation',
              'section_limits',
              'section_citation',
            ] as const
          ).map((one) => (
            <button
              key={one}
              type="button"
              class="hn-opt"
              onClick={() => {
                setMenu('');
                props.onSection(say(one));
              }}
            >
              {say(one)}
            </button>
          ))}
        </section>
      )}
    </div>
  );
}

function place({ id, local, file, revision, commit }: Home): string {
  if (local) return say('local_file', { file });
  if (!id) return say('no_home');
  return commit
    ? say('began_from', { file, revision, commit: commit.slice(0, 7) })
    : say('new_card', { file, revision });
}
