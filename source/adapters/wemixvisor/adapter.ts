import { PollError } from '../../domain/errors.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { Adapter, PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import { parseJson } from '../http.ts';
import { createInquiry } from '../inquiry.ts';
import { below, getJson, readAs } from '../rest-client.ts';
import type { Answered } from '../rest-client.ts';
import { metricsSchema, readProcess, readResources, statusSchema } from './wire.ts';

const statusPath = 'api/v1/status';
const metricsPath = 'api/v1/metrics';
const isSupervisor = 'wemixvisor starts and upgrades a node: watch the node itself for this';
const sayNothing = 'says nothing of the node that it starts: watch that one’s own RPC as well';

/**
 * The API of wemixvisor, which starts and upgrades a go-wemix node: a row of its own beside the node's,
 * so that it can never make the node look up. Only what it measured of its machine, and the state of
 * the node's process where it tells, are read; its API is never asked to change anything.
 */
export const wemixvisor = {
	kind: 'wemixvisor',
	title: 'wemixvisor',
	schemes: ['http:', 'https:'],
	localUrls: ['http://127.0.0.1:8080'],
	absentSections: {
		consensus: isSupervisor,
		dag: isSupervisor,
		chain: isSupervisor,
		network: isSupervisor,
	},
	async probe(target, context) {
		try {
			const { version } = (await askStatus(target, context)).value;
			return { found: `wemixvisor API ${version}`, confidence: 'likely' };
		} catch (error) {
			const isOther =
				error instanceof PollError &&
				(error.code === 'unsupported' || error.code === 'badResponse');
			if (isOther) return undefined;
			throw error;
		}
	},
	open: createSource,
} as const satisfies Adapter;

function createSource(target: Target): Source {
	const inquiry = createInquiry();
	return {
		poll: (context) =>
			inquiry.poll(context, target.timeoutMs, async (round): Promise<Reading> => {
				const { http, now } = context;
				const told = await round.main(`/${statusPath}`, () => askStatus(target, context));
				const clock = clockFrom(told, now());
				const metrics = await round.also(`/${metricsPath}`, (signal) =>
					askMetrics(target, { http, signal }),
				);
				const resources = metrics && readResources(metrics);
				const process = metrics && readProcess(metrics);
				return {
					latencyMs: told.latencyMs,
					endpoints: round.endpoints(),
					identity: { client: 'wemixvisor', version: told.value.version },
					notes: [sayNothing],
					...(resources && { resources }),
					...(process && { process }),
					...(clock && { clock }),
				};
			}),
		close: () => undefined,
	};
}

function askStatus({ url }: Target, context: Pick<PollContext, 'http' | 'signal'>) {
	return getJson({ base: url, path: statusPath, schema: statusSchema }, context);
}

type Metrics = ReturnType<typeof metricsSchema.parse>;

/** 204 before the first sample, and 503 where it collects none. */
async function askMetrics(
	{ url }: Target,
	{ http, signal }: Pick<PollContext, 'http' | 'signal'>,
): Promise<Answered<Metrics | undefined>> {
	const reply = await http.request({ url: below(url, metricsPath), signal, acceptStatus: [503] });
	const { status, latencyMs, serverTimeMs } = reply;
	if (status === 503) throw new PollError('unsupported', 'off (wemixvisor api --enable-metrics)');
	const value =
		status === 204 ? undefined : readAs(metricsSchema, parseJson(reply), `/${metricsPath}`);
	return { value, latencyMs, serverTimeMs };
}
