import { createHash } from 'node:crypto';
import {
	chmodSync,
	copyFileSync,
	createReadStream,
	existsSync,
	mkdirSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { isGeth } from './flags/endpoint.ts';
import { isKnownSwitch, knownFlag, standingOf } from './flags/geth-version.ts';
import { readNodeFlags } from './flags/node-flags.ts';
import type { ProcessPlace } from './paths.ts';
import { findProgram, versionOf } from './program.ts';
import type { UpgradeOrder } from './protocol.ts';

export interface StagedRelease {
	/** Its directory below the releases. */
	readonly release: string;
	/** The path through the link, which the node is started by. */
	readonly program: string;
	readonly version: string | undefined;
	readonly sha256: string;
	/** What the link pointed to before. */
	readonly previousRelease: string | undefined;
}

/** Copies a binary beside the others, after its checksum and its version were compared. */
export async function stageBinary(
	place: ProcessPlace,
	order: UpgradeOrder,
	program: string,
): Promise<StagedRelease> {
	const file = findProgram(order.binary, '/', undefined);
	const sha256 = await digestOf(file);
	if (order.sha256 !== undefined && order.sha256.toLowerCase() !== sha256)
		throw new UserError(`the checksum of ${file} is ${sha256}, not ${order.sha256.toLowerCase()}`, {
			nextSteps: ['download it again, and compare its signature'],
		});
	const version = await versionOf(file);
	if (order.version !== undefined && version !== order.version.replace(/^v/, ''))
		throw new UserError(`${file} is version ${version ?? 'unknown'}, not ${order.version}`);
	const release = sha256.slice(0, 16);
	const directory = join(place.releases, release);
	// The name stays: the dialect of its flags is known by it.
	const name = basename(program);
	if (!existsSync(join(directory, name))) {
		const fresh = `${directory}.${process.pid}.new`;
		mkdirSync(fresh, { recursive: true, mode: 0o700 });
		copyFileSync(file, join(fresh, name));
		chmodSync(join(fresh, name), 0o700);
		renameSync(fresh, directory);
	}
	const linked = join(place.releases, 'current', name);
	return { release, program: linked, version, sha256, previousRelease: currentRelease(place) };
}

/** Points the link to a release, or takes it away. A rename: there is never a moment without it. */
export function pointToRelease(place: ProcessPlace, release: string | undefined): void {
	const link = join(place.releases, 'current');
	if (release === undefined) {
		rmSync(link, { force: true });
		return;
	}
	const fresh = `${link}.${process.pid}.new`;
	rmSync(fresh, { force: true });
	symlinkSync(release, fresh);
	renameSync(fresh, link);
}

function currentRelease(place: ProcessPlace): string | undefined {
	try {
		return readlinkSync(join(place.releases, 'current'));
	} catch {
		// No upgrade yet.
		return undefined;
	}
}

async function digestOf(file: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer); // Bytes: no encoding was set.
	return hash.digest('hex');
}

/** A sentence for each flag of the command that the version refuses. */
export function removedFlags(
	command: readonly string[],
	version: string | undefined,
): readonly string[] {
	const [program = '', ...args] = command;
	if (!isGeth(program) || version === undefined) return [];
	const names = new Set(readNodeFlags(args, isKnownSwitch).map(({ name }) => name));
	return [...names]
		.filter((name) => standingOf(name, version) === 'removed')
		.map(
			(name) =>
				`--${name} was removed in ${knownFlag(name)?.removedIn ?? ''}: it will not start with it`,
		);
}
