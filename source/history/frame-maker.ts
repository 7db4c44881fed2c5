import type { Json, JsonObject } from './codec/delta.ts';
import type { Batch } from './protocol.ts';
import type { IncomingRow } from './writer.ts';

/** Puts frames together from nodes as they changed, and takes the numbers out of them. */
export class FrameMaker {
	readonly #nodes = new Map<string, JsonObject>();
	readonly #paths: readonly string[];

	constructor(paths: readonly string[]) {
		this.#paths = paths;
	}

	/** The frame of a batch, where it has one. */
	make({ nodes, frame }: Batch): JsonObject | undefined {
		for (const [name, text] of nodes) this.#nodes.set(name, JSON.parse(text) as JsonObject); // Ours.
		if (!frame) return undefined;
		const names = new Set(frame.names);
		for (const name of this.#nodes.keys()) if (!names.has(name)) this.#nodes.delete(name);
		const rest = JSON.parse(frame.text) as JsonObject; // Of our own process.
		const listed = frame.names.map((name) => this.#nodes.get(name));
		if (listed.includes(undefined)) throw new Error('a node of the frame is missing');
		return { ...rest, nodes: listed.filter((node) => node !== undefined) };
	}

	/** One row a node, of what a failed poll did not leave as it was. */
	rowsOf({ atMs, nodes }: JsonObject): IncomingRow[] {
		if (typeof atMs !== 'number' || !Array.isArray(nodes)) return [];
		return (nodes as readonly Json[]).flatMap((node) => {
			const snapshot = child(node, 'snapshot');
			const name = at(snapshot, 'target.name');
			if (typeof name !== 'string' || at(snapshot, 'poll.status') === 'failed') return [];
			const found = this.#paths.flatMap((path): [string, number][] => {
				const value = at(snapshot, path);
				const number = typeof value === 'string' ? Number(value) : value;
				return typeof number === 'number' && Number.isFinite(number) ? [[path, number]] : [];
			});
			const names = found.map(([path]) => path);
			const values = found.map(([, value]) => value);
			return found.length === 0 ? [] : [{ node: name, track: 'frames', atMs, names, values }];
		});
	}
}

function at(root: Json | undefined, path: string): Json | undefined {
	let value = root;
	for (const name of path.split('.')) value = child(value, name);
	return value;
}

function child(value: Json | undefined, name: string): Json | undefined {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
	const object = value as JsonObject; // Neither a list nor null.
	return Object.hasOwn(object, name) ? object[name] : undefined;
}
