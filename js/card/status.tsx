import { Icon } from '../shared/parts';
import type { Caret } from './editor';
import type { Answer } from './model';
import { say, timeOf } from './words';

/** What is true now: the draft, the preview, the caret, the kernel. */
export function Status({
  answer,
  caret,
  savedAt,
  busy,
}: {
  answer: Answer | null;
  caret: Caret;
  savedAt: string;
  busy: boolean;
}) {
  return (
    <div class="hn-status">
      {savedAt && (
        <span role="status">
          <Icon name="check" small />
          {say('draft_saved', { time: timeOf(savedAt) })}
        </span>
      )}
      {answer && <span>{say('rendered', { ms: Math.max(1, Math.round(answer.ms)) })}</span>}
      <span>{say('caret', { line: caret.line, column: caret.column })}</span>
      {answer && <span>{say('words', { count: answer.words })}</span>}
      {busy && (
        <span role="status">
          <span class="hn-spin" aria-hidden="true" />
          {say('busy')}
        </span>
      )}
      <span class="hn-push hide-s">
        <kbd class="hn-kbd">F6</kbd>
        {say('next_region')}
      </span>
    </div>
  );
}
