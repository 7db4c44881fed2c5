import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** A file that an example of contributing.md adds, or a place that it changes. */
export interface Step {
	/** The chapter's heading. */
	readonly chapter: string;
	readonly file: string;
	readonly change: { readonly text: string } | { readonly before: string; readonly after: string };
}

/** The examples of contributing.md: TypeScript blocks that begin with a path, and diffs. */
export function readSteps(): Step[] {
	const text = readFileSync(join(project, 'contributing.md'), 'utf8');
	return text.split(/^## /m).flatMap((part) => {
		const [chapter = ''] = part.split('\n', 1);
		return [...part.matchAll(/^```(ts|tsx|diff)\n(.*?)^```$/gms)].map(([, kind, block = '']) =>
			kind === 'diff' ? readDiff(chapter, block) : readFile(chapter, block),
		);
	});
}

function readFile(chapter: string, block: string): Step {
	const [, file = '', text = ''] = /^\/\/ (\S+)\n(.*)$/s.exec(block) ?? [];
	return { chapter, file, change: { text } };
}

function readDiff(chapter: string, block: string): Step {
	const [heading = '', ...lines] = block.trimEnd().split('\n');
	const without = (sign: string) =>
		lines
			.filter((line) => !line.startsWith(sign))
			.map((line) => line.slice(1))
			.join('\n');
	return {
		chapter,
		file: heading.replace(/^--- /, ''),
		change: { before: without('+'), after: without('-') },
	};
}

/** A copy of the project that the examples are applied to. */
export function copyProject(): string {
	const copy = mkdtempSync(join(tmpdir(), 'nodetop-copy-'));
	symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
	const parts = ['source', 'devnet', 'hooks', 'components', 'screens', 'scripts', 'bin'];
	const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'rolldown.config.ts'];
	for (const name of [...parts, ...files, 'oxlint.config.ts'])
		cpSync(join(project, name), join(copy, name), { recursive: true });
	return copy;
}

export function apply(copy: string, { file, change }: Step): void {
	const path = join(copy, file);
	if ('text' in change) {
		if (existsSync(path)) throw new Error(`${file} is there already`);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, change.text);
		return;
	}
	const parts = readFileSync(path, 'utf8').split(change.before);
	if (parts.length !== 2)
		throw new Error(`${file} has ${parts.length - 1} times:\n${change.before}`);
	writeFileSync(path, parts.join(change.after));
}
