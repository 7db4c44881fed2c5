/** What is pressed for a picture, from any other picture; what is awaited before it is taken. */
export interface View {
	readonly name: string;
	readonly keys: readonly string[];
	readonly until?: RegExp;
	/** What is pressed after it, where another picture would else show it too. */
	readonly leave?: readonly string[];
	/** Without this node, there is no such picture. */
	readonly node?: string;
}

const escape = '\u001B';
const enter = '\r';
/** Closes what is open, and goes to the first node of the overview. */
const home = [escape, escape, escape, '1', 'g'];

/** Every view that a key reaches. */
const everyView: readonly View[] = [
	view('overview'),
	view('maximised', 'e'),
	view('consensus', '2'),
	view('dag', '3'),
	view('network', '4'),
	{ ...view('topology', '4', '\t'), leave: ['\t'] },
	view('resources', '5'),
	view('alerts', '6'),
	{ ...view('silences', '6', 'u'), until: /─ Silences ─/ },
	view('storage', '7'),
	{ ...view('storage-storj-1', ...byName('Go to node storj-1'), '7'), node: 'storj-1' },
	view('logs', '8'),
	view('history', '9'),
	detailOf('dag-1'),
	detailOf('hotstuff-1'),
	detailOf('evm-1'),
	detailOf('storj-1'),
	{ ...view('explain', 'X'), until: /How sure|no problem is visible/ },
	{ ...view('ping', 'P'), until: /─ Ping: \S+ ─+ Esc closes ─/ },
	view('bandwidth', 'B'),
	view('traceroute', 'T'),
	view('connectivity', 'C'),
	view('help', '?'),
	view('palette', ':', 'st'),
	view('config', 'E'),
	{ ...view('changes', 'd'), until: /─ What changed.*\n(?!reading)/ },
	view('tutorial', ...byName('tutorial')),
];

function view(name: string, ...keys: string[]): View {
	return { name, keys: [...home, ...keys] };
}

function detailOf(node: string): View {
	return { ...view(`detail-${node}`, ...byName(`Go to node ${node}`), enter), node };
}

/** What runs something by its name. */
export function byName(name: string): string[] {
	return [':', name, enter];
}

/** The views of these names, in their order; all without names. Throws at a name that no view has. */
export function viewsNamed(names: readonly string[]): readonly View[] {
	if (names.length === 0) return everyView;
	return names.map((name) => {
		const found = everyView.find((each) => each.name === name);
		const all = everyView.map((each) => each.name).join(', ');
		if (!found) throw new Error(`no view is called ${name}; there are ${all}`);
		return found;
	});
}
