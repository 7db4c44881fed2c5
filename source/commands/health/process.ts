import { supervisionOf } from '../../app/supervision.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { ask, takeOver } from '../../lifecycle/client.ts';
import { compositeHealth } from '../../lifecycle/health/report.ts';
import type { HealthReport } from '../../lifecycle/health/report.ts';
import { placeOf } from '../../lifecycle/paths.ts';
import type { CommandContext } from '../command.ts';
import { chooseNode, onlyName } from '../supervised/node-names.ts';
import { toHealthText } from '../supervised/process-text.ts';

/** `health --process`: the supervisor checks its node now. Exits with 2 when it is not healthy. */
export async function printProcessHealth(
	context: CommandContext,
	input: readonly string[],
	isJson: boolean,
): Promise<number> {
	const supervision = supervisionOf(context);
	const name = chooseNode(supervision.root, onlyName(input));
	const place = placeOf(supervision.root, name, supervision.runtime);
	let reply = await ask(place, { ask: 'health' });
	if (!reply && (await takeOver(supervision, name))) reply = await ask(place, { ask: 'health' });
	if (reply?.is === 'failed')
		throw new UserError(`${name}: ${reply.message}`, { exitCode: exitCodes.unavailable });
	const report = reply?.is === 'health' ? reply.report : notRunning(context.clock.now());
	context.stdout.write(isJson ? `${JSON.stringify(report, undefined, 2)}\n` : toHealthText(report));
	return report.healthy ? exitCodes.ok : exitCodes.down;
}

function notRunning(nowMs: number): HealthReport {
	return compositeHealth({ process: { healthy: false, message: 'it does not run' } }, nowMs);
}
