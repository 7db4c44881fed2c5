import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { parseSync } from 'rolldown/utils';

/** One import, by resolved path: types, re-exports and dynamic imports count like any other. */
export interface Import {
	readonly from: string;
	/** A path from the root, or the specifier of a package. */
	readonly to: string;
	readonly isPackage: boolean;
	readonly line: number;
}

/** Every import of the TypeScript files that the pattern finds below a root. */
export function readImports(root: string, pattern: string): Import[] {
	return globSync(pattern, { cwd: root })
		.map((file) => file.replaceAll('\\', '/'))
		.toSorted()
		.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

function importsOf(file: string, text: string): Import[] {
	const { module, errors } = parseSync(file, text);
	if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
	const requests = [
		...module.staticImports.map((entry) => entry.moduleRequest),
		...module.staticExports.flatMap(({ entries }) =>
			entries.flatMap(({ moduleRequest }) => moduleRequest ?? []),
		),
		...module.dynamicImports.map((entry) => entry.moduleRequest),
	];
	return requests.flatMap(({ start, end }) => {
		// The parser gives a dynamic import by its place only; a computed one has no name to check.
		const quoted = /^(['"`])([^'"`$]+)\1$/.exec(text.slice(start, end))?.[2];
		if (quoted === undefined || quoted.startsWith('node:')) return [];
		const isPackage = !quoted.startsWith('.');
		const to = isPackage ? quoted : join(dirname(file), quoted);
		return [{ from: file, to, isPackage, line: text.slice(0, start).split('\n').length }];
	});
}

/** Groups of names that reach one another: each is at least one circle. */
export function findCircles(edges: readonly { from: string; to: string }[]): string[][] {
	const targets = new Map<string, Set<string>>();
	for (const { from, to } of edges) targets.set(from, (targets.get(from) ?? new Set()).add(to));
	const reached = new Map([...targets.keys()].map((name) => [name, reachable(name, targets)]));
	const seen = new Set<string>();
	const circles: string[][] = [];
	for (const [name, others] of reached) {
		if (seen.has(name) || !others.has(name)) continue;
		const circle = [...others].filter((other) => reached.get(other)?.has(name) === true);
		for (const member of circle) seen.add(member);
		circles.push(circle.toSorted());
	}
	return circles;
}

function reachable(start: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
	const found = new Set<string>();
	const open = [start];
	for (let name = open.pop(); name !== undefined; name = open.pop()) {
		for (const next of targets.get(name) ?? []) {
			if (found.has(next)) continue;
			found.add(next);
			open.push(next);
		}
	}
	return found;
}
