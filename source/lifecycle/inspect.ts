import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { targetOf } from './health/target.ts';
import { lookAt, markSchema } from './identity.ts';
import type { NodeRecord } from './identity.ts';
import { placeOf } from './paths.ts';
import type { ProcessPlace } from './paths.ts';
import type { ProcessStatus } from './protocol.ts';
import { readSmall } from './small-file.ts';
import { nodeNamePattern, specSchema } from './spec.ts';
import { readSaved } from './supervisor/state.ts';

/** The nodes that were ever started here, by name. */
export function knownNodes(root: string): readonly string[] {
	try {
		return readdirSync(root, { withFileTypes: true })
			.filter((entry) => entry.isDirectory() && nodeNamePattern.test(entry.name))
			.map(({ name }) => name)
			.filter((name) => existsSync(placeOf(root, name, '').spec))
			.toSorted();
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
		throw error;
	}
}

/** The record of a node that runs, whether it has a supervisor or not. */
export async function livingRecord(place: ProcessPlace): Promise<NodeRecord | undefined> {
	const record = readSmall(place.node, markSchema);
	if (!record) return undefined;
	return (await lookAt(record)).is === 'same' ? record : undefined;
}

/** The data directories of the other nodes that run, with the name of each. */
export async function otherDirectories(
	root: string,
	name: string,
): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>();
	for (const other of knownNodes(root)) {
		if (other === name) continue;
		const place = placeOf(root, other, '');
		const spec = readSmall(place.spec, specSchema);
		const directory = spec && targetOf(spec, homedir()).dataDirectory;
		if (directory !== undefined && (await livingRecord(place))) found.set(realOf(directory), other);
	}
	return found;
}

/** A directory without links, as far as it is there. */
export function realOf(directory: string): string {
	return existsSync(directory) ? realpathSync(directory) : directory;
}

/** The state of a node without a supervisor, from what it left behind. */
export function statusFromFiles(place: ProcessPlace, name: string): ProcessStatus {
	const saved = readSaved(place);
	const isResting = saved === undefined || ['stopped', 'error', 'crashed'].includes(saved.state);
	const reason = isResting
		? saved?.reason
		: 'it ended, or the machine was restarted, while no supervisor ran; exit code unknown';
	return {
		name,
		state: isResting ? (saved?.state ?? 'stopped') : 'crashed',
		restarts: saved?.restarts ?? 0,
		health: 'unknown',
		...(saved?.version !== undefined && { version: saved.version }),
		...(saved?.network !== undefined && { network: saved.network }),
		...(reason !== undefined && { reason }),
	};
}
