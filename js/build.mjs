// Bundle the panels into hubnb/static: `core.js` (everything shared, once per kernel) and `panel.js` (the few
// lines each panel instance carries). `--dev` rebuilds on every save.
import { mkdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, context, transform } from 'esbuild';

const CORE_LIMIT_BYTES = 60_000;
const STUB_LIMIT_BYTES = 2_000;
const STATIC = fileURLToPath(new URL('../hubnb/static/', import.meta.url));
const HERE = fileURLToPath(new URL('./', import.meta.url));

const shortNames = new Map();

/** Our custom properties never leave the shadow root, so their names may be short in the bundle. */
function shorten(css) {
  return css.replace(/--hn-[\w-]+/g, (name) => {
    if (!shortNames.has(name)) shortNames.set(name, `--h${shortNames.size.toString(36)}`);
    return shortNames.get(name);
  });
}

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
      return { contents: shorten(code.trim()), loader: 'text', watchFiles: [path] };
    });
  },
};

const options = {
  absWorkingDir: HERE,
  entryPoints: { core: 'core/index.ts', panel: 'panel/index.ts' },
  outdir: STATIC,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  charset: 'utf8',
  legalComments: 'none',
  minify: true,
  plugins: [inlineCss],
  logLevel: 'info',
};

async function checkSize(name, limitBytes) {
  const { size } = await stat(`${STATIC}${name}`);
  if (size > limitBytes) {
    throw new Error(`${name} is ${size} bytes, more than the ${limitBytes} a panel may cost`);
  }
}

await mkdir(STATIC, { recursive: true });
if (process.argv.includes('--dev')) {
  const watcher = await context({ ...options, minify: false, sourcemap: 'inline' });
  await watcher.watch();
} else {
  await build(options);
  await checkSize('core.js', CORE_LIMIT_BYTES);
  await checkSize('panel.js', STUB_LIMIT_BYTES);
}
