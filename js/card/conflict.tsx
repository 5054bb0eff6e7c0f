import { useState } from 'preact/hooks';
import { Button } from '../shared/parts';
import { Glyph } from './icons';
import type { Conflict, OneConflict } from './model';
import { Segment } from './segment';
import { ago, say } from './words';

type Choice = 'mine' | 'theirs' | 'both' | 'edit';

interface ConflictProps {
  conflict: Conflict;
  onFinish: (choices: (string | { edit: string })[]) => void;
  onCancel: () => void;
  onPullRequest: () => void;
}

/** The Hub moved on while the card was written: nothing is pushed until somebody has decided. */
export function ConflictView({ conflict, onFinish, onCancel, onPullRequest }: ConflictProps) {
  const [choices, setChoices] = useState<(Choice | null)[]>(() => conflict.conflicts.map(() => null));
  const [edits, setEdits] = useState<string[]>(() => conflict.conflicts.map((one) => one.mine));
  const left = choices.filter((one) => one === null).length;
  const finish = () =>
    onFinish(choices.map((one, at) => (one === 'edit' ? { edit: edits[at] ?? '' } : (one ?? 'mine'))));
  return (
    <>
      <div class="hn-notice flat row warn" role="alert">
        <Glyph name="merge" />
        <span>
          <b class="hn-m">
            {conflict.author
              ? say('conflict_by', { author: conflict.author, when: ago(conflict.when) })
              : say('conflict_title')}
          </b>{' '}
          {conflict.commit &&
            `(${conflict.commit.slice(0, 7)}${conflict.message ? `, “${conflict.message}”` : ''}) `}
          {say('conflict_joined', { count: conflict.joined })}{' '}
          {say('conflict_need', { count: conflict.conflicts.length })}
        </span>
        <span class="hn-line">
          <Button look="s" onClick={onPullRequest}>
            {say('push_mine')}
          </Button>
        </span>
      </div>
      {conflict.conflicts.map((one, at) => (
        <OneConflictView
          key={`${one.part}${one.line}`}
          conflict={one}
          author={conflict.author}
          place={say('conflict_of', { number: at + 1, total: conflict.conflicts.length })}
          choice={choices[at] ?? null}
          edit={edits[at] ?? ''}
          onChoice={(choice) => setChoices(choices.with(at, choice))}
          onEdit={(text) => setEdits(edits.with(at, text))}
        />
      ))}
      <footer class="hn-foot">
        <span class="hn-s hn-muted" role="status">
          {say('conflicts_left', { count: left })}
        </span>
        <span class="hn-line hn-push">
          <Button look="quiet" onClick={onCancel}>
            {say('cancel')}
          </Button>
          <Button look="primary" off={left > 0} onClick={finish}>
            {say('finish_merge')}
          </Button>
        </span>
      </footer>
    </>
  );
}

function OneConflictView({
  conflict,
  author,
  place,
  choice,
  edit,
  onChoice,
  onEdit,
}: {
  conflict: OneConflict;
  author: string;
  place: string;
  choice: Choice | null;
  edit: string;
  onChoice: (choice: Choice) => void;
  onEdit: (text: string) => void;
}) {
  const side = (own: 'mine' | 'theirs') => {
    if (choice === null) return '';
    return choice === own || choice === 'both' ? 'picked' : 'dropped';
  };
  return (
    <div class="cd-mg">
      <header>
        <b class="hn-m">{place}</b>
        <span class="hn-muted">
          {conflict.part === 'metadata'
            ? say('conflict_metadata', { line: conflict.line, key: conflict.key || say('metadata') })
            : say('conflict_line', { line: conflict.line })}
        </span>
        <span class="hn-push">
          <Segment<Choice>
            label={place}
            value={choice}
            options={[
              ['mine', say('mine')],
              ['theirs', say('theirs')],
              ['both', say('both')],
              ['edit', say('edit')],
            ]}
            onChoose={onChoice}
          />
        </span>
      </header>
      {choice === 'edit' ? (
        <textarea
          class="hn-area hn-mono"
          aria-label={say('merged_text', { place })}
          value={edit}
          onInput={(event) => onEdit(event.currentTarget.value)}
        />
      ) : (
        <div class="two">
          <div class={side('mine')}>
            <b>{say('mine')}</b>
            {conflict.mine || say('nothing_there')}
          </div>
          <div class={side('theirs')}>
            <b>{author ? say('on_hub_by', { author }) : say('on_hub')}</b>
            {conflict.theirs || say('nothing_there')}
          </div>
        </div>
      )}
    </div>
  );
}
