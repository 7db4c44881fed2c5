import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { exitCodes, messageOf, UserError } from '../../domain/errors.ts';
import { runSupervisor } from '../run.ts';
import { specSchema } from '../spec.ts';

/** What a command writes to the standard input of a new supervisor. */
const orderSchema = z.object({
	root: z.string(),
	runtime: z.string(),
	name: z.string(),
	spec: specSchema.optional(),
});

/**
 * The supervisor of one node, a process of its own (`dist/supervisor.js`). It answers on standard output with one
 * line, whether it has begun; its diagnostics go to a file. SIGTERM stops the node first.
 */
async function main(): Promise<void> {
	const order = orderSchema.parse(JSON.parse(await text(process.stdin)));
	const run = await runSupervisor(order, process.env);
	const { supervisor } = run;
	const stop = (): void => {
		supervisor.apply({ type: 'stop', reason: 'its supervisor was told to end', next: 'stop' });
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	process.on('SIGHUP', () => undefined);
	answer({ is: 'begun' });
	await run.over;
	await run.close();
}

/** The client may be gone by now. */
function answer(line: object): void {
	process.stdout.on('error', () => undefined);
	process.stdout.end(`${JSON.stringify(line)}\n`);
}

try {
	await main();
	process.exit(exitCodes.ok);
} catch (error) {
	const isUsers = error instanceof UserError;
	answer({
		is: 'failed',
		message: messageOf(error),
		nextSteps: isUsers ? error.nextSteps : [],
		exitCode: isUsers ? error.exitCode : exitCodes.bug,
	});
	process.stderr.write(
		`${new Date().toISOString()} ${isUsers ? error.message : error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
	);
	process.exitCode = isUsers ? error.exitCode : exitCodes.bug;
}
