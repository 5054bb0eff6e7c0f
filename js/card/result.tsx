import { Button, Icon } from '../shared/parts';
import { Glyph } from './icons';
import type { Home, Pushed } from './model';
import { say } from './words';

/** What became of the last push. */
export function PushResult({
  pushed,
  home,
  undoing,
  onUndo,
  onClose,
}: {
  pushed: Pushed;
  home: Home;
  undoing: boolean;
  onUndo: () => void;
  onClose: () => void;
}) {
  return (
    <div class="cd-result">
      <div class={`hn-notice ${pushed.same === false && !pushed.undone ? 'warn' : 'ok'}`} role="status">
        <Icon name="ok" />
        <strong>{title(pushed, home)}</strong>
        {!pushed.undone && <p>{comparison(pushed, home)}</p>}
        <div class="hn-line">
          {/^https?:/.test(pushed.url) && (
            <a class="hn-btn s" href={pushed.url} target="_blank" rel="noreferrer">
              {say(pushed.pull_request ? 'view_pull_request' : 'view_commit')}
              <Icon name="ext" small />
            </a>
          )}
          {!pushed.undone && (
            <Button look="s quiet" off={undoing} onClick={onUndo}>
              <Glyph name="undo" />
              {undoing ? say('undoing') : say('undo_push')}
            </Button>
          )}
          <Button look="s quiet" onClick={onClose}>
            {say('close')}
          </Button>
        </div>
      </div>
    </div>
  );
}

function title(pushed: Pushed, home: Home): string {
  if (pushed.undone) return say('taken_back');
  if (home.local) return say('saved_file');
  if (pushed.pull_request) return say('pushed_pr', { number: pushed.pull_request });
  return say('pushed_to', { revision: pushed.revision, commit: pushed.commit.slice(0, 7) });
}

function comparison(pushed: Pushed, home: Home): string {
  if (pushed.same === null) return say('read_back_unknown');
  if (!pushed.same) return say('read_back_differs');
  return say(home.local ? 'read_back_file' : 'read_back');
}
