import * as z from 'zod';
import { formatMs } from '../../domain/format.ts';
import { clean, cleanAll } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import { schemaId } from '../../sections/schema-id.ts';
import { nodeSchema } from '../../sections/snapshot.ts';
import type { NodeSnapshot, Reading } from '../../sections/snapshot.ts';
import { defined } from '../../domain/defined.ts';

const maxMembers = 1000;
/** A site of sites of sites; deeper is a circle of nodetops too old to know themselves. */
const maxDepth = 3;
const maxTextCells = 2000;
/** As deep as a node goes. */
const maxAttempts = 8;
const mostReasons = 5;

/** Whether a value is a snapshot document of any nodetop, by its `schema`. */
export function isDocument(value: unknown): value is object {
	return (
		typeof value === 'object' &&
		value !== null &&
		'schema' in value &&
		typeof value.schema === 'string' &&
		value.schema.startsWith('nodetop/')
	);
}

/**
 * Another nodetop's document as a reading of the site, its nodes as members. What a newer version
 * added is dropped; a node that does not fit even so is left out and counted. So is what the site knows
 * only through the nodetop called `self`. Throws `PollError` for a document of another major version,
 * and for one of `self` itself.
 */
export function readDocument(
	document: object,
	self: string,
	read: (node: unknown) => NodeSnapshot | undefined = readForeignNode,
): Pick<Reading, 'identity' | 'members' | 'selfReport' | 'notes'> {
	const { schema, nodetop, nodes, takenAt } = document as Partial<Record<string, unknown>>; // Any object is.
	if (schema !== schemaId) {
		throw new PollError('unsupported', `it speaks ${clean(String(schema), 40)}, not ${schemaId}`, {
			nextStep: 'run the same major version of nodetop on both sides',
		});
	}
	const program = programSchema.parse(nodetop);
	if (program.instance === self) {
		throw new PollError('unsupported', 'this is nodetop itself, and it would watch what it shows', {
			nextStep: 'take this address out of its nodes',
		});
	}
	const all: unknown[] = Array.isArray(nodes) ? nodes : [];
	const known = all.slice(0, maxMembers).map(read);
	const current = withoutCircles(uniqueByName(known.filter((node) => node !== undefined)), self);
	const takenAtMs = Date.parse(String(takenAt));
	const members = current.map((node) => asOf(node, takenAtMs));
	const notes = notesOn(all.length, members);
	return {
		identity: defined({ client: 'nodetop', version: program.version, nodeId: program.instance }),
		members: members.map((snapshot) => ({ snapshot })),
		selfReport: reportOf(members),
		...(notes.length > 0 && { notes }),
	};
}

/** Reads documents of which each has nodes of the one before: a node that is the same object is read once. */
export function createDocumentReader(): (
	document: object,
	self: string,
) => ReturnType<typeof readDocument> {
	const known = new WeakMap<object, { readonly snapshot: NodeSnapshot | undefined }>();
	const read = (node: unknown): NodeSnapshot | undefined => {
		if (typeof node !== 'object' || node === null) return readForeignNode(node);
		const snapshot = known.get(node) ?? { snapshot: readForeignNode(node) };
		known.set(node, snapshot);
		return snapshot.snapshot;
	};
	return (document, self) => readDocument(document, self, read);
}

function readForeignNode(node: unknown): NodeSnapshot | undefined {
	return readNode(cleanAll(node, maxTextCells));
}

const label = z
	.string()
	.transform((text) => clean(text, 40))
	.optional()
	.catch(undefined);
const programSchema = z.object({ version: label, instance: label }).catch({});

/** The screens know a node by its name. */
function uniqueByName(nodes: readonly NodeSnapshot[]): NodeSnapshot[] {
	return [...new Map(nodes.map((node) => [node.target.name, node])).values()];
}

/** Sites that watch one another would else show each other's nodes within each other, ever deeper. */
function withoutCircles(nodes: readonly NodeSnapshot[], self: string): NodeSnapshot[] {
	const mirrors = nodes
		.filter(({ target, identity }) => target.kind === 'nodetop' && identity?.nodeId === self)
		.map(({ target }) => target.name);
	return nodes.filter(
		({ target: { name } }) =>
			name.split('/').length <= maxDepth &&
			!mirrors.some((mirror) => name === mirror || name.startsWith(`${mirror}/`)),
	);
}

/** Nobody lets so much time pass between two polls of a node. */
const longestPauseMs = 3_600_000;

/**
 * What the site says of a node that it does not ask any more, or whose last poll failed, is no word on how the
 * node is, whatever else stands there.
 */
function asOf(node: NodeSnapshot, takenAtMs: number): NodeSnapshot {
	const { poll, health } = node;
	const pausedMs = takenAtMs - Date.parse(poll.at ?? '');
	const isOld = pausedMs > longestPauseMs;
	const isFailed = poll.status === 'failed' && health.status === 'up';
	if (health.status === 'unknown' || !(isOld || isFailed)) return node;
	const message = isOld
		? `not known: its site asked it last ${formatMs(Math.round(pausedMs / 1000) * 1000)} ago`
		: 'not known: its site calls it up, and could not poll it';
	const since = poll.at ?? poll.lastGoodAt;
	return {
		...node,
		health: {
			status: 'unknown',
			issues: [
				...health.issues,
				...(since === undefined
					? []
					: [
							{
								code: 'siteUnreachable',
								component: 'poll' as const,
								severity: 'warning' as const,
								message,
								since,
								nextStep: 'look at the nodetop of the site: whether it still polls this node',
							},
						]),
			],
		},
	};
}

/** Degraded while any node is in trouble: only a site of which all is down is down itself. */
function reportOf(members: readonly NodeSnapshot[]): NonNullable<Reading['selfReport']> {
	if (members.length === 0) return { status: 'unknown', reasons: ['it watches no node'] };
	const counts = { up: 0, degraded: 0, down: 0, unknown: 0 };
	for (const { health } of members) counts[health.status]++;
	const troubled = members.filter(({ health }) => health.status !== 'up');
	const reasons = troubled
		.slice(0, mostReasons)
		.map(({ target, health }) => `${target.name} is ${health.status}`);
	if (troubled.length > mostReasons) reasons.push(`and ${troubled.length - mostReasons} more`);
	if (counts.unknown === members.length) return { status: 'unknown', reasons };
	if (counts.down === members.length) return { status: 'down', reasons };
	return { status: counts.degraded + counts.down > 0 ? 'degraded' : 'up', reasons };
}

function notesOn(told: number, members: readonly NodeSnapshot[]): string[] {
	const left = told - members.length;
	return left === 0 ? [] : [`${left} of its ${told} nodes are not shown`];
}

/**
 * As the schema has it. What the schema does not know is taken out first: fields with an unknown name,
 * then values that do not fit, with their item of a list, or else with their whole section.
 */
function readNode(value: unknown): NodeSnapshot | undefined {
	for (let attempt = 0; attempt <= maxAttempts; attempt++) {
		const parsed = nodeSchema.safeParse(value);
		if (parsed.success) return parsed.data;
		const { issues } = parsed.error;
		const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
		const isMended =
			unknown.length > 0
				? unknown.every(({ path, keys }) => removeKeys(at(value, path), keys))
				: removeMisfits(
						value,
						issues.map(({ path }) => path),
					);
		if (!isMended) return undefined;
	}
	return undefined;
}

function removeKeys(holder: unknown, keys: readonly string[]): boolean {
	if (typeof holder !== 'object' || holder === null) return false;
	return keys.every((key) => Reflect.deleteProperty(holder, key));
}

const neededSections = new Set<PropertyKey>(['target', 'poll', 'health']);

function removeMisfits(node: unknown, paths: readonly (readonly PropertyKey[])[]): boolean {
	const cuts = new Map(
		paths.map((path) => {
			const item = path.findLastIndex((key) => typeof key === 'number');
			const cut = path.slice(0, item < 0 ? 1 : item + 1);
			return [cut.join('.'), cut];
		}),
	);
	// From the last on, so that the places of a list's earlier items stay what they are.
	return [...cuts.values()].toReversed().every((cut) => remove(node, cut));
}

function remove(node: unknown, cut: readonly PropertyKey[]): boolean {
	const key = cut.at(-1);
	const holder = at(node, cut.slice(0, -1));
	if (key === undefined || typeof holder !== 'object' || holder === null) return false;
	if (Array.isArray(holder)) {
		holder.splice(Number(key), 1);
		return true;
	}
	return !neededSections.has(key) && Reflect.deleteProperty(holder, key);
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
	let found = value;
	for (const key of path) {
		if (typeof found !== 'object' || found === null) return undefined;
		found = Reflect.get(found, key);
	}
	return found;
}
