import { parseArgs } from 'node:util';
import * as z from 'zod';
import { UserError } from '../source/domain/errors.ts';
import { startDevnet } from './devnet.ts';
import type { RunningDevnet } from './devnet.ts';
import type { DevnetMessage } from './devnet-message.ts';

const optionsSchema = z.object({
	nodes: z.coerce.number().int().min(4).max(64),
	'storage-nodes': z.coerce.number().int().min(0).max(8),
	seed: z.coerce.number().int().min(0).max(0xffff_ffff),
	'base-port': z.coerce.number().int().min(0).max(65_000),
	version: z.string(),
});

/** The entry of the devnet's own process: `--nodes N --storage-nodes N --seed S --base-port P --version V`. */
async function main(): Promise<void> {
	const starting = start(process.argv.slice(2));
	const stop = () => {
		// Open connections must not keep the process alive: the parent has gone or wants it gone.
		void starting.then((devnet) => devnet.stop()).finally(() => process.exit(0));
	};
	process.once('SIGTERM', stop);
	process.once('SIGINT', stop);
	process.once('disconnect', stop);
	const { controlUrl, nodes } = await starting;
	report({ type: 'ready', control: controlUrl, nodes });
}

async function start(argv: readonly string[]): Promise<RunningDevnet> {
	const { values } = parseArgs({
		args: [...argv],
		options: {
			nodes: { type: 'string', default: '4' },
			'storage-nodes': { type: 'string', default: '0' },
			seed: { type: 'string', default: '1' },
			'base-port': { type: 'string', default: '0' },
			// The version that the nodes report as theirs.
			version: { type: 'string', default: '0.0.0' },
		},
	});
	const parsed = optionsSchema.safeParse(values);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw new UserError(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
	}
	const { nodes: nodeCount, seed, 'base-port': basePort, version } = parsed.data;
	const storageNodes = parsed.data['storage-nodes'];
	return startDevnet({ nodeCount, storageNodes, seed, basePort, version, clock: 'wall' });
}

/** Sends a message to the parent, or prints it as a line of JSON when there is none. */
function report(message: DevnetMessage): void {
	if (process.send) process.send(message);
	else process.stdout.write(`${JSON.stringify(message)}\n`);
}

try {
	await main();
} catch (error) {
	if (!(error instanceof UserError)) throw error;
	report({ type: 'failed', message: error.message, nextSteps: error.nextSteps });
	process.exitCode = error.exitCode;
	process.disconnect?.();
}
