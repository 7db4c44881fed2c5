import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { targetOf } from './health/target.ts';
import { livingPart, markSchema } from './identity.ts';
import type { NodeRecord } from './identity.ts';
import { knownNodes, placeOf } from './paths.ts';
import type { ProcessPlace } from './paths.ts';
import type { ProcessStatus } from './protocol.ts';
import { readSmall } from './small-file.ts';
import { specSchema } from './spec.ts';
import { readSaved } from './supervisor/state.ts';
import type { Saved } from './supervisor/state.ts';

/** What is known of a node that runs, whether it has a supervisor or not. */
export async function livingRecord(place: ProcessPlace): Promise<NodeRecord | undefined> {
	const record = readSmall(place.node, markSchema);
	if (!record) return undefined;
	return livingPart(record);
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

/** What became of a node that ended while no supervisor ran; undefined for one that did not run then. Pure. */
export function lossOf(
	saved: Pick<Saved, 'state'> | undefined,
): { readonly state: 'stopped' | 'crashed'; readonly reason: string } | undefined {
	if (saved === undefined || ['stopped', 'error', 'crashed'].includes(saved.state))
		return undefined;
	if (saved.state === 'stopping')
		return { state: 'stopped', reason: 'ended after its supervisor was gone, exit code unknown' };
	const reason =
		'it ended, or the machine was restarted, while no supervisor ran; exit code unknown';
	return { state: 'crashed', reason };
}

/** The state of a node without a supervisor, from what it left behind. */
export function statusFromFiles(place: ProcessPlace, name: string): ProcessStatus {
	const saved = readSaved(place);
	const { state = 'stopped', reason } = lossOf(saved) ?? saved ?? {};
	const spec = readSmall(place.spec, specSchema);
	const rpcUrl = spec && targetOf(spec, homedir()).url;
	return {
		name,
		state,
		restarts: saved?.restarts ?? 0,
		health: 'unknown',
		...(saved?.version !== undefined && { version: saved.version }),
		...(saved?.network !== undefined && { network: saved.network }),
		...(reason !== undefined && { reason }),
		...(rpcUrl !== undefined && { rpcUrl }),
	};
}
