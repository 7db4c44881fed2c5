import { execFile } from 'node:child_process';
import {
	cpSync,
	globSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCircles } from '../../scripts/import-graph.ts';
import { importProblems } from '../../scripts/check-imports.ts';
import { deepest, folderOf, forbiddenIn, walledFiles, walls } from '../../scripts/walls.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const linter = join(project, 'node_modules/oxlint/bin/oxlint');
let copy: string;

beforeEach(() => {
	copy = mkdtempSync(join(tmpdir(), 'nodetop-walls-'));
	symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
	mkdirSync(join(copy, 'scripts'));
	for (const file of ['oxlint.config.ts', 'scripts/walls.ts', 'package.json'])
		cpSync(join(project, file), join(copy, file));
});

afterEach(() => rmSync(copy, { recursive: true }));

const isFile = (path: string) => /\.tsx?$/.test(path);

/** A file in a folder of the table, at each depth that the program has; the line itself if it is a file. */
const placesIn = (folder: string) =>
	isFile(folder)
		? [folder]
		: ['', 'inner/', 'inner/config/', 'inner/config/alerts/'].map(
				(below) => `${folder}/${below}planted.ts`,
			);

const wordsFor = (from: string, to: string) => {
	const path = relative(dirname(from), isFile(to) || to === 'package.json' ? to : `${to}/other.ts`);
	return path.startsWith('.') ? path : `./${path}`;
};

function write(file: string, text: string): void {
	mkdirSync(dirname(join(copy, file)), { recursive: true });
	writeFileSync(join(copy, file), text);
}

const plant = (file: string, imports: readonly string[]) =>
	write(
		file,
		imports.map((words, index) => `import type { A as A${index} } from '${words}';\n`).join(''),
	);

/** What the linter refuses by some of the configuration's rules, as `rule file:line`. */
async function refusedByLinter(...rules: string[]): Promise<string[]> {
	const { stdout } = await promisify(execFile)(process.execPath, [linter, '--format=json'], {
		cwd: copy,
		maxBuffer: 1 << 28,
	}).catch((error: { stdout: string }) => error);
	// The linter's own format.
	const { diagnostics } = JSON.parse(stdout) as {
		diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
	};
	return diagnostics.flatMap(({ code, filename, labels }) => {
		const rule = /\((.*)\)/.exec(code)?.[1] ?? code;
		return rules.includes(rule) ? [`${rule} ${filename}:${labels[0]?.span.line}`] : [];
	});
}

test('one violation of each wall, at each depth, is refused by the linter and by the check; what is allowed is not', async () => {
	const planted = Object.entries(walls).flatMap(([folder, allowed]) =>
		placesIn(folder).flatMap((place) => {
			const { paths, packages } = forbiddenIn(folder);
			const refused = [...paths.map((path) => wordsFor(place, path)), ...packages];
			plant(place, [...refused, ...allowed.map((path) => wordsFor(place, path))]);
			return refused.map((_, index) => `${place}:${index + 1}`);
		}),
	);
	expect(planted.length).toBeGreaterThan(1000);
	const refused = importProblems(copy).flatMap((line) => /^\S+:\d+(?= imports)/.exec(line) ?? []);
	expect(refused.toSorted()).toEqual(planted.toSorted());

	// The linter starts slowly, so it sees at once what else it refuses: a function of 61 lines,
	// comments and blank lines counted.
	const folders = [
		'source/app',
		'source/alerts/rules',
		'hooks',
		'components',
		'screens/shell',
		'devnet/dag',
	];
	for (const folder of folders) {
		write(`${folder}/short.tsx`, functionOf(60));
		write(`${folder}/long.tsx`, functionOf(61));
	}
	const rules = ['no-restricted-imports', 'max-lines-per-function'];
	expect((await refusedByLinter(...rules)).toSorted()).toEqual(
		[
			...planted.map((place) => `no-restricted-imports ${place}`),
			...folders.map((folder) => `max-lines-per-function ${folder}/long.tsx:1`),
		].toSorted(),
	);
});

const functionOf = (lines: number) =>
	[
		'function f() {',
		...Array.from({ length: lines - 2 }, (_, n) => (n % 2 ? '' : '\t// why')),
		'}',
	].join('\n');

test('a folder without a line in the table is refused', () => {
	plant('source/new-room/planted.ts', ['../domain/words.ts']);
	expect(importProblems(copy)).toEqual([
		'source/new-room/planted.ts:1 imports source/domain/words.ts: this folder has no line in scripts/walls.ts',
	]);
});

test('a circle of files is refused, be it of types or of an import at run time', async () => {
	write('source/app/a.ts', "export type { B } from './b.ts';\n");
	write('source/app/b.ts', "export const load = () => import('./c.ts');\n");
	write('source/app/c.ts', "import type { A } from './a.ts';\nexport type C = A;\n");
	expect(importProblems(copy)).toEqual([
		'these files import one another: source/app/a.ts, source/app/b.ts, source/app/c.ts',
	]);

	// The linter shows circles of static imports.
	write('source/app/b.ts', "export type { C as B } from './c.ts';\n");
	expect((await refusedByLinter('no-cycle')).toSorted()).toEqual([
		'no-cycle source/app/a.ts:1',
		'no-cycle source/app/b.ts:1',
		'no-cycle source/app/c.ts:1',
	]);
});

test('the table has no circle, and its walls reach the deepest file', () => {
	const edges = Object.entries(walls).flatMap(([from, allowed]) =>
		allowed.map((to) => ({ from, to })),
	);
	expect(findCircles(edges)).toEqual([]);
	const depths = globSync(walledFiles, { cwd: project }).map(
		(file) => relative(folderOf(file) ?? '', file).split('/').length,
	);
	expect(Math.max(...depths)).toBeLessThanOrEqual(deepest);
});
