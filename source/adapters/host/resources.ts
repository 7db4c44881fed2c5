import { uptime } from 'node:os';
import { PollError } from '../../domain/errors.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Resources } from '../../sections/resources/schema.ts';
import type { Source } from '../adapter.ts';
import { toTime } from '../quantity.ts';
import {
	createCpuMeter,
	createDiskMeter,
	createTrafficMeter,
	readDisk,
	readIdentity,
	readMemory,
	readSystemCounts,
} from './measure.ts';
import type { SystemInformation } from './measure.ts';

/**
 * The machine that nodetop runs on. CPU and rates come from the second poll on. One measurement that
 * fails is an endpoint that failed; without memory there is nothing worth showing, and the poll
 * rejects with `unsupported`.
 */
export function createHostSource(): Source {
	const cpu = createCpuMeter();
	const disk = createDiskMeter();
	const traffic = createTrafficMeter();
	const readUptime = createUptimeMeter();
	let named: Promise<Identity> | undefined;
	return {
		async poll(context) {
			const started = performance.now();
			const si = await loadSystemInformation();
			const cpuRatio = cpu();
			const atMs = context.now();
			named ??= readIdentity(si);
			const [identity, memory, space, io, counts, network] = await Promise.all([
				measure<Identity>('system', named),
				measure<Partial<Resources>>('memory', readMemory(si)),
				measure<Partial<Resources>>('disk space', readDisk()),
				measure<Partial<Resources>>('disk activity', disk(si, atMs)),
				measure<Partial<Resources>>('system counts', readSystemCounts(si)),
				measure<Partial<Network>>('network', traffic(si, atMs)),
			]);
			// A name that could not be read is asked for again at the next poll.
			if (identity.endpoint.status === 'failed') named = undefined;
			if (memory.endpoint.status === 'failed') throw cannotMeasure(memory.endpoint.message);
			const failed = [identity, space, io, counts, network]
				.map(({ endpoint }) => endpoint)
				.filter(({ status }) => status === 'failed');
			return {
				latencyMs: performance.now() - started,
				...(failed.length > 0 && { endpoints: failed }),
				identity: withoutGaps<Identity>({ ...identity.value, ...readUptime(atMs) }),
				resources: withoutGaps<Resources>({
					source: 'host',
					cpuRatio,
					...memory.value,
					...space.value,
					...io.value,
					...counts.value,
				}),
				...asSection(withoutGaps<Network>({ ...network.value })),
			};
		},
		close() {
			named = undefined;
		},
	};
}

/** Loaded at the first poll: its import costs 30 ms and is of no use to who watches no host. */
function loadSystemInformation(): Promise<SystemInformation> {
	return import('systeminformation');
}

const clockSlackMs = 5000;

interface Measured<Value> {
	readonly endpoint: Endpoint;
	readonly value?: Value;
}

async function measure<Value>(name: string, measuring: Promise<Value>): Promise<Measured<Value>> {
	try {
		return { endpoint: { name, status: 'ok' }, value: await measuring };
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return { endpoint: { name, status: 'failed', message } };
	}
}

/**
 * Uptime and start. The start is computed from two clocks that drift and round, so the one given
 * first stays until it is wrong by more than the clocks explain.
 */
function createUptimeMeter(): (nowMs: number) => Pick<Identity, 'startedAt' | 'uptimeSeconds'> {
	let startedAtMs: number | undefined;
	return (nowMs) => {
		const uptimeSeconds = uptime();
		const computedMs = Math.round(nowMs / 1000 - uptimeSeconds) * 1000;
		const isOff = startedAtMs === undefined || Math.abs(startedAtMs - computedMs) > clockSlackMs;
		if (isOff) startedAtMs = computedMs;
		return { uptimeSeconds: Math.floor(uptimeSeconds), startedAt: toTime(startedAtMs) };
	};
}

function cannotMeasure(message: string | undefined): PollError {
	return new PollError(
		'unsupported',
		`this machine cannot be measured: ${message ?? 'no reason'}`,
		{
			nextStep: 'remove the host from the profile, and please report the system it runs',
		},
	);
}

function withoutGaps<Section extends object>(section: Section): Section {
	const kept = { ...section };
	for (const [key, value] of Object.entries(section)) {
		if (value === undefined) Reflect.deleteProperty(kept, key);
	}
	return kept;
}

function asSection(network: Network): Pick<Reading, 'network'> {
	return Object.keys(network).length === 0 ? {} : { network };
}
