// Bundle the panels into hubnb/static: `core.js` (what all share, once per kernel), one bundle for each folder beside it
// (once per kind of panel), and `panel.js` (the few lines each panel instance carries). `--dev` rebuilds on every save.
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context, transform } from 'esbuild';

const CORE_LIMIT_BYTES = 60_000;
const STUB_LIMIT_BYTES = 2_000;
const STATIC = fileURLToPath(new URL('../hubnb/static/', import.meta.url));
const HERE = fileURLToPath(new URL('./', import.meta.url));
const NO_BUNDLES = new Set(['core', 'panel', 'shared', 'node_modules']);

/** `import css from './x.css?inline'` gives the minified text, as Vite does in the tests. */
const inlineCss = {
  name: 'inline-css',
  setup(setupBuild) {
    setupBuild.onResolve({ filter: /\.css\?inline$/ }, (args) => ({
      path: fileURLToPath(new URL(args.path.replace(/\?inline$/, ''), `file://${args.resolveDir}/`)),
      namespace: 'inline-css',
    }));
    setupBuild.onLoad({ filter: /.*/, namespace: 'inline-css' }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text', watchFiles: [path] };
    });
  },
};

/** Leave out of a panel's bundle what the Core's kit holds: every file that `core/kit.ts` imports. */
function takeFromKit(files) {
  const kind = 'hubnb-resolved';
  return {
    name: 'take-from-kit',
    setup(setupBuild) {
      setupBuild.onResolve({ filter: /^(preact|\.\.?\/)/ }, async (args) => {
        if (args.pluginData === kind || args.path.endsWith('?inline')) return undefined;
        const { path, errors } = await setupBuild.resolve(args.path, {
          resolveDir: args.resolveDir,
          importer: args.importer,
          kind: args.kind,
          pluginData: kind,
        });
        if (errors.length > 0) return { errors };
        const name = files.get(relative(HERE, path));
        return name ? { path: name, external: true } : { path };
      });
    },
  };
}

const options = {
  absWorkingDir: HERE,
  outdir: STATIC,
  bundle: true,
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  charset: 'utf8',
  legalComments: 'none',
  minify: true,
  logLevel: 'info',
};

const core = {
  ...options,
  entryPoints: { core: 'core/index.ts', panel: 'panel/index.ts' },
  format: 'esm',
  metafile: true,
  plugins: [inlineCss],
};

/** A bundle is a widget's module whose `load` runs the view's code once, with `require` finding things in the kit. */
function bundles(names, kitFiles) {
  return {
    ...options,
    entryPoints: Object.fromEntries(names.map((name) => [name, `./${name}/index`])),
    format: 'cjs',
    banner: {
      js: 'let made;const load=(require)=>{if(made)return made;const module={exports:{}};',
    },
    footer: { js: 'return made=module.exports};export default{initialize:()=>({load})};' },
    plugins: [inlineCss, takeFromKit(kitFiles)],
  };
}

async function checkSize(name, limitBytes) {
  const { size } = await stat(`${STATIC}${name}`);
  if (size > limitBytes) {
    throw new Error(`${name} is ${size} bytes, more than the ${limitBytes} a panel may cost`);
  }
}

await mkdir(STATIC, { recursive: true });
const { metafile } = await build(core);
const kitFiles = new Map(
  metafile.inputs['core/kit.ts'].imports.map(({ path, original }) => [path, original.replace(/^\.\.\//, '')]),
);
const folders = await readdir(HERE, { withFileTypes: true });
const names = [];
for (const { name } of folders.filter((one) => one.isDirectory() && !NO_BUNDLES.has(one.name))) {
  const files = await readdir(`${HERE}${name}`);
  if (files.some((file) => /^index\.tsx?$/.test(file))) names.push(name);
}
if (process.argv.includes('--dev')) {
  for (const one of [core, bundles(names, kitFiles)]) {
    const watcher = await context({ ...one, minify: false, sourcemap: 'inline' });
    await watcher.watch();
  }
} else {
  await build(bundles(names, kitFiles));
  for (const file of await readdir(STATIC)) {
    if (!['core', 'panel', ...names].includes(file.replace(/\.js$/, ''))) await rm(`${STATIC}${file}`);
  }
  await checkSize('core.js', CORE_LIMIT_BYTES);
  await checkSize('panel.js', STUB_LIMIT_BYTES);
}
