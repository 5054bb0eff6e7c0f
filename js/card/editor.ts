/** A place in the text, counted from 1, in characters. */
export interface Caret {
  line: number;
  column: number;
}

/** A stretch of one line that a problem is about. */
export interface Mark extends Caret {
  end: number;
  severity: 'error' | 'hint';
}

export interface EditorOptions {
  parent: HTMLElement;
  root: ShadowRoot;
  text: string;
  label: string;
  words: { folded: (count: number) => string };
  onChange: (text: string) => void;
  onCaret: (caret: Caret) => void;
  /** The first line in sight. */
  onScroll: (line: number) => void;
}

/** Where the text is written: a textarea until the editor is there. */
export interface Editor {
  text: () => string;
  /** Show another text as one undo step; `silent` does not report it as typed. */
  setText: (text: string, silent: boolean) => void;
  mark: (marks: readonly Mark[]) => void;
  goTo: (caret: Caret) => void;
  /** Take the focus at a place, or below the metadata where that is folded. */
  enter: (caret: Caret) => void;
  caret: () => Caret;
  insert: (text: string) => void;
  undo: () => void;
  redo: () => void;
  /** Fold or unfold the metadata. */
  fold: (folded: boolean) => void;
  focus: () => void;
  destroy: () => void;
}

/** What `js/editor` exports. */
export interface EditorModule {
  createEditor: (options: EditorOptions) => Editor;
}

/** The plain one: it needs no code from the kernel. */
export function plainEditor(options: EditorOptions): Editor {
  const { parent, text, label } = options;
  const area = document.createElement('textarea');
  area.className = 'cd-plain';
  area.spellcheck = true;
  area.setAttribute('aria-label', label);
  area.value = text;
  parent.append(area);
  const caret = (): Caret => {
    const before = area.value.slice(0, area.selectionStart).split('\n');
    return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
  };
  area.addEventListener('input', () => options.onChange(area.value));
  area.addEventListener('scroll', () => {
    options.onScroll(Math.floor(area.scrollTop / 19) + 1);
  });
  for (const event of ['keyup', 'pointerup', 'input']) {
    area.addEventListener(event, () => options.onCaret(caret()));
  }
  return {
    text: () => area.value,
    setText(next, silent) {
      if (area.value === next) return;
      const at = Math.min(area.selectionStart, next.length);
      area.value = next;
      area.setSelectionRange(at, at);
      if (!silent) options.onChange(next);
    },
    mark: () => {},
    goTo({ line, column }) {
      const lines = area.value.split('\n');
      const before = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
      const at = before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
      area.focus();
      area.setSelectionRange(at, at);
      area.scrollTop = Math.max(0, (line - 5) * 19);
    },
    enter: () => area.focus(),
    caret,
    insert(piece) {
      area.setRangeText(piece, area.selectionStart, area.selectionEnd, 'end');
      options.onChange(area.value);
    },
    undo: () => document.execCommand('undo'),
    redo: () => document.execCommand('redo'),
    fold: () => {},
    focus: () => area.focus(),
    destroy: () => area.remove(),
  };
}
