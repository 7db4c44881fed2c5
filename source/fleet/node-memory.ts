import { readField } from '../domain/field-path.ts';
import type { UnjudgedNode } from '../sections/finding.ts';
import type { Identity } from '../sections/identity/schema.ts';
import type { Changes, IdentityMarks, LostValues, NodeMemory } from '../sections/node-memory.ts';
import { isCutShort } from '../sections/poll/cut-short.ts';
import { steadyFields } from '../sections/steady-fields.ts';
import {
	followPlaces,
	hasFinalized,
	hasRisen,
	notRising,
	setbackOf,
	togetherMs,
} from './rising.ts';
import type { Rising } from './rising.ts';

/** What is kept of a node from one reading to the next. */
export interface Remembered extends NodeMemory {
	/** Steady fields that were given, each with the readings since then that lacked it. */
	readonly given: ReadonlyMap<string, number>;
	readonly rising: Rising;
	/** When another node id answered, in the last hour. */
	readonly nodeIdChangedMs: readonly number[];
	readonly last: Identity;
}

export const nothingRemembered: Remembered = {
	given: new Map(),
	rising: notRising,
	nodeIdChangedMs: [],
	last: {},
};

/** Readings without a field after which it is lost; at once where nothing at all is left. */
const readingsUntilLost = 3;
/** A changed node id is reported for this time; then it counts as the node's own. */
const newIdentityMs = 3_600_000;
const mostChanges = 20;
/** Clocks are corrected; a start time that moves by less is the same. */
const sameStartMs = 5000;

/** The memory after a good reading. */
export function remember(before: Remembered, node: UnjudgedNode, atMs: number): Remembered {
	const { identity = {} } = node;
	const { last } = before;
	const isUpgraded = last.version !== undefined && identity.version !== last.version;
	const given = countAbsent(isUpgraded ? new Map<string, number>() : before.given, node);
	const rising = followPlaces(before.rising, node, {
		atMs,
		hasRestarted: hasRestarted(last, identity),
	});
	const nodeIdChangedMs = changesOfNodeId(before, identity, atMs);
	return {
		progressAtMs: hasRisen(before.rising, node) ? atMs : before.progressAtMs,
		finalAtMs: hasFinalized(before.rising, node) ? atMs : before.finalAtMs,
		first: firstMarks(before.first, identity, nodeIdChangedMs.length > 0),
		nodeIdChanges: together(nodeIdChangedMs, atMs),
		lost: lostOf(given),
		setback: setbackOf(rising, atMs),
		given,
		rising,
		nodeIdChangedMs,
		last: { ...last, ...identity },
	};
}

/** What a site remembers of a node that it judges. */
export function rememberedElsewhere(progressAtMs: number | undefined): Remembered {
	return { ...nothingRemembered, progressAtMs };
}

/** The same map when nothing changed: a copy for each poll of each node is what polls would cost most. */
function countAbsent(
	given: ReadonlyMap<string, number>,
	node: UnjudgedNode,
): ReadonlyMap<string, number> {
	const isUnknown = isCutShort(node.poll);
	let next: Map<string, number> | undefined;
	for (let index = 0; index < steadyFields.length; index++) {
		const { path } = steadyFields[index] ?? {};
		if (path === undefined) continue;
		const absent = given.get(path);
		const isAbsent = readField(node, path) === undefined;
		if (isAbsent && isUnknown) continue;
		const count = isAbsent ? oneMore(absent) : 0;
		if (count === undefined || count === absent) continue;
		next ??= new Map(given);
		next.set(path, count);
	}
	return next ?? given;
}

function oneMore(absent: number | undefined): number | undefined {
	return absent === undefined ? undefined : absent + 1;
}

function lostOf(given: ReadonlyMap<string, number>): LostValues | undefined {
	let isAny = false;
	let isAll = given.size > 0;
	for (const absent of given.values()) {
		if (absent === 0) isAll = false;
		else isAny = true;
	}
	if (!isAny) return undefined;
	const labels = steadyFields.flatMap(({ path, label }) => {
		const absent = given.get(path) ?? 0;
		return absent >= readingsUntilLost || (isAll && absent > 0) ? [label] : [];
	});
	return labels.length === 0 ? undefined : { labels: [...new Set(labels)], isAll };
}

function hasRestarted(before: Identity, now: Identity): boolean {
	if (before.startedAt !== undefined && now.startedAt !== undefined)
		return Date.parse(now.startedAt) - Date.parse(before.startedAt) > sameStartMs;
	return (now.uptimeSeconds ?? Infinity) < (before.uptimeSeconds ?? 0);
}

function changesOfNodeId(
	{ nodeIdChangedMs, last }: Remembered,
	{ nodeId }: Identity,
	atMs: number,
): readonly number[] {
	const known = last.nodeId;
	const isChanged = known !== undefined && nodeId !== undefined && nodeId !== known;
	if (!isChanged && nodeIdChangedMs.length === 0) return nodeIdChangedMs;
	const kept = nodeIdChangedMs.filter((changedMs) => atMs - changedMs < newIdentityMs);
	return (isChanged ? [...kept, atMs] : kept).slice(-mostChanges);
}

/** Chain, network and genesis stay as they first were; a node id is replaced once its change was reported. */
function firstMarks(
	first: IdentityMarks = {},
	{ chainId, networkId, genesisHash, nodeId }: Identity,
	isChangeTold: boolean,
): IdentityMarks {
	const marks = {
		chainId: first.chainId ?? chainId,
		networkId: first.networkId ?? networkId,
		genesisHash: first.genesisHash ?? genesisHash,
		nodeId: isChangeTold ? first.nodeId : (nodeId ?? first.nodeId),
	};
	const isSame =
		marks.chainId === first.chainId &&
		marks.networkId === first.networkId &&
		marks.genesisHash === first.genesisHash &&
		marks.nodeId === first.nodeId;
	return isSame ? first : marks;
}

function together(timesMs: readonly number[], atMs: number): Changes | undefined {
	const lastAtMs = timesMs.at(-1);
	if (lastAtMs === undefined) return undefined;
	return { lastAtMs, times: timesMs.filter((each) => atMs - each < togetherMs).length };
}
