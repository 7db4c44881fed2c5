interface ScreenEntry {
	/** The text of its tab, also shown in the help. */
	readonly title: string;
	/** A few words for the help and the manual, after the title. */
	readonly shows: string;
	/** Its key, where that is not its place among the tabs. */
	readonly key?: string;
}

/** Every screen, in the order of the tabs: the first has key 1. `screens/registry.ts` draws them. */
export const screenEntries = {
	overview: { title: 'Overview', shows: 'all nodes, and details of the selected one' },
	consensus: { title: 'Consensus', shows: 'height, rounds, finality' },
	dag: { title: 'DAG', shows: 'vertices, tips, growth' },
	network: { title: 'Network', shows: 'peers, bandwidth, latency' },
	resources: { title: 'Resources', shows: 'processor, memory, disk' },
	alerts: { title: 'Alerts', shows: 'what is wrong, and what to do' },
	storage: { title: 'Storage', shows: 'space, satellites and earnings of storage nodes' },
	logs: { title: 'Logs', shows: 'what a node that nodetop runs wrote, and its process' },
	history: { title: 'History', shows: 'any number over hours, days or months', key: '9' },
} as const satisfies Readonly<Record<string, ScreenEntry>>;

export type ScreenName = keyof typeof screenEntries;

// The keys of a constant object are exactly those of its type.
export const screenNames = Object.keys(screenEntries) as readonly ScreenName[];

/** Those whose key is their place. */
const screensInOrder = screenNames.filter((name) => !('key' in screenEntries[name]));

/** The key of a screen. */
export function screenKey(name: ScreenName): string {
	const { key }: ScreenEntry = screenEntries[name];
	return key ?? String(screensInOrder.indexOf(name) + 1);
}

/** Shows a screen. */
export type ScreenCommand = `screen.${ScreenName}`;

export function screenCommand(name: ScreenName): ScreenCommand {
	return `screen.${name}`;
}
