import { exitCodes, UserError } from '../../domain/errors.ts';

const noRightsStep =
	'run nodetop as the user who runs nodetop watch, or see the directory’s rights';
const noSpaceStep = 'make room on that disk: nothing of alerts is kept meanwhile';

/** A system error of a directory of alerts, as one that the user can mend; any other error as it is. */
export function unusable(error: unknown, directory: string): unknown {
	if (!(error instanceof Error) || !('code' in error)) return error;
	return new UserError(`${directory} cannot be read or written: ${error.message}`, {
		nextSteps: [error.code === 'ENOSPC' ? noSpaceStep : noRightsStep],
		exitCode: exitCodes.cannotWrite,
		cause: error,
	});
}
