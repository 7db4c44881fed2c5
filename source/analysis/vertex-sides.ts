import type { Vertex } from '../sections/dag/schema.ts';
import { readHeardPeers } from './heard-peers.ts';
import type { HeardPeers } from './heard-peers.ts';
import { byText } from './member.ts';
import type { Member } from './member.ts';

/** Which nodes of a DAG network hear each other, judged by their newest vertices. */
export interface Sides {
	/** Nodes that have each other's new vertices, the largest side first; two or more are a partition. */
	readonly sides: readonly (readonly string[])[];
	/** Nodes that miss vertices of the others, while the others have all of theirs. */
	readonly behind: readonly string[];
	/**
	 * Nodes that miss new vertices of a node from which they have heard since, if most do: messages are
	 * lost between them. They are on one side, and none is behind.
	 */
	readonly losing: readonly string[];
	/** Nodes that reported too few vertices, or at another time than the rest. */
	readonly unknown: readonly string[];
}

interface View {
	readonly ids: ReadonlySet<string>;
	/** Newest first. */
	readonly vertices: readonly { readonly id: string; readonly atMs: number }[];
	readonly newestAtMs: number;
	readonly oldestAtMs: number;
}

/** A view, and the vertices in it that are new, but old enough that everybody should have them. */
interface Hearer extends View {
	/** Nodes with the same fresh vertices, which so hear each other; the view is the first one's. */
	readonly names: string[];
	readonly fresh: readonly { readonly id: string; readonly atMs: number }[];
}

/** How long a vertex may take to reach every node if no latency is known. */
const leastGraceMs = 1500;
const mostGraceMs = 6000;
/** If another node misses this many vertices in a row, that is no accident. */
const freshCount = 3;
/** Views taken further apart than this cannot be compared by what is new in them. */
const mostApartMs = 8000;

const views = new WeakMap<readonly Vertex[], View | null>();

/**
 * Two nodes hear each other when each has some of the other's new vertices, by whatever way they
 * came; they are on two sides when each misses all of the other's. Only differences between an
 * author's own timestamps count, so no clock has to be right.
 */
export function findVertexSides(members: readonly Member[]): Sides {
	const latest = Math.max(...members.map(({ readAtMs }) => readAtMs));
	const hearers = new Map<string, Hearer>();
	const unknown: string[] = [];
	const isTimely = ({ readAtMs }: Member) => latest - readAtMs <= mostApartMs;
	const timely = members.filter(isTimely);
	const earliest = Math.min(...timely.map(({ readAtMs }) => readAtMs));
	const graceMs = graceOf(timely);
	for (const member of members) {
		const view = viewOf(member.node.dag?.recent);
		const lateMs = member.readAtMs - earliest;
		const fresh = view && isTimely(member) ? freshIn(view, graceMs + lateMs) : [];
		if (view && fresh.length === freshCount) addHearer(hearers, member.name, view, fresh);
		else unknown.push(member.name);
	}
	const clusters = cluster([...hearers.values()]);
	const heard = readHeardPeers(members);
	const losing = clusters.length > 1 ? losingOf(clusters, heard) : [];
	if (losing.length > 0) return { sides: [namesOf(clusters.flat())], behind: [], losing, unknown };
	const { sides, behind, unplaced } = separate(clusters, heard);
	return { sides, behind, losing, unknown: [...unknown, ...unplaced] };
}

/** The nodes of other clusters that miss all new vertices of a node that they hear, where they are most. */
function losingOf(clusters: readonly Hearer[][], heard: HeardPeers): string[] {
	const all = clusters.flat();
	const losing = all.filter((one) =>
		all.some((other) => missesAllOf(one, other) && hasHeardSince(one, other, heard)),
	);
	const names = namesOf(losing);
	return names.length * 2 > namesOf(all).length ? names : [];
}

/**
 * Whether one node heard of another after the vertices of it that are missing were issued. A node that is
 * cut off has heard nothing since. Ages are compared, for the clocks of both may differ.
 */
function hasHeardSince(one: Hearer, other: Hearer, heard: HeardPeers): boolean {
	const issuedAtMs = other.fresh.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
	const ageMs = other.newestAtMs - issuedAtMs;
	return one.names.some((by) =>
		other.names.some((of) => {
			const lastMs = heard.lastHeardMs(by, of);
			return lastMs !== undefined && one.newestAtMs - lastMs < ageMs;
		}),
	);
}

/**
 * Whether each of two nodes has some of the other's new vertices that were issued after a moment, Unix
 * ms by their authors' clocks; also false if they report too little to decide.
 */
export function hearEachOther(a: Member, b: Member, sinceMs: number): boolean {
	const graceMs = graceOf([a, b]) + Math.abs(a.readAtMs - b.readAtMs);
	const [one, other] = [a, b].map(({ name, node }): Hearer | undefined => {
		const view = viewOf(node.dag?.recent);
		const fresh = view && freshIn(view, graceMs).filter(({ atMs }) => atMs > sinceMs);
		return fresh && { ...view, names: [name], fresh };
	});
	return one !== undefined && other !== undefined && has(one, other) && has(other, one);
}

function addHearer(
	hearers: Map<string, Hearer>,
	name: string,
	view: View,
	fresh: Hearer['fresh'],
): void {
	const key = fresh.map(({ id }) => id).join(' ');
	const known = hearers.get(key);
	if (known) known.names.push(name);
	else hearers.set(key, { ...view, names: [name], fresh });
}

/** A DAG's gossip is told in round trips, and a vertex may need to be asked for. */
function graceOf(members: readonly Member[]): number {
	const slowest = Math.max(
		0,
		...members.map(({ node }) => node.network?.latencyMs?.p99 ?? node.network?.latencyMs?.avg ?? 0),
	);
	return Math.min(Math.max(slowest * 2, leastGraceMs), mostGraceMs);
}

function viewOf(recent: readonly Vertex[] | undefined): View | undefined {
	if (!recent) return undefined;
	let view = views.get(recent);
	if (view === undefined) {
		view = readView(recent);
		views.set(recent, view);
	}
	return view ?? undefined;
}

function readView(recent: readonly Vertex[]): View | null {
	const ids = new Set<string>();
	const vertices = recent.map(({ id, at }) => {
		ids.add(id);
		return { id, atMs: Date.parse(at ?? '') };
	});
	if (vertices.some(({ atMs }) => Number.isNaN(atMs))) return null;
	vertices.sort((a, b) => b.atMs - a.atMs);
	const [newest, oldest] = [vertices[0], vertices.at(-1)];
	if (!newest || !oldest) return null;
	return {
		ids,
		vertices,
		newestAtMs: newest.atMs,
		oldestAtMs: oldest.atMs,
	};
}

function freshIn(view: View, ageMs: number): View['vertices'] {
	// Newest first, so that those that are old enough begin at the first of them.
	const from = view.vertices.findIndex(({ atMs }) => atMs < view.newestAtMs - ageMs);
	return from === -1 ? [] : view.vertices.slice(from, from + freshCount);
}

const has = (a: Hearer, b: Hearer) => b.fresh.some(({ id }) => a.ids.has(id));

/** Only what is newer than a view's oldest vertex could be in it. */
const missesAllOf = (a: Hearer, b: Hearer) =>
	b.fresh.every(({ id, atMs }) => atMs >= a.oldestAtMs && !a.ids.has(id));

/** Nodes that hear each other, directly or through others among them. */
function cluster(hearers: readonly Hearer[]): Hearer[][] {
	const clusters: Hearer[][] = [];
	let rest = [...hearers];
	for (;;) {
		const first = rest.shift();
		if (!first) break;
		const found = [first];
		for (const member of found) {
			const others: Hearer[] = [];
			for (const other of rest) {
				(has(member, other) && has(other, member) ? found : others).push(other);
			}
			rest = others;
		}
		clusters.push(found);
	}
	return clusters.sort(
		(a, b) =>
			namesOf(b).length - namesOf(a).length || byText(namesOf(a)[0] ?? '', namesOf(b)[0] ?? ''),
	);
}

const anyPair = (a: readonly Hearer[], b: readonly Hearer[], test: typeof has) =>
	a.some((one) => b.some((other) => test(one, other)));

const isBehind = (a: Hearer, b: Hearer) => has(b, a) && missesAllOf(a, b);
const isApart = (a: Hearer, b: Hearer) => missesAllOf(a, b) && missesAllOf(b, a);

/**
 * A cluster is behind if another has all its vertices and it misses the other's newest vertices. Clusters
 * that miss each other's vertices are sides.
 */
function separate(
	clusters: readonly Hearer[][],
	heard: HeardPeers,
): Pick<Sides, 'sides' | 'behind'> & { readonly unplaced: readonly string[] } {
	const isCutOff = (a: Hearer, b: Hearer) =>
		isApart(a, b) && !hasHeardSince(a, b, heard) && !hasHeardSince(b, a, heard);
	const leading = clusters.filter(
		(found) => !clusters.some((other) => other !== found && anyPair(found, other, isBehind)),
	);
	const sides: Hearer[][] = [];
	for (const found of leading) {
		const near = sides.find((side) => !anyPair(side, found, isCutOff));
		if (near) near.push(...found);
		else sides.push([...found]);
	}
	const behind = clusters.filter((found) => !leading.includes(found)).flat();
	const isOfNone = (one: Hearer, index: number, side: readonly Hearer[]) =>
		index > 0 &&
		!side.some((other) => other !== one && (has(one, other) || has(other, one))) &&
		sides.some((others) => others !== side && !others.some((other) => isCutOff(one, other)));
	// It shares nothing with its side, and may as well be of another.
	const unplaced = sides.flatMap((side) => side.filter(isOfNone));
	const placed = sides.map((side) => side.filter((each) => !unplaced.includes(each)));
	return { sides: placed.map(namesOf), behind: namesOf(behind), unplaced: namesOf(unplaced) };
}

function namesOf(hearers: readonly Hearer[]): string[] {
	return hearers.flatMap(({ names }) => names).sort(byText);
}

/** The vertex of the highest layer that most nodes of a side have, and how many do. */
export function newestCommonVertex(
	members: readonly Member[],
	side: readonly string[],
): { readonly height: number; readonly hash: string; readonly by: number } | undefined {
	const inSide = new Set(side);
	const found = members.filter(({ name }) => inSide.has(name));
	const seen = found.flatMap(({ node }) => viewOf(node.dag?.recent) ?? []);
	const [first] = found;
	if (!first || seen.length < 2) return undefined;
	const layered = (first.node.dag?.recent ?? [])
		.flatMap(({ id, layer }) => (layer === undefined ? [] : [{ id, layer }]))
		.sort((a, b) => b.layer - a.layer || byText(a.id, b.id));
	let best: { height: number; hash: string; by: number } | undefined;
	for (const { id, layer } of layered) {
		const by = seen.filter(({ ids }) => ids.has(id)).length;
		if (by > (best?.by ?? 1)) best = { height: layer, hash: id, by };
		if (by === seen.length) break;
	}
	return best;
}
