import { clean } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import { nodeSchema, schemaId } from '../../domain/snapshot.ts';
import type { NodeSnapshot, Reading } from '../../domain/snapshot.ts';
import { worstHealth } from '../../domain/words.ts';

const maxMembers = 1000;
/** A site of sites of sites; deeper is a circle of nodetops that watch one another. */
const maxDepth = 3;
const maxTextCells = 2000;

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
 * Another nodetop's document as a reading of the site, its nodes as members. Fields that a newer
 * version added are dropped; a node that does not fit even so is left out and counted. Throws
 * `PollError` for a document of another major version.
 */
export function readDocument(
	document: object,
): Pick<Reading, 'identity' | 'members' | 'selfReport' | 'notes'> {
	const { schema, nodetop, nodes } = document as Partial<Record<string, unknown>>; // Any object is.
	if (schema !== schemaId) {
		throw new PollError('unsupported', `it speaks ${clean(String(schema), 40)}, not ${schemaId}`, {
			nextStep: 'run the same major version of nodetop on both sides',
		});
	}
	const all: unknown[] = Array.isArray(nodes) ? nodes : [];
	const read = all.slice(0, maxMembers).map((node) => readNode(cleaned(node)));
	const members = read
		.filter((node) => node !== undefined)
		.filter(({ target }) => target.name.split('/').length <= maxDepth);
	const version = versionOf(nodetop);
	const notes = notesOn(all.length, members.length);
	return {
		identity: { client: 'nodetop', ...(version !== undefined && { version }) },
		members,
		selfReport: {
			status:
				members.length === 0 ? 'unknown' : worstHealth(members.map((node) => node.health.status)),
			reasons: members.filter(isTroubled).map(describe),
		},
		...(notes.length > 0 && { notes }),
	};
}

function versionOf(nodetop: unknown): string | undefined {
	if (typeof nodetop !== 'object' || nodetop === null || !('version' in nodetop)) return undefined;
	return typeof nodetop.version === 'string' ? clean(nodetop.version, 40) : undefined;
}

function isTroubled({ health }: NodeSnapshot): boolean {
	return health.status !== 'up';
}

function describe({ target, health }: NodeSnapshot): string {
	return `${target.name} is ${health.status}`;
}

function notesOn(told: number, read: number): string[] {
	return read === told ? [] : [`${told - read} of its ${told} nodes are not shown`];
}

/** As the schema has it; what the schema does not know is taken out first, level by level. */
function readNode(value: unknown): NodeSnapshot | undefined {
	for (let attempt = 0; attempt <= maxUnknownLevels; attempt++) {
		const parsed = nodeSchema.safeParse(value);
		if (parsed.success) return parsed.data;
		const unknown = parsed.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
		if (unknown.length < parsed.error.issues.length) return undefined;
		for (const { path, keys } of unknown) {
			const holder = at(value, path);
			if (typeof holder !== 'object' || holder === null) return undefined;
			for (const key of keys) Reflect.deleteProperty(holder, key);
		}
	}
	return undefined;
}

const maxUnknownLevels = 6;

function at(value: unknown, path: readonly PropertyKey[]): unknown {
	let found = value;
	for (const key of path) {
		if (typeof found !== 'object' || found === null) return undefined;
		found = Reflect.get(found, key);
	}
	return found;
}

/** A copy in which every text, names of fields included, is clean. */
function cleaned(value: unknown): unknown {
	if (typeof value === 'string') return clean(value, maxTextCells);
	if (Array.isArray(value)) return value.map(cleaned);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [clean(key, maxTextCells), cleaned(inner)]),
	);
}
