import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/parts';
import { Glyph } from './icons';
import type { Message } from './model';
import { took } from './output';
import type { Runs } from './runs';
import { say } from './words';

/** A conversation: it streams, Stop replaces Send while it does, Up edits the last message. */
export function Chat({ name, running, runs }: { name: string; running: boolean; runs: Runs }) {
  const [messages, setMessages] = useState<Message[]>([]);
  const [text, setText] = useState('');
  const [spoken, setSpoken] = useState<{ at: number; first_ms: number | null; per_s: number | null } | null>(
    null,
  );
  const log = useRef<HTMLDivElement>(null);
  const { run } = runs;
  const saying = running ? (run.piece?.text ?? '') : '';

  useEffect(() => {
    const { answer, given } = run;
    if (answer?.view !== 'chat') return;
    const before = Array.isArray(given.messages) ? given.messages : [];
    setMessages([...before, { role: 'assistant', content: String(answer.data) }]);
    setSpoken({ at: before.length, first_ms: answer.first_ms ?? null, per_s: answer.per_s ?? null });
  }, [run.answer]);
  useEffect(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [saying, messages.length]);

  const send = async () => {
    const content = text.trim();
    if (!content || running) return;
    const next: Message[] = [...messages, { role: 'user', content }];
    setMessages(next);
    setText('');
    if (!(await runs.start({ messages: next }))) {
      setMessages(messages);
      setText(content);
    }
  };
  const stop = () => {
    // what was said so far stays
    if (run.piece?.text) setMessages([...messages, { role: 'assistant', content: run.piece.text }]);
    runs.stop();
  };
  const takeBack = () => {
    const at = messages.map((one) => one.role).lastIndexOf('user');
    const last = messages[at];
    if (!last) return;
    setMessages(messages.slice(0, at));
    setText(last.content);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    } else if (event.key === 'ArrowUp' && text === '' && !running && messages.length > 0) {
      event.preventDefault();
      takeBack();
    }
  };

  return (
    <>
      <div
        class="tr-chat tr-log"
        role="log"
        aria-label={say('conversation')}
        aria-busy={running}
        ref={log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it
        tabIndex={0}
      >
        {messages.length === 0 && !running && <p class="tr-wait">{say('chat_empty')}</p>}
        {messages.map((message, at) => (
          <Said
            key={at}
            who={message.role === 'user' ? say('you') : name}
            mine={message.role === 'user'}
            facts={spoken && spoken.at === at ? speed(spoken.first_ms, spoken.per_s) : ''}
            text={message.content}
          />
        ))}
        {running && (
          <Said
            who={name}
            mine={false}
            facts={run.piece ? speed(run.piece.first_ms, run.piece.per_s) : ''}
            text={saying}
            speaking
          />
        )}
      </div>
      <div class="tr-say">
        <textarea
          class="hn-area one"
          rows={1}
          aria-label={say('message')}
          placeholder={say('ask_something')}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {running ? (
          <Button onClick={stop}>
            <Glyph name="stop" small />
            {say('stop')}
          </Button>
        ) : (
          <Button look="primary" onClick={() => void send()} off={!text.trim()}>
            <Glyph name="send" small />
            {say('send')}
          </Button>
        )}
      </div>
    </>
  );
}

function speed(firstMs: number | null, perSecond: number | null): string {
  const parts = [];
  if (perSecond !== null) parts.push(say('tokens_per_s', { count: Math.round(perSecond) }));
  if (firstMs !== null) parts.push(say('first_after', { time: took(firstMs) }));
  return parts.join(', ');
}

function Said({
  who,
  mine,
  facts,
  text,
  speaking = false,
}: {
  who: string;
  mine: boolean;
  facts: string;
  text: string;
  speaking?: boolean;
}) {
  return (
    <div class="tr-msg">
      {mine ? (
        <span class="tr-you" aria-hidden="true">
          {[...who][0]}
        </span>
      ) : (
        <span class="tr-bot" aria-hidden="true">
          <Glyph name="model" />
        </span>
      )}
      <div>
        <p class="who">
          <b>{who}</b> {facts}
        </p>
        <p class="tr-text">
          {text}
          {speaking && <span class="tr-cur" aria-hidden="true" />}
        </p>
      </div>
    </div>
  );
}
