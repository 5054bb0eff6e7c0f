import { useState } from 'preact/hooks';
import { Button, Icon } from '../shared/parts';
import { Glyph } from './icons';
import type { CardProblem, Fix } from './model';
import { fixMessage, problemMessage } from './problem-words';
import { say } from './words';

export function problemWords(problem: CardProblem): string {
  return problemMessage(problem.code, problem.values) ?? problem.message;
}

function fixWords(fix: Fix): string {
  return fixMessage(fix.code, fix.values);
}

interface ProblemsProps {
  problems: CardProblem[];
  onGo: (problem: CardProblem) => void;
  onFix: (problem: CardProblem, choice: number) => void;
  onFixAll: () => void;
}

/** What is wrong, where, and what would put it right. */
export function Problems({ problems, onGo, onFix, onFixAll }: ProblemsProps) {
  const [open, setOpen] = useState(true);
  const errors = problems.filter((one) => one.severity === 'error').length;
  const sure = problems.filter((one) => one.fixes[0]?.sure).length;
  if (problems.length === 0) {
    return (
      <section class="cd-prob none" aria-label={say('problems')}>
        <header>
          <Icon name="check" small />
          {say('no_problems')}
        </header>
      </section>
    );
  }
  return (
    <section class="cd-prob" aria-label={say('problems')}>
      <header>
        <button
          type="button"
          class="hn-btn icon s quiet"
          aria-label={say('problems')}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'down' : 'right'} />
        </button>
        <b class="hn-m">{say('problems')}</b>
        {errors > 0 && (
          <span class="hn-line tight">
            <span class="hn-count err">{errors}</span>
            {say('errors', { count: errors })}
          </span>
        )}
        {problems.length > errors && (
          <span class="hn-line tight">
            <span class="hn-count">{problems.length - errors}</span>
            {say('hints', { count: problems.length - errors })}
          </span>
        )}
        {sure > 0 && (
          <Button look="s quiet hn-push" onClick={onFixAll}>
            <Glyph name="wand" />
            {say('fix_all', { number: sure })}
          </Button>
        )}
      </header>
      {open && (
        <ul class={problems.length > 7 ? 'long' : ''}>
          {problems.map((problem) => (
            <li
              key={`${problem.code}${problem.line}:${problem.column}`}
              class={problem.severity === 'error' ? 'err' : 'warn'}
            >
              <Icon name={problem.severity === 'error' ? 'err' : 'warn'} />
              <span>
                <span class="hn-sr">{say(problem.severity === 'error' ? 'error' : 'hint')}: </span>
                {problemWords(problem)}
              </span>
              <button
                type="button"
                class="pos"
                aria-label={say('go_to', { line: problem.line, column: problem.column })}
                onClick={() => onGo(problem)}
              >
                {problem.line}:{problem.column}
              </button>
              <span class="fx">
                {problem.fixes.map((fix, choice) => (
                  <Button key={fixWords(fix)} look="s" onClick={() => onFix(problem, choice)}>
                    <Glyph name="wand" />
                    <bdi>{fixWords(fix)}</bdi>
                  </Button>
                ))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
