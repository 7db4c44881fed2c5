import { findCircles, readImports } from './import-graph.ts';
import { refusalOf, walledFiles } from './walls.ts';

/**
 * What is wrong with the imports below a root, one line each. The linter sees the words of an import and
 * shows it while one types; this sees the file that the words lead to, and types as well.
 */
export function importProblems(root: string): string[] {
	const imports = readImports(root, walledFiles);
	const refused = imports.flatMap((one) => {
		const refusal = refusalOf(one);
		return refusal === undefined ? [] : [`${one.from}:${one.line} imports ${one.to}: ${refusal}`];
	});
	const circles = findCircles(imports).map(
		(files) => `these files import one another: ${files.join(', ')}`,
	);
	return [...refused, ...circles];
}

if (import.meta.main) {
	const problems = importProblems(process.cwd());
	for (const problem of problems) process.stderr.write(`${problem}\n`);
	process.exitCode = problems.length === 0 ? 0 : 1;
}
