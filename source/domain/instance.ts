import { randomBytes } from 'node:crypto';

let name: string | undefined;

/** A random name of this running program, the same while it runs: by it a nodetop knows itself. */
export function instanceName(): string {
	// Shorter than what a bundle would take for a secret.
	name ??= randomBytes(8).toString('hex');
	return name;
}
