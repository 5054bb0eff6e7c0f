/** One tensor of a header: name, type, shape. */
export type Tensor = [name: string, dtype: string, shape: number[]];

/** A part of a model: its tensors below it, and what they add up to. */
export interface TensorNode {
  /** Words of the name that belong to this node alone. */
  name: string;
  /** Whole name, for the tooltip and as a key. */
  path: string;
  shape: string;
  dtype: string;
  parameters: number;
  children: TensorNode[];
  /** For a run of equal parts: how many, and like which one. */
  like: { count: number; name: string } | null;
}

interface Draft {
  children: Map<string, Draft>;
  tensor: Tensor | null;
}

/** Make the tree of a model's parts from the dotted names of its tensors. */
export function tensorTree(tensors: readonly Tensor[]): TensorNode[] {
  const root: Draft = { children: new Map(), tensor: null };
  for (const tensor of tensors) {
    let at = root;
    for (const word of tensor[0].split('.')) {
      let next = at.children.get(word);
      if (!next) {
        next = { children: new Map(), tensor: null };
        at.children.set(word, next);
      }
      at = next;
    }
    at.tensor = tensor;
  }
  return branches(root, '');
}

function branches(draft: Draft, prefix: string): TensorNode[] {
  const nodes = [...draft.children].map(([name, child]) => node(name, child, prefix));
  return withRuns(nodes);
}

function node(name: string, draft: Draft, prefix: string): TensorNode {
  let shown = name;
  let path = prefix ? `${prefix}.${name}` : name;
  let at = draft;
  // "encoder" with nothing but "layer" in it reads better as one row; a number stays by itself
  while (at.children.size === 1 && !at.tensor) {
    const [[word, only]] = [...at.children] as [[string, Draft]];
    if (isNumber(word) || isNumber(shown)) break;
    shown += `.${word}`;
    path += `.${word}`;
    at = only;
  }
  const children = branches(at, path);
  const own = at.tensor;
  const below = children.reduce((sum, child) => sum + child.parameters, 0);
  return {
    name: shown,
    path,
    shape: own ? shapeText(own[2]) : summary(children),
    dtype: own ? own[1] : sharedType(children),
    parameters: (own ? product(own[2]) : 0) + below,
    children,
    like: null,
  };
}

/** Put equal numbered parts that follow each other together: "0", then "1 … 5, 5 like 0". */
function withRuns(nodes: TensorNode[]): TensorNode[] {
  if (nodes.length < 4 || !nodes.every((one) => isNumber(one.name))) return nodes;
  const sorted = [...nodes].sort((one, other) => Number(one.name) - Number(other.name));
  const result: TensorNode[] = [];
  for (let start = 0; start < sorted.length; ) {
    const first = sorted[start] as TensorNode;
    const mark = signature(first);
    let end = start + 1;
    while (end < sorted.length && signature(sorted[end] as TensorNode) === mark) end += 1;
    result.push(first);
    const rest = sorted.slice(start + 1, end);
    if (rest.length > 1) {
      const last = rest.at(-1) as TensorNode;
      result.push({
        name: `${rest[0]?.name} … ${last.name}`,
        path: `${rest[0]?.path} … ${last.name}`,
        shape: '',
        dtype: first.dtype,
        parameters: rest.reduce((sum, one) => sum + one.parameters, 0),
        children: rest,
        like: { count: rest.length, name: first.name },
      });
    } else result.push(...rest);
    start = end;
  }
  return result;
}

function signature(one: TensorNode): string {
  const own = `${one.shape}:${one.dtype}:${one.parameters}`;
  return one.children.length
    ? `${own}(${one.children.map((child) => `${child.name}=${signature(child)}`).join(',')})`
    : own;
}

function summary(children: TensorNode[]): string {
  if (children.length > 2 || children.some((child) => child.children.length)) return '';
  return children.map((child) => child.name).join(', ');
}

function sharedType(children: TensorNode[]): string {
  const types = new Set(children.map((child) => child.dtype));
  return types.size === 1 ? ([...types][0] ?? '') : '';
}

function shapeText(shape: number[]): string {
  return shape.length ? shape.join(' × ') : '1';
}

function product(shape: number[]): number {
  return shape.reduce((all, length) => all * length, 1);
}

function isNumber(word: string): boolean {
  return /^\d+$/.test(word);
}
