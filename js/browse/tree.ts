import type { Answer } from './kernel';

/** The files of one commit, in the kernel's order: a file is known by its index. */
export interface FileColumns {
  commit: string;
  /** Whether these are all; otherwise the rest is on its way. */
  whole: boolean;
  paths: string[];
  sizes: Float64Array;
  facts: Uint8Array;
}

export const LFS = 1;
export const CACHED = 2;
const FOLDER = -1;

/** Read the kernel's message: compressed paths, sizes, facts. */
export async function readColumns(
  answer: Answer<{ commit: string; count: number; whole: boolean }>,
): Promise<FileColumns> {
  const { commit, count, whole } = answer.result;
  const [packed, sizes, facts] = answer.buffers.map(bytesOf);
  if (!packed || !sizes || !facts) throw new Error('the list of files came without its bytes');
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const text = await new Response(stream).text();
  return {
    commit,
    whole,
    paths: count ? text.split('\0') : [],
    sizes: new Float64Array(sizes.buffer, 0, count),
    facts: facts.slice(0, count),
  };
}

/** A copy of a buffer's bytes that starts at zero, as typed arrays of larger items need it. */
function bytesOf(view: DataView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}

/** What is typed above the tree: words that must all occur, or a glob. */
export type Matcher = (path: string) => boolean;

/** Make a matcher of lower-case paths, or null where everything matches. */
export function matcherOf(text: string): Matcher | null {
  const typed = text.trim().toLowerCase();
  if (!typed) return null;
  if (/[*?[]/.test(typed)) {
    const pattern = globToRegExp(typed);
    return typed.includes('/')
      ? (path) => pattern.test(path)
      : (path) => pattern.test(path.slice(path.lastIndexOf('/') + 1)) || pattern.test(path);
  }
  const words = typed.split(/\s+/);
  if (words.length === 1) return (path) => path.includes(typed);
  return (path) => words.every((word) => path.includes(word));
}

function globToRegExp(glob: string): RegExp {
  const body = glob.replace(/\*+|\?|\[(?:!?)[^\]]+\]|[^*?]/g, (piece) => {
    if (piece.startsWith('*')) return '.*';
    if (piece === '?') return '.';
    if (piece.length > 2 && piece.startsWith('[')) {
      const inner = piece.slice(1, -1).replace(/[\\\]^]/g, '\\$&');
      return `[${inner.replace(/^!/, '^')}]`;
    }
    return piece.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${body}$`, 's');
}

/** One row of the tree as it is shown. */
export interface TreeRow {
  node: number;
  /** 1 at the root. */
  level: number;
  position: number;
  siblings: number;
}

/** The rows in order, as arrays: a hundred thousand objects at each letter typed would keep the browser busy clearing up. */
export class TreeRows {
  length = 0;
  readonly #nodes: Int32Array;
  readonly #levels: Int32Array;
  readonly #positions: Int32Array;
  readonly #siblings: Int32Array;

  constructor(most: number) {
    this.#nodes = new Int32Array(most);
    this.#levels = new Int32Array(most);
    this.#positions = new Int32Array(most);
    this.#siblings = new Int32Array(most);
  }

  at(index: number): TreeRow | undefined {
    if (index < 0 || index >= this.length) return undefined;
    return {
      node: this.#nodes[index] as number,
      level: this.#levels[index] as number,
      position: this.#positions[index] as number,
      siblings: this.#siblings[index] as number,
    };
  }

  node(index: number): number {
    return this.#nodes[index] as number;
  }

  slice(first: number, end: number): TreeRow[] {
    const found: TreeRow[] = [];
    for (let index = first; index < Math.min(end, this.length); index += 1)
      found.push(this.at(index) as TreeRow);
    return found;
  }

  /** Index of the row that holds this one, or -1. */
  parentOf(index: number): number {
    const level = (this.#levels[index] ?? 0) - 1;
    let at = index - 1;
    while (at >= 0 && this.#levels[at] !== level) at -= 1;
    return at;
  }

  push(node: number, level: number, position: number): number {
    const index = this.length;
    this.#nodes[index] = node;
    this.#levels[index] = level;
    this.#positions[index] = position;
    this.length += 1;
    return index;
  }

  setSiblings(index: number, count: number): void {
    this.#siblings[index] = count;
  }
}

export type Tick = 'on' | 'off' | 'mixed';

/**
 * Folders and files as arrays: a node is a number, parents come before their children, and everything that is done to
 * a hundred thousand of them is one loop.
 */
export class FileTree {
  readonly names: string[] = [];
  readonly parents: number[] = [];
  /** Index of the file, or -1 for a folder. */
  readonly files: number[] = [];
  readonly sizes: number[] = [];
  /** How many files there are in and below a node. */
  readonly counts: number[] = [];
  readonly children: (number[] | null)[] = [];
  readonly nodeOfFile: Int32Array;
  readonly #lower: string[];
  readonly #folders = new Map<string, number>();
  #matched: Uint8Array | null = null;
  #chosenBelow: Int32Array = new Int32Array(0);
  readonly chosen: Uint8Array;

  constructor(readonly columns: FileColumns) {
    const { paths, sizes } = columns;
    this.nodeOfFile = new Int32Array(paths.length);
    this.#lower = new Array(paths.length);
    this.chosen = new Uint8Array(Math.ceil(paths.length / 8));
    this.#add('', -1, FOLDER);
    this.#folders.set('', 0);
    let lastFolder = '';
    let lastNode = 0;
    for (let index = 0; index < paths.length; index += 1) {
      const path = paths[index] as string;
      this.#lower[index] = path.toLowerCase();
      const slash = path.lastIndexOf('/');
      const folder = slash < 0 ? '' : path.slice(0, slash);
      if (folder !== lastFolder) {
        lastFolder = folder;
        lastNode = this.#folder(folder);
      }
      const node = this.#add(path.slice(slash + 1), lastNode, index);
      this.sizes[node] = sizes[index] as number;
      this.counts[node] = 1;
      this.nodeOfFile[index] = node;
    }
    for (let node = this.names.length - 1; node > 0; node -= 1) {
      const parent = this.parents[node] as number;
      this.sizes[parent] = (this.sizes[parent] as number) + (this.sizes[node] as number);
      this.counts[parent] = (this.counts[parent] as number) + (this.counts[node] as number);
    }
    for (const list of this.children) list?.sort((one, other) => this.#compare(one, other));
    this.recount();
  }

  get fileCount(): number {
    return this.columns.paths.length;
  }

  get totalBytes(): number {
    return this.sizes[0] as number;
  }

  isFolder(node: number): boolean {
    return this.files[node] === FOLDER;
  }

  /** Path of a node, in the repository. */
  path(node: number): string {
    const file = this.files[node] as number;
    if (file !== FOLDER) return this.columns.paths[file] as string;
    const parts: string[] = [];
    for (let at = node; at > 0; at = this.parents[at] as number) parts.unshift(this.names[at] as string);
    return parts.join('/');
  }

  /** Node of a folder or file, if there is one. */
  find(path: string): number | null {
    const folder = this.#folders.get(path);
    if (folder !== undefined) return folder;
    const slash = path.lastIndexOf('/');
    const parent = this.#folders.get(slash < 0 ? '' : path.slice(0, slash));
    if (parent === undefined) return null;
    const name = path.slice(slash + 1);
    return this.children[parent]?.find((node) => this.names[node] === name && !this.isFolder(node)) ?? null;
  }

  facts(node: number): number {
    const file = this.files[node] as number;
    return file === FOLDER ? 0 : (this.columns.facts[file] as number);
  }

  /** Show only what matches; null shows all. Gives how many files match. */
  filter(matches: Matcher | null): number {
    if (!matches) {
      this.#matched = null;
      return this.fileCount;
    }
    const matched = new Uint8Array(this.names.length);
    let count = 0;
    for (let index = 0; index < this.#lower.length; index += 1) {
      if (!matches(this.#lower[index] as string)) continue;
      count += 1;
      let node = this.nodeOfFile[index] as number;
      while (node >= 0 && matched[node] === 0) {
        matched[node] = 1;
        node = this.parents[node] as number;
      }
    }
    this.#matched = matched;
    return count;
  }

  /** The rows to show: what is unfolded, or with a filter everything that leads to a match. */
  rows(unfolded: ReadonlySet<number>): TreeRows {
    const rows = new TreeRows(this.names.length);
    const matched = this.#matched;
    const visit = (folder: number, level: number) => {
      const list = this.children[folder] ?? [];
      let count = 0;
      for (const node of list) if (matched?.[node] !== 0) count += 1;
      let position = 0;
      for (const node of list) {
        if (matched && matched[node] === 0) continue;
        position += 1;
        rows.setSiblings(rows.push(node, level, position), count);
        if (this.children[node] && (matched || unfolded.has(node))) visit(node, level + 1);
      }
    };
    visit(0, 1);
    return rows;
  }

  // Choosing

  isChosen(file: number): boolean {
    return (((this.chosen[file >> 3] as number) >> (file & 7)) & 1) === 1;
  }

  /** Whether all, none or some of the files in a node are chosen. */
  tick(node: number): Tick {
    const below = this.#chosenBelow[node] as number;
    if (below === 0) return 'off';
    return below === this.counts[node] ? 'on' : 'mixed';
  }

  /** Choose or drop all files in a node that are shown. */
  setChosen(node: number, on: boolean): void {
    const matched = this.#matched;
    const visit = (at: number) => {
      if (matched && matched[at] === 0) return;
      const file = this.files[at] as number;
      if (file === FOLDER) {
        for (const child of this.children[at] ?? []) visit(child);
      } else if (on) {
        this.chosen[file >> 3] = (this.chosen[file >> 3] as number) | (1 << (file & 7));
      } else {
        this.chosen[file >> 3] = (this.chosen[file >> 3] as number) & ~(1 << (file & 7));
      }
    };
    visit(node);
    this.recount();
  }

  /** Whether every file in a node that is shown is chosen. */
  allShownChosen(node: number): boolean {
    const matched = this.#matched;
    if (!matched) return this.tick(node) === 'on';
    const file = this.files[node] as number;
    if (file !== FOLDER) return this.isChosen(file);
    return (this.children[node] ?? []).every((child) => matched[child] === 0 || this.allShownChosen(child));
  }

  /** Take over a choice in bits, as the kernel sends it. */
  readBits(base64: string): void {
    const text = atob(base64);
    if (text.length !== this.chosen.length) return;
    for (let index = 0; index < text.length; index += 1) this.chosen[index] = text.charCodeAt(index);
    this.recount();
  }

  /** The choice in bits, as the kernel reads it. */
  bits(): string {
    let text = '';
    for (let start = 0; start < this.chosen.length; start += 8192) {
      text += String.fromCharCode(...this.chosen.subarray(start, start + 8192));
    }
    return btoa(text);
  }

  /** Count and bytes of the chosen files. */
  get chosenTotals(): { files: number; bytes: number } {
    let bytes = 0;
    for (let file = 0; file < this.fileCount; file += 1) {
      if (this.isChosen(file)) bytes += this.columns.sizes[file] as number;
    }
    return { files: this.#chosenBelow[0] as number, bytes };
  }

  /** Paths of the chosen files. */
  chosenPaths(most = Number.POSITIVE_INFINITY): string[] {
    const paths: string[] = [];
    for (let file = 0; file < this.fileCount && paths.length < most; file += 1) {
      if (this.isChosen(file)) paths.push(this.columns.paths[file] as string);
    }
    return paths;
  }

  recount(): void {
    const below = new Int32Array(this.names.length);
    for (let node = this.names.length - 1; node > 0; node -= 1) {
      const file = this.files[node] as number;
      if (file !== FOLDER && this.isChosen(file)) below[node] = 1;
      const parent = this.parents[node] as number;
      below[parent] = (below[parent] as number) + (below[node] as number);
    }
    this.#chosenBelow = below;
  }

  #folder(path: string): number {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const node = this.#add(
      path.slice(slash + 1),
      this.#folder(slash < 0 ? '' : path.slice(0, slash)),
      FOLDER,
    );
    this.#folders.set(path, node);
    return node;
  }

  #add(name: string, parent: number, file: number): number {
    const node = this.names.length;
    this.names.push(name);
    this.parents.push(parent);
    this.files.push(file);
    this.sizes.push(0);
    this.counts.push(0);
    this.children.push(file === FOLDER ? [] : null);
    if (parent >= 0) (this.children[parent] as number[]).push(node);
    return node;
  }

  #compare(one: number, other: number): number {
    const folders = Number(this.isFolder(other)) - Number(this.isFolder(one));
    if (folders !== 0) return folders;
    const [a, b] = [this.names[one] as string, this.names[other] as string];
    return a < b ? -1 : a > b ? 1 : 0;
  }
}
