import type { Fork } from '../sections/group/schema.ts';
import type { Vertex } from '../sections/dag/schema.ts';
import { byText } from './member.ts';
import type { Member } from './member.ts';
import { hearEachOther } from './vertex-sides.ts';

/** One vertex that nodes hold for final. */
interface Final {
	readonly layer: number;
	/** By its author's clock, Unix ms. */
	readonly atMs: number;
	readonly nodes: Set<string>;
}

/** What was seen to be final in a DAG: by author and number the vertices, by id. */
export interface FinalMemory {
	readonly finals: Map<string, Map<string, Final>>;
	/** Those of `finals` where two vertices stand for one number. */
	readonly contested: Set<string>;
	/** What was taken note of last, by node. */
	readonly looked: Map<string, readonly Vertex[]>;
}

/** Two nodes hold different vertices of one author and number for final. */
export interface FinalFork {
	readonly fork: Fork;
	readonly author: string;
	readonly sequence: string;
	readonly layer: number;
}

const maxFinals = 4096;
const maxContested = 256;
/**
 * Vertices that crossed later than this after the conflict show that one of the two has given up what
 * it held for final: what is issued on either vertex is refused by who holds the other.
 */
const reunitedAfterMs = 15_000;

export function createFinalMemory(): FinalMemory {
	return { finals: new Map(), contested: new Set(), looked: new Map() };
}

/** Takes note of what the nodes hold for final; nodes that are gone are forgotten. */
export function observeFinals(memory: FinalMemory, members: readonly Member[]): void {
	for (const { name, node } of members) {
		const recent = node.dag?.recent;
		if (!recent || memory.looked.get(name) === recent) continue;
		memory.looked.set(name, recent);
		for (const vertex of recent) note(memory, name, vertex);
	}
	for (const key of memory.finals.keys()) {
		if (memory.finals.size <= maxFinals) break;
		if (!memory.contested.has(key)) memory.finals.delete(key);
	}
	if (memory.contested.size <= maxContested) return;
	// Of what still stands in conflict the first, which is the point of the fork, stays.
	const point = [...memory.contested].find((key) => isConflict(memory.finals.get(key)));
	for (const key of memory.contested) {
		if (memory.contested.size <= maxContested) break;
		if (key !== point) drop(memory, key);
	}
}

const isConflict = (byId: ReadonlyMap<string, Final> | undefined) =>
	byId !== undefined && exclusive(byId, new Set(holdersOfBoth(byId))).length > 1;

export function forgetFinalsOf(memory: FinalMemory, isThere: ReadonlySet<string>): void {
	for (const name of memory.looked.keys()) {
		if (isThere.has(name)) continue;
		memory.looked.delete(name);
		for (const byId of memory.finals.values()) leave(byId, name);
	}
}

function note(memory: FinalMemory, name: string, vertex: Vertex): void {
	const { id, author, sequence, layer, at, finalized } = vertex;
	if (finalized !== true || author === undefined || sequence === undefined) return;
	if (layer === undefined || at === undefined) return;
	const key = `${author} ${sequence}`;
	let byId = memory.finals.get(key);
	if (!byId) memory.finals.set(key, (byId = new Map()));
	const final = byId.get(id);
	if (final) final.nodes.add(name);
	else byId.set(id, { layer, atMs: Date.parse(at), nodes: new Set([name]) });
	if (byId.size > 1) memory.contested.add(key);
}

function drop(memory: FinalMemory, key: string): void {
	memory.contested.delete(key);
	memory.finals.delete(key);
}

function leave(byId: Map<string, Final>, name: string): void {
	for (const [id, { nodes }] of byId) {
		nodes.delete(name);
		if (nodes.size === 0) byId.delete(id);
	}
}

/**
 * The fork that final vertices show, from the lowest conflict on, and the nodes on either branch. A
 * node that holds both of two conflicting vertices for final is on no branch: it deals in them itself,
 * or did. A conflict ends for a node that hears those of another branch and nobody of its own.
 */
export function findFinalFork(
	memory: FinalMemory,
	members: readonly Member[],
): FinalFork | undefined {
	const known = new Map(members.map((member) => [member.name, member]));
	const branches: {
		readonly hash: string;
		readonly height: number;
		readonly nodes: Set<string>;
	}[] = [];
	let point: { readonly key: string; readonly layer: number } | undefined;
	const contests = lowestFirst(memory);
	const doubles = new Set(contests.flatMap(({ byId }) => holdersOfBoth(byId)));
	for (const { key, byId, layer } of contests) {
		reunite(byId, known);
		const holders = exclusive(byId, doubles);
		if (holders.length < 2) continue;
		point ??= { key, layer };
		for (const { id, nodes, height } of holders) {
			const branch = branches.find((each) => nodes.some((name) => each.nodes.has(name)));
			const isPlaced = (name: string) => branches.some((each) => each.nodes.has(name));
			const rest = nodes.filter((name) => !isPlaced(name));
			if (branch) for (const name of rest) branch.nodes.add(name);
			else branches.push({ hash: id, height, nodes: new Set(rest) });
		}
	}
	if (!point) return undefined;
	// A number has no blanks, the name of an author may have some.
	const border = point.key.lastIndexOf(' ');
	const [author, sequence] = [point.key.slice(0, border), point.key.slice(border + 1)];
	const told = branches
		.map(({ hash, height, nodes }) => ({ hash, height, nodes: [...nodes].sort(byText) }))
		.sort((a, b) => b.nodes.length - a.nodes.length || byText(a.nodes[0] ?? '', b.nodes[0] ?? ''));
	const number = Math.max(0, point.layer - 1);
	return { fork: { number, branches: told }, author, sequence, layer: point.layer };
}

interface Contest {
	readonly key: string;
	readonly byId: Map<string, Final>;
	readonly layer: number;
}

function lowestFirst({ finals, contested }: FinalMemory): Contest[] {
	return [...contested]
		.flatMap((key): Contest[] => {
			const byId = finals.get(key);
			if (!byId) return [];
			return [{ key, byId, layer: Math.min(...[...byId.values()].map(({ layer }) => layer)) }];
		})
		.sort((a, b) => a.layer - b.layer || byText(a.key, b.key));
}

function holdersOfBoth(byId: ReadonlyMap<string, Final>): string[] {
	const all = [...byId.values()].flatMap(({ nodes }) => [...nodes]);
	return all.filter((name, index) => all.indexOf(name) !== index);
}

/** Who holds one of the vertices alone, for each that somebody holds so. */
function exclusive(byId: ReadonlyMap<string, Final>, except: ReadonlySet<string>) {
	const all = [...byId].sort(([a], [b]) => byText(a, b));
	return all.flatMap(([id, { nodes, layer }]) => {
		const alone = [...nodes].filter((name) => !except.has(name));
		return alone.length > 0 ? [{ id, height: layer, nodes: alone.sort(byText) }] : [];
	});
}

function reunite(byId: Map<string, Final>, known: ReadonlyMap<string, Member>): void {
	const sinceMs = Math.max(...[...byId.values()].map(({ atMs }) => atMs)) + reunitedAfterMs;
	const holders = exclusive(byId, new Set(holdersOfBoth(byId)));
	const hears = (name: string, other: string): boolean => {
		const [a, b] = [known.get(name), known.get(other)];
		return name !== other && a !== undefined && b !== undefined && hearEachOther(a, b, sinceMs);
	};
	const gone = holders.flatMap(({ id, nodes }) =>
		nodes.filter((name) => {
			const others = holders.filter((each) => each.id !== id).flatMap((each) => each.nodes);
			const hearsOthers = others.some((other) => hears(name, other));
			return hearsOthers && !nodes.some((mate) => hears(name, mate));
		}),
	);
	for (const name of gone) leave(byId, name);
}
