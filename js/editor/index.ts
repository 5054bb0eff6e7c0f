// The editor, loaded when somebody edits for the first time: CodeMirror with Markdown, YAML front matter that folds, marks
// for problems, and nothing that the card does not need.
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentLess,
  indentMore,
  redo,
  undo,
} from '@codemirror/commands';
import { yamlFrontmatter } from '@codemirror/lang-yaml';
import {
  codeFolding,
  defineLanguageFacet,
  foldEffect,
  foldedRanges,
  foldNodeProp,
  HighlightStyle,
  Language,
  LanguageSupport,
  languageDataProp,
  syntaxHighlighting,
  unfoldEffect,
} from '@codemirror/language';
import { EditorSelection, EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  GutterMarker,
  gutter,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { GFM, parser } from '@lezer/markdown';
import type { Caret, Editor, EditorOptions, Mark } from '../card/editor';

const data = defineLanguageFacet({ commentTokens: { block: { open: '<!--', close: '-->' } } });
// not @codemirror/lang-markdown: it brings the grammars of HTML, CSS and JavaScript, twice the size of all the rest
const markdown = new Language(
  data,
  parser.configure([
    GFM,
    { props: [languageDataProp.add({ Document: data }), foldNodeProp.add({ FencedCode: () => null })] },
  ]),
  [],
  'markdown',
);

const colours = HighlightStyle.define([
  { tag: tags.heading, color: 'var(--hn-c-key)', fontWeight: '700' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: 'var(--hn-c-key)' },
  { tag: [tags.monospace, tags.string], color: 'var(--hn-c-str)' },
  {
    tag: [tags.processingInstruction, tags.comment, tags.quote, tags.contentSeparator],
    color: 'var(--hn-c-com)',
  },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--hn-c-key)' },
]);

const theme = EditorView.theme({
  '&': { fontSize: '12px', background: 'var(--hn-bg-input)', color: 'var(--hn-fg)', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--hn-mono)', lineHeight: '19px', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--hn-fg)', padding: '6px 0' },
  '.cm-line': { padding: '0 8px 0 4px' },
  '.cm-gutters': {
    background: 'var(--hn-bg-input)',
    color: 'var(--hn-fg-muted)',
    border: '0',
    fontSize: '11px',
  },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'var(--hn-bg-hover)' },
  '.cm-activeLineGutter': { color: 'var(--hn-fg)' },
  '.cm-cursor': { borderLeftColor: 'var(--hn-fg)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--hn-focus) 28%, var(--hn-bg)) !important',
  },
  '.cm-foldPlaceholder': {
    border: '0',
    borderRadius: '3px',
    background: 'var(--hn-bg-press)',
    color: 'var(--hn-fg-muted)',
    padding: '0 6px',
    fontSize: '11px',
  },
  '.cd-mark': { textDecoration: 'underline wavy 1px', textUnderlineOffset: '3px' },
  '.cd-mark.error': { textDecorationColor: 'var(--hn-err-fill)' },
  '.cd-mark.hint': { textDecorationColor: 'var(--hn-warn-fill)' },
  '.cd-sign': { inlineSize: '12px', paddingInlineStart: '4px' },
  '.cd-sign.error': { color: 'var(--hn-err)' },
  '.cd-sign.hint': { color: 'var(--hn-warn)' },
});

class Sign extends GutterMarker {
  constructor(readonly severity: Mark['severity']) {
    super();
  }
  override eq(other: Sign): boolean {
    return other.severity === this.severity;
  }
  override toDOM(): Node {
    const sign = document.createElement('span');
    sign.className = `cd-sign ${this.severity}`;
    sign.textContent = this.severity === 'error' ? '⊗' : '△';
    return sign;
  }
}

const setMarks = StateEffect.define<readonly Mark[]>();

interface Marked {
  words: DecorationSet;
  signs: RangeSet<GutterMarker>;
}

const marked = StateField.define<Marked>({
  create: () => ({ words: Decoration.none, signs: RangeSet.empty }),
  update(value, transaction) {
    let { words, signs } = value;
    if (transaction.docChanged) {
      words = words.map(transaction.changes);
      signs = signs.map(transaction.changes);
    }
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) return draw(transaction.state, effect.value);
    }
    return { words, signs };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.words),
});

function draw(state: EditorState, marks: readonly Mark[]): Marked {
  const words = [];
  const signs = new Map<number, Mark['severity']>();
  for (const mark of marks) {
    if (mark.line > state.doc.lines) continue;
    const line = state.doc.line(mark.line);
    const from = Math.min(line.from + units(line.text, mark.column - 1), line.to);
    const to = Math.min(line.from + units(line.text, mark.end - 1), line.to);
    if (from < to) words.push(Decoration.mark({ class: `cd-mark ${mark.severity}` }).range(from, to));
    if (signs.get(line.from) !== 'error') signs.set(line.from, mark.severity);
  }
  return {
    words: Decoration.set(words, true),
    signs: RangeSet.of(
      [...signs].map(([at, severity]) => new Sign(severity).range(at)),
      true,
    ),
  };
}

/** The kernel counts characters, the browser UTF-16 units. */
function units(text: string, characters: number): number {
  return [...text].slice(0, characters).join('').length;
}

/** Where the metadata ends, if the text begins with a block of it. */
function blockEnd(state: EditorState): number | null {
  if (state.doc.line(1).text.trimEnd() !== '---') return null;
  for (let number = 2; number <= Math.min(state.doc.lines, 2000); number++) {
    const line = state.doc.line(number);
    if (line.text.trimEnd() === '---') return line.to;
  }
  return null;
}

export function createEditor(options: EditorOptions): Editor {
  const { parent, root, text, label, words } = options;
  let quiet = false;
  const wrap =
    (before: string, after = before) =>
    (view: EditorView) => {
      view.dispatch(
        view.state.changeByRange((range) => {
          const inside = view.state.sliceDoc(range.from, range.to);
          const changes = { from: range.from, to: range.to, insert: `${before}${inside}${after}` };
          const start = range.from + before.length;
          return { changes, range: EditorSelection.range(start, start + inside.length) };
        }),
      );
      return true;
    };
  const view = new EditorView({
    parent,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        gutter({ class: 'cd-signs', markers: (one) => one.state.field(marked).signs }),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        EditorView.lineWrapping,
        codeFolding({
          placeholderDOM: (one, onclick) => {
            const fold = document.createElement('button');
            const end = blockEnd(one.state) ?? 0;
            const count = one.state.doc.lineAt(end).number;
            fold.type = 'button';
            fold.tabIndex = -1;
            fold.className = 'cm-foldPlaceholder';
            fold.textContent = words.folded(count);
            fold.onclick = onclick;
            return fold;
          },
        }),
        yamlFrontmatter({ content: new LanguageSupport(markdown) }),
        syntaxHighlighting(colours),
        theme,
        marked,
        keymap.of([
          { key: 'Mod-b', run: wrap('**') },
          { key: 'Mod-i', run: wrap('*') },
          { key: 'Mod-k', run: wrap('[', '](https://)') },
          { key: 'Mod-]', run: indentMore },
          { key: 'Mod-[', run: indentLess },
          ...historyKeymap,
          // Tab leaves the editor; Mod-Enter belongs to the panel
          ...defaultKeymap.filter((one) => one.key !== 'Mod-Enter' && one.key !== 'Escape'),
        ]),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-multiline': 'true',
          spellcheck: 'true',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) options.onChange(update.state.doc.toString());
          if (update.docChanged || update.selectionSet) options.onCaret(caretOf(update.state));
        }),
        EditorView.domEventHandlers({
          scroll: () => {
            options.onScroll(topLine());
          },
        }),
      ],
    }),
  });
  const topLine = () => {
    const block = view.lineBlockAtHeight(view.scrollDOM.scrollTop);
    return view.state.doc.lineAt(block.from).number;
  };
  const fold = (folded: boolean) => {
    const end = blockEnd(view.state);
    if (end === null) return;
    const range = { from: 0, to: end };
    view.dispatch({ effects: (folded ? foldEffect : unfoldEffect).of(range) });
  };
  view.scrollDOM.addEventListener('scroll', () => options.onScroll(topLine()), { passive: true });
  const place = ({ line, column }: Caret) => {
    const found = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
    return Math.min(found.from + units(found.text, column - 1), found.to);
  };
  fold(true);
  return {
    text: () => view.state.doc.toString(),
    /** One undo step, and only what differs: the caret stays where it is. */
    setText(next, silent) {
      const now = view.state.doc.toString();
      if (now === next) return;
      let start = 0;
      while (start < now.length && start < next.length && now[start] === next[start]) start++;
      let end = 0;
      const most = Math.min(now.length, next.length) - start;
      while (end < most && now[now.length - 1 - end] === next[next.length - 1 - end]) end++;
      const changes = { from: start, to: now.length - end, insert: next.slice(start, next.length - end) };
      quiet = silent;
      view.dispatch({ changes, userEvent: 'input.replace' });
      quiet = false;
    },
    mark: (marks) => view.dispatch({ effects: setMarks.of(marks) }),
    goTo(caret) {
      const at = place(caret);
      let hidden = false;
      foldedRanges(view.state).between(at, at, () => {
        hidden = true;
      });
      if (hidden) fold(false);
      view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: 'center' }),
      });
      view.focus();
    },
    enter(caret) {
      const at = place(caret);
      const end = blockEnd(view.state);
      const anchor = end !== null && at <= end ? Math.min(end + 1, view.state.doc.length) : at;
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
      view.focus();
    },
    caret: () => caretOf(view.state),
    insert(piece) {
      view.dispatch(view.state.replaceSelection(piece));
    },
    undo: () => undo(view),
    redo: () => redo(view),
    fold,
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function caretOf(state: EditorState): Caret {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  return { line: line.number, column: [...line.text.slice(0, head - line.from)].length + 1 };
}
