import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';
import type { Plugin } from 'rolldown';
import { createChunkNames } from './scripts/chunks.ts';
import { thirdPartyLicenses } from './scripts/licenses.ts';
import { schemasOnFirstUse } from './scripts/schemas-on-first-use.ts';

const cellWidthModule = fileURLToPath(new URL('source/domain/cell-width.ts', import.meta.url));

/** A module that stands in for another: what it is called, and the code that it holds. */
function standIn(
	name: string,
	replaces: (id: string, importer: string | undefined) => boolean,
	code: string,
): Plugin {
	return {
		name,
		resolveId: (id, importer) => (replaces(id, importer) ? `\0${name}` : null),
		load: (id) => (id === `\0${name}` ? code : null),
	};
}

const terminal = (file: string) =>
	JSON.stringify(fileURLToPath(new URL(`source/terminal/${file}`, import.meta.url)));

/**
 * Three modules within Ink, pinned to the version they were written for, that turn a frame into
 * cells and back several times. Ours do it by rows and leave what is not plain to Ink's own, which
 * they import under its full path. `test/terminal` compares the two.
 */
const leanerInk: Plugin = {
	name: 'leaner-ink',
	resolveId(id, importer) {
		const from = /[/\\]ink[/\\]build[/\\]([\w-]+)\.js$/.exec(importer ?? '')?.[1];
		const name = `${from} ${id}`;
		return Object.hasOwn(inkModules, name) ? `\0ink:${name}` : null;
	},
	load(id) {
		const name = id.startsWith('\0ink:') ? id.slice('\0ink:'.length) : '';
		return inkModules[name] ?? null;
	},
	transform(code, id) {
		const name = /[/\\]ink[/\\]build[/\\]([\w-]+)\.js$/.exec(id)?.[1];
		// A text of ours is a whole panel and seldom comes back: thousands kept are a leak by design.
		if (name === 'measure-text' || name === 'wrap-text')
			return replaced(code, 'maxSize: 4096', 'maxSize: 64');
		if (name !== 'log-update') return null;
		const from = `import { tidyFrame } from ${terminal('frame-bytes.ts')};\n`;
		return from + replaced(code, "write(buffer.join(''))", "write(tidyFrame(buffer.join('')))");
	},
};

/** Fails where a new version of Ink says it otherwise. */
function replaced(code: string, before: string, after: string): string {
	if (!code.includes(before)) throw new Error(`Ink has no ${before} any more`);
	return code.replace(before, after);
}

const ink = (file: string) =>
	JSON.stringify(fileURLToPath(new URL(`node_modules/ink/build/${file}`, import.meta.url)));

/** By importer and what it imports. */
const inkModules: Readonly<Record<string, string>> = {
	'renderer ./output.js': `
		import Original from ${ink('output.js')};
		import { frameOutputOver } from ${terminal('frame-output.ts')};
		export default frameOutputOver(Original);`,
	'squash-text-nodes ./sanitize-ansi.js': `
		import sanitize from ${ink('sanitize-ansi.js')};
		import { isPlainText } from ${JSON.stringify(cellWidthModule)};
		export default (text) => (isPlainText(text) ? text : sanitize(text));`,
	'log-update ./line-update.js': `
		export { lineUpdate as default } from ${terminal('line-update.ts')};`,
};

/**
 * A segmenter loads tables of several megabytes, and the pattern of all emoji takes 20 ms to make: both are
 * made at the first text that needs them, not at start.
 */
const tablesOnFirstUse: Plugin = {
	name: 'tables-on-first-use',
	transform: (code) =>
		/new Intl\.Segmenter\(|\\p\{RGI_Emoji\}/.test(code)
			? code
					.replaceAll(
						/^const (\w+) = new Intl\.Segmenter\(([^;]*)\);$/gm,
						'let $1Made;\nconst $1 = { segment: (text) => ($1Made ??= new Intl.Segmenter($2)).segment(text) };',
					)
					.replaceAll(
						/^const (\w+) = (\/\^\\p\{RGI_Emoji\}\$\/v);$/gm,
						'let $1Made;\nconst $1 = { test: (text) => ($1Made ??= $2).test(text) };',
					)
			: null,
};

/**
 * Yoga, Ink's layout, carries its WebAssembly as text and decodes it by fetching a data: URL, which
 * loads undici as well: 30 ms. Without fetch it decodes the text itself.
 */
const yogaWithoutFetch: Plugin = {
	name: 'yoga-without-fetch',
	transform: (code, id) =>
		id.includes('yoga-wasm-base64') ? code.replaceAll('"function"!=typeof fetch', 'true') : null,
};

/** What Node needs 1 to 13 ms to load, and a start does not call. */
const loadedWhenCalled: ReadonlySet<string> = new Set([
	'child_process',
	'crypto',
	'dns',
	'dns/promises',
	'http',
	'https',
	'readline',
	'readline/promises',
	'tls',
	'v8',
	'worker_threads',
	'zlib',
]);

/**
 * An import of a module of Node's reads each of its names. One name of `http` loads undici: 15 MB of memory
 * for a WebSocket that nobody asked for. One of `tls` decodes all certificates: 130 ms. Taken whole, and then only the
 * names that are used, they do not. Some are taken only when one of their functions is called.
 */
const leanBuiltins: Plugin = {
	name: 'lean-builtins',
	resolveId: (id, importer, { kind }) => {
		const name = id.replace(/^node:/, '');
		// The bundle's own runtime takes a name of it before any chunk could have run.
		if (name === 'module') return null;
		return builtinModules.includes(name) && kind === 'import-statement' ? `\0node-${name}` : null;
	},
	load: (id) => {
		const name = id.startsWith('\0node-') ? id.slice('\0node-'.length) : '';
		const whole = name === '' ? undefined : process.getBuiltinModule(`node:${name}`);
		if (whole === undefined) return null;
		const names = Object.keys(whole).filter((each) => /^[A-Za-z]\w*$/.test(each));
		const isLater = loadedWhenCalled.has(name);
		const values = names.map((each) => {
			const value =
				isLater && typeof Reflect.get(whole, each) === 'function'
					? `later((whole) => whole.${each})`
					: `(() => ${isLater ? 'load()' : 'whole'}.${each})()`;
			return `const name_${each} = /* @__PURE__ */ ${value};`;
		});
		const take = `process.getBuiltinModule('node:${name}')`;
		const code = `${isLater ? `const load = () => ${take};\n${later}` : `const whole = ${take};`}
			export default whole;
			${values.join('\n')}
			export { ${names.map((each) => `name_${each} as ${each}`).join(', ')} };`;
		return { code, moduleSideEffects: false };
	},
};

/** A function or a class of a module, and the module, which load it at the first use. */
const later = `
	function later(take) {
		const real = () => take(load());
		return new Proxy(function () {}, {
			apply: (_target, self, args) => Reflect.apply(real(), self, args),
			construct: (_target, args, made) => Reflect.construct(real(), args, made),
			get: (_target, key) => real()[key],
		});
	}
	const whole = /* @__PURE__ */ new Proxy({}, {
		get: (_target, key) => load()[key],
		has: (_target, key) => key in load(),
	});`;

const fromGot = /[/\\]got[/\\]dist[/\\]source[/\\]/;

/** What got carries for those who ask for HTTP/2 or send forms; nodetop does neither. */
const leanerGot: Plugin = {
	name: 'leaner-got',
	resolveId: (id, importer) =>
		fromGot.test(importer ?? '') && (id === 'node:http2' || id.endsWith('/http2-client.js'))
			? '\0got-without-http2'
			: null,
	load: (id) =>
		id === '\0got-without-http2'
			? `export class Http2ServerResponse {}
				export const constants = {};
				export default {
					auto() { throw new Error('this build asks over HTTP/1.1 only'); },
				};`
			: null,
	// To see that no body is a form it asks for the class, which is undici's.
	transform: (code, id) =>
		fromGot.test(id)
			? code.replace(
					'!(options.body instanceof FormData)) {',
					"typeof options.body !== 'object' || !(options.body instanceof FormData)) {",
				)
			: null,
};

/**
 * To name itself meow looks for a package.json and puts it in order, with tables of all licenses and hosts: 15 MB of
 * memory in each command that has flags. It is given its name, so it never looks.
 */
const leanerMeow: Plugin = {
	name: 'leaner-meow',
	transform(code, id) {
		const file = /[/\\]meow[/\\]build[/\\](options|dependencies)\.js$/.exec(id)?.[1];
		if (file === undefined) return null;
		const leaner =
			file === 'options'
				? code.replace(
						"import { a as readPackageUpSync, n as normalizePackageData } from './dependencies.js';",
						'const readPackageUpSync = () => undefined, normalizePackageData = () => undefined;',
					)
				: // What only those two used goes only if making it is known to do nothing else.
					code
						.replaceAll(
							/^((?:var|const) \w+ = )((?:require|getDefaultExport)[\w$]+\()/gm,
							'$1/* @__PURE__ */ $2',
						)
						.replace(/^promisify\(execFile\);$/m, '');
		if (leaner === code) this.error(`${id} is written in another way than this build knows`);
		return leaner;
	},
};

/**
 * A chunk with one sign beyond Latin-1 in it is held in memory at two bytes a letter, all of it. What is
 * written here are texts and patterns, where an escape is the same.
 */
const oneByteText: Plugin = {
	name: 'one-byte-text',
	generateBundle(_options, bundle) {
		for (const chunk of Object.values(bundle)) {
			if (chunk.type !== 'chunk') continue;
			// After a backslash, or raw, an escape would be another text.
			if (/\\[\u0100-\uFFFF]|\.raw`[^`]*[\u0100-\uFFFF]/.test(chunk.code))
				this.error(`a sign in ${chunk.fileName} cannot be escaped`);
			chunk.code = chunk.code.replaceAll(
				/[\u0100-\uFFFF]/g,
				(sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
			);
		}
	},
};

/**
 * One entry a process or thread: the command line, the embedded devnet that `demo` forks, the watchdog of
 * the command line, the worker that keeps the history, and the supervisor of a node. What an entry
 * imports dynamically (the terminal UI, each command) becomes a chunk of its own, so `--version`
 * loads a few kilobytes. React is built for production: development React doubles the CPU.
 */
export default defineConfig({
	input: {
		cli: 'source/cli.ts',
		devnet: 'devnet/main.ts',
		watchdog: 'source/commands/signals/watchdog.ts',
		history: 'source/history/worker.ts',
		supervisor: 'source/lifecycle/supervisor/main.ts',
	},
	platform: 'node',
	preserveEntrySignatures: 'allow-extension',
	plugins: [
		standIn('without-react-devtools', (id) => id === 'react-devtools-core', 'export default {};'),
		// Ink measures every piece of text several times a frame: it gets our measure too, which asks
		// string-width itself only where a character may be wider than one cell.
		standIn(
			'one-measure-of-text',
			(id, importer) => id === 'string-width' && importer !== cellWidthModule,
			`export { cellWidth as default } from ${JSON.stringify(cellWidthModule)};`,
		),
		leanerInk,
		tablesOnFirstUse,
		yogaWithoutFetch,
		leanerGot,
		leanerMeow,
		schemasOnFirstUse,
		// Behind those that replace an import of such a module.
		leanBuiltins,
		oneByteText,
		thirdPartyLicenses,
	],
	transform: { define: { 'process.env.NODE_ENV': '"production"' } },
	output: {
		dir: 'dist',
		format: 'esm',
		minify: { mangle: false, compress: true },
		entryFileNames: '[name].js',
		chunkFileNames: 'chunks/[name]-[hash].js',
		cleanDir: true,
		codeSplitting: {
			includeDependenciesRecursively: false,
			groups: [{ debugName: 'by use', name: createChunkNames() }],
		},
	},
});
