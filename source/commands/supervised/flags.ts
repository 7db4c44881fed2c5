import { parseDuration, parseSpan } from '../../config/duration.ts';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import { readPair } from '../../lifecycle/program.ts';
import { defaultGraceMs, defaultHealthSettings, defaultPolicy } from '../../lifecycle/spec.ts';
import type { Spec } from '../../lifecycle/spec.ts';
import type { ParsedFlags } from '../flags.ts';

/** Flags of `start`, `run` and `restart`, for `parseFlags`. */
export const nodeFlags = {
	name: { type: 'string' },
	autoRestart: { type: 'boolean' },
	maxRestarts: { type: 'string' },
	restartWait: { type: 'string' },
	restartUnhealthy: { type: 'string' },
	healthCheckInterval: { type: 'string' },
	minPeers: { type: 'string' },
	rpc: { type: 'string' },
	grace: { type: 'string' },
	env: { type: 'string', isMultiple: true },
	envFile: { type: 'string' },
	cwd: { type: 'string' },
	config: { type: 'string', shortFlag: 'c' },
} as const;

export type NodeFlags = ParsedFlags<typeof nodeFlags>['flags'];

/** As they are written, for finding where the node's command begins. */
export const valueFlags: ReadonlySet<string> = new Set([
	'-c',
	...Object.entries(nodeFlags)
		.filter(([, { type }]) => type === 'string')
		.map(([name]) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`),
]);

export const nodeFlagsHelp = `  --name NAME                 how it is called (default: its program's name)
  --auto-restart[=false]      start it again when it crashes (default: true)
  --max-restarts N            restarts in a row until a person is needed (default 5)
  --restart-wait D            wait before the first restart (default 5s); each further one is twice as long
  --restart-unhealthy N       also restart it after N unhealthy checks in a row (default 0: never)
  --health-check-interval D   time between health checks (default 30s)
  --min-peers N               fewer peers are unhealthy (default 1)
  --rpc URL                   where it answers JSON-RPC, if its arguments do not say it
  --grace D                   how long to wait for it to end (default 5m)
  --env KEY=VALUE             a variable for it, beside those of this shell; may be repeated
  --env-file FILE             variables for it, KEY=VALUE lines, read at each start
  --cwd DIRECTORY             where it runs (default: here)
  -c, --config FILE           take --rpc and --min-peers from the node of that name in this configuration
`;

const mostGraceDays = 1;

/** What the flags change in the settings of a node. Throws `UserError` for a value that is none. */
export function settingsOf(
	flags: NodeFlags,
	before: Omit<Spec, 'name' | 'command' | 'cwd'>,
): Omit<Spec, 'name' | 'command' | 'cwd'> {
	const { policy, health } = before;
	const firstWaitMs = durationOf(flags.restartWait, '--restart-wait') ?? policy.firstWaitMs;
	const rpcUrl = flags.rpc === undefined ? health.rpcUrl : rpcOf(flags.rpc);
	const envFile = flags.envFile ?? before.envFile;
	return {
		env: {
			...before.env,
			...Object.fromEntries(
				flags.env.map((pair, index) => readPair(pair, `--env, number ${index + 1}`)),
			),
		},
		...(envFile !== undefined && { envFile }),
		graceMs:
			flags.grace === undefined ? before.graceMs : parseSpan(flags.grace, '--grace', mostGraceDays),
		policy: {
			...policy,
			autoRestart: flags.autoRestart ?? policy.autoRestart,
			maxRestarts: countOf(flags.maxRestarts, '--max-restarts') ?? policy.maxRestarts,
			firstWaitMs,
			longestWaitMs: Math.max(firstWaitMs, policy.longestWaitMs),
			restartUnhealthy:
				countOf(flags.restartUnhealthy, '--restart-unhealthy') ?? policy.restartUnhealthy,
		},
		health: {
			...health,
			intervalMs:
				durationOf(flags.healthCheckInterval, '--health-check-interval') ?? health.intervalMs,
			minPeers: countOf(flags.minPeers, '--min-peers') ?? health.minPeers,
			...(rpcUrl !== undefined && { rpcUrl }),
		},
	};
}

export const defaultSettings: Omit<Spec, 'name' | 'command' | 'cwd'> = {
	env: {},
	graceMs: defaultGraceMs,
	policy: defaultPolicy,
	health: defaultHealthSettings,
};

function durationOf(text: string | undefined, where: string): number | undefined {
	return text === undefined ? undefined : parseDuration(text, where);
}

const mostCount = 1000;

function countOf(text: string | undefined, where: string): number | undefined {
	if (text === undefined) return undefined;
	const count = /^\d{1,4}$/.test(text) ? Number(text) : mostCount + 1;
	if (count > mostCount)
		throw new UserError(`${where}: "${clean(text, 40)}" is no whole number up to ${mostCount}`);
	return count;
}

function rpcOf(text: string): string {
	if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
	throw new UserError(`--rpc: "${clean(text, 80)}" is no http address`, {
		nextSteps: ['write --rpc http://127.0.0.1:8545'],
	});
}
