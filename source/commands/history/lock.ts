import { acquireLock } from '../../domain/lock.ts';
import type { Lock } from '../../domain/lock.ts';
import { historyDirectory } from '../../config/paths.ts';
import { exitCodes, messageOf, UserError } from '../../domain/errors.ts';

/** Makes this process the one that writes the history of a profile. Throws `UserError` while another does. */
export async function lockHistory(profile: string, env: NodeJS.ProcessEnv): Promise<Lock> {
	return acquireLock(historyDirectory(profile, { env }), { patienceMs: 0 }).catch(
		(error: unknown) => {
			throw new UserError(`another nodetop records the profile: ${messageOf(error)}`, {
				nextSteps: ['end it first; while it runs, it prunes by the profile’s history settings'],
				exitCode: exitCodes.unavailable,
			});
		},
	);
}
