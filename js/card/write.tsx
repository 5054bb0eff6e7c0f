import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { loadLater } from '../shared/later';
import type { AnyModel } from '../shared/model';
import {
  type Caret,
  type Editor,
  type EditorModule,
  type EditorOptions,
  type Mark,
  plainEditor,
} from './editor';
import { say } from './words';

interface WriteProps {
  model: AnyModel<never>;
  signal: AbortSignal;
  text: string;
  /** Counts when the text was set from outside of the editor. */
  outside: number;
  marks: readonly Mark[];
  onChange: (text: string) => void;
  onCaret: (caret: Caret) => void;
  onScroll: (line: number) => void;
  onReady: (editor: Editor) => void;
}

/** Where the card is written: a textarea, and the real editor from the first click on. */
export function Write({ model, signal, text, outside, marks, onReady, ...handlers }: WriteProps) {
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const latest = useRef(handlers);
  latest.current = handlers;
  const wanted = useRef(false);

  useLayoutEffect(() => {
    const element = parent.current;
    if (!element) return;
    const options = (): EditorOptions => ({
      parent: element,
      root: element.getRootNode() as ShadowRoot,
      text: editor.current?.text() ?? text,
      label: say('card_text'),
      words: { folded: (count) => say('folded', { count }) },
      onChange: (next) => latest.current.onChange(next),
      onCaret: (caret) => latest.current.onCaret(caret),
      onScroll: (line) => latest.current.onScroll(line),
    });
    editor.current = plainEditor(options());
    onReady(editor.current);
    const upgrade = async () => {
      if (wanted.current) return;
      wanted.current = true;
      try {
        const { createEditor } = await loadLater<EditorModule>(model, 'editor', signal);
        const plain = editor.current;
        if (!plain || signal.aborted) return;
        const caret = plain.caret();
        const focused = element.contains((element.getRootNode() as ShadowRoot).activeElement);
        const next = createEditor(options());
        plain.destroy();
        editor.current = next;
        onReady(next);
        if (focused) next.enter(caret);
      } catch {
        wanted.current = false; // the kernel is busy or gone: the textarea does, and the next click asks again
      }
    };
    element.addEventListener('focusin', upgrade);
    return () => {
      element.removeEventListener('focusin', upgrade);
      editor.current?.destroy();
      editor.current = null;
    };
    // made once: the text that comes later is set by the effect below
  }, [model, signal]);

  useEffect(() => {
    if (outside > 0) editor.current?.setText(text, true);
    // only a text from outside is set: what was typed is there already
  }, [outside]);

  useEffect(() => editor.current?.mark(marks), [marks]);

  return <div class="cd-ed" ref={parent} />;
}
