import type { Import } from './import-graph.ts';

/** What knows one part of the program each; `app` joins them, so none imports another. */
const capabilities = [
	'source/adapters',
	'source/alerts',
	'source/analysis',
	'source/config',
	'source/diagnosis',
	'source/export',
	'source/fleet',
	'source/frames',
	'source/health',
	'source/history',
	'source/keys',
	'source/lifecycle',
	'source/network-tests',
	'source/polling',
	'source/serve',
	'source/terminal',
] as const;

const core = ['source/domain', 'source/sections'] as const;
const commands = [...core, ...capabilities, 'source/app'] as const;

/**
 * What each folder may import besides itself (docs/decisions/0001-layout.md). A folder below another
 * one stands for itself. What has no line here must not exist.
 */
export const walls: Readonly<Record<string, readonly string[]>> = {
	'source/domain': [],
	'source/sections': ['source/domain'],
	...Object.fromEntries(capabilities.map((name) => [name, core])),
	'source/app': [...core, ...capabilities],
	'source/commands': commands,
	'source/commands/demo': [...commands, 'source/commands', 'devnet'],
	'source/commands/replay': [...commands, 'source/commands', 'source/main.tsx'],
	'source/commands/screen': [...commands, 'source/commands', 'source/main.tsx'],
	'source/version.ts': ['package.json'],
	'source/cli.ts': ['source/domain', 'source/commands', 'source/version.ts'],
	'source/main.tsx': [
		...core,
		'source/app',
		'source/config',
		'source/frames',
		'source/history',
		'source/keys',
		'source/lifecycle',
		'source/terminal',
		'hooks',
		'components',
		'screens',
	],
	devnet: core,
	hooks: [...core, 'source/keys'],
	components: [...core, 'source/keys', 'hooks'],
	screens: [
		...core,
		'source/alerts',
		'source/diagnosis',
		'source/frames',
		'source/history',
		'source/keys',
		'source/lifecycle',
		'source/network-tests',
		'hooks',
		'components',
	],
};

/** Where the terminal UI's packages may be loaded: everything else starts without React. */
const screenFolders = new Set(['source/main.tsx', 'hooks', 'components', 'screens']);
export const screenPackages = ['ink', 'ink-table', 'react', 'asciichart'] as const;

export const walledFiles = '{source,devnet,hooks,components,screens}/**/*.{ts,tsx}';

/** How many folders deep a line of the table can go. */
export const deepest = 5;

/** The line of the table that a file stands under: the longest that holds it. */
export function folderOf(file: string): string | undefined {
	return Object.keys(walls)
		.filter((folder) => isWithin(file, folder))
		.toSorted((a, b) => b.length - a.length)[0];
}

/** Everything that a folder may import, itself included. */
function allowedIn(folder: string): string[] {
	return [folder, ...(walls[folder] ?? [])];
}

/** What a folder must not import: lines of the table, folders beside them, packages of the screen. */
export function forbiddenIn(folder: string): { paths: string[]; packages: readonly string[] } {
	const allowed = allowedIn(folder);
	return {
		paths: [...Object.keys(walls), 'test', 'scripts', 'bench'].filter(
			(path) => !allowed.some((name) => isWithin(path, name)),
		),
		packages: screenFolders.has(folder) ? [] : screenPackages,
	};
}

/** Why an import is refused; undefined when it is fine. */
export function refusalOf({ from, to, isPackage }: Import): string | undefined {
	const folder = folderOf(from);
	if (folder === undefined) return 'this folder has no line in scripts/walls.ts';
	const isAllowed = isPackage
		? !forbiddenIn(folder).packages.some((name) => isWithin(to, name))
		: allowedIn(folder).some((name) => isWithin(to, name));
	return isAllowed ? undefined : messageFor(folder);
}

export function messageFor(folder: string): string {
	const allowed = walls[folder] ?? [];
	return `${folder} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}`;
}

function isWithin(path: string, folder: string): boolean {
	return path === folder || path.startsWith(`${folder}/`);
}
