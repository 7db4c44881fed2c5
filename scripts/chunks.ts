import { fileURLToPath } from 'node:url';
import type { CodeSplittingNameFunction } from 'rolldown';

type Context = Parameters<CodeSplittingNameFunction>[1];

const source = (file: string) => fileURLToPath(new URL(`../source/${file}`, import.meta.url));

const entry = source('cli.ts');

const logs = source('commands/logs/logs.ts');
const watchdog = source('commands/signals/watchdog.ts');
const history = source('history/worker.ts');

/** What must stay small or is started often: these load their own code and little more. */
const lean = [
	entry,
	logs,
	watchdog,
	history,
	source('lifecycle/supervisor/main.ts'),
	source('history/outlooks.ts'),
];

/** What these share with all steps is a few kilobytes, and one chunk. The first that fits counts. */
const shared: Readonly<Record<string, readonly string[]>> = {
	threads: [watchdog, history],
	logs: [logs],
};

/** What a screen loads, in this order, and what a snapshot loads beside that. */
const steps = {
	command: source('commands/find-command.ts'),
	screen: source('commands/screen/screen.ts'),
	start: source('commands/screen/show-profiles.ts'),
	shown: source('main.tsx'),
	monitor: source('app/monitor-work.ts'),
	once: source('commands/once/once.ts'),
};

/**
 * The chunk of a module that several commands load. One chunk for each set of commands that share modules, which is
 * what a bundler makes by itself, is a hundred chunks at the start of a screen, and each costs 0.3 ms to find and to
 * link. Here a step of that start has one chunk of the modules that it shares and that no step before it loads. So has
 * what the command line, the threads and the reader of logs share with them.
 */
export function createChunkNames(): CodeSplittingNameFunction {
	let uses: ReadonlyMap<string, ReadonlySet<string>> | undefined;
	return (id, context) => {
		uses ??= usesOfModules(context);
		const roots = uses.get(id) ?? new Set();
		if (roots.size < 2 || lean.includes(id)) return null;
		// The command line loads this before it knows the command.
		if (roots.has(entry)) return 'first';
		const step = Object.entries(steps).find(([, root]) => roots.has(root))?.[0];
		if (step === undefined) return null;
		const small = Object.entries(shared).find(([, of]) => of.some((root) => roots.has(root)));
		if (small) return small[0];
		const leanRoots = lean.filter((root) => roots.has(root));
		return [step, ...leanRoots.map((root) => lean.indexOf(root))].join('-');
	};
}

/** By module: the entries and dynamic imports that load it. */
function usesOfModules(context: Context): ReadonlyMap<string, ReadonlySet<string>> {
	const uses = new Map<string, Set<string>>();
	const roots = new Set(lean);
	for (const root of roots) {
		const reached = new Set([root]);
		for (const id of reached) {
			const info = context.getModuleInfo(id);
			for (const imported of info?.importedIds ?? []) reached.add(imported);
			for (const imported of info?.dynamicallyImportedIds ?? []) roots.add(imported);
			const usedBy = uses.get(id) ?? new Set();
			uses.set(id, usedBy.add(root));
		}
	}
	return uses;
}
