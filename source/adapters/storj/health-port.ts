import * as z from 'zod';
import { clean } from '../../domain/clean.ts';
import { defined } from '../../domain/defined.ts';
import type { Target } from '../../domain/target.ts';
import type { SelfReport } from '../../sections/health/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { PollContext, Source } from '../adapter.ts';
import { toAmount } from '../quantity.ts';
import { getJson } from '../rest-client.ts';
import { timeOf, toScore } from './reputation.ts';
import { isRetired, nameOf } from './satellite-name.ts';
import { listOf, maxSatellites } from './wire.ts';

const unchecked = z.unknown().optional();

const statusSchema = z.object({
	SatelliteID: z.string().transform((text) => clean(text, 80)),
	OnlineScore: unchecked,
	DisqualifiedAt: unchecked,
	SuspendedAt: unchecked,
});

/**
 * `GET /` at the public port, from 1.63.1 on (storagenode/healthcheck of storj/storj): 200 when all is
 * well, 503 when a satellite has disqualified or suspended the node or its online score is below 0.9.
 * `Statuses` is null unless `healthcheck.details` is set.
 */
const healthSchema = z.object({
	AllHealthy: z.boolean(),
	Statuses: listOf(statusSchema, maxSatellites),
	Help: unchecked,
});
type WireHealth = z.infer<typeof healthSchema>;

/** Below this online score the node calls itself unhealthy. */
const leastOnline = 0.9;

export function askHealth({ url }: Target, { http, signal }: Pick<PollContext, 'http' | 'signal'>) {
	const question = { base: url, path: '', schema: healthSchema, acceptStatus: [503] };
	return getJson(question, { http, signal });
}

export function createHealthPort(target: Target): Source {
	return {
		async poll(context): Promise<Reading> {
			const { value, latencyMs } = await askHealth(target, context);
			return { latencyMs, ...readHealth(value) };
		},
		close: () => undefined,
	};
}

/** Satellites that were shut down keep their last score, and must not make the node look ill. */
export function readHealth({ AllHealthy: isHealthy, Statuses: statuses }: WireHealth): Reading {
	const current = statuses.filter(({ SatelliteID: id }) => !isRetired(id));
	const ill = current.filter(isIll).map(({ SatelliteID: id }) => nameOf(id, undefined));
	const notes = ['read by the health answer of its public port: it shows no space and no earnings'];
	if (!isHealthy && statuses.length > 0 && ill.length === 0)
		notes.push('it calls itself unhealthy only because of satellites that were shut down');
	if (statuses.length === 0)
		notes.push('set healthcheck.details in its configuration to see each satellite');
	return {
		identity: { client: 'storagenode' },
		reputation: {
			satellites: current.map((status) => ({
				satellite: nameOf(status.SatelliteID, undefined),
				...defined({
					onlineScore: toScore(status.OnlineScore),
					disqualifiedAt: timeOf(status.DisqualifiedAt),
					suspendedAt: timeOf(status.SuspendedAt),
				}),
			})),
		},
		selfReport: reportOf(isHealthy, statuses.length > 0, ill),
		notes,
	};
}

function reportOf(isHealthy: boolean, isDetailed: boolean, ill: readonly string[]): SelfReport {
	if (isHealthy || (isDetailed && ill.length === 0)) return { status: 'up', reasons: [] };
	const at = ill.length === 0 ? '' : ` at ${ill.join(', ')}`;
	return {
		status: 'degraded',
		reasons: [`disqualified, suspended, or too often offline${at}`],
	};
}

function isIll(status: WireHealth['Statuses'][number]): boolean {
	if (timeOf(status.DisqualifiedAt) ?? timeOf(status.SuspendedAt)) return true;
	return (toAmount(status.OnlineScore) ?? 1) < leastOnline;
}
