import type * as z from 'zod';
import { PollError } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import type { PollContext, Source } from '../../adapter.ts';
import { clockFrom } from '../../clock.ts';
import type { Dialect } from '../../dialect.ts';
import { createInquiry } from '../../inquiry.ts';
import type { Round } from '../../inquiry.ts';
import { below, getJson } from '../../rest-client.ts';
import type { Answered } from '../../rest-client.ts';
import { defined } from '../../../domain/defined.ts';
import { toCount } from '../../quantity.ts';
import { createDutyFollower } from './duties.ts';
import { createMetricsReader } from './metrics.ts';
import { compose } from './reading.ts';
import type { BeaconAnswers, HeadMovement } from './reading.ts';
import {
	finalitySchema,
	genesisSchema,
	headerSchema,
	identitySchema,
	peerCountSchema,
	peersSchema,
	readVersion,
	specSchema,
	syncingSchema,
	versionSchema,
} from './wire.ts';

const slowMs = 5 * 60_000;
const peersMs = 10_000;
/** Some clients list every peer that they ever had: 14,000 of them are 5 MiB. */
const maxBodyBytes = 32 * 1024 * 1024;
const healthPath = 'eth/v1/node/health';

/**
 * An Ethereum beacon node (Lighthouse, Lodestar, Nimbus, Prysm, Teku, Grandine) by the standard Beacon
 * API, and by its metrics where `metricsUrl` names them. Only GETs.
 */
export const beacon: Dialect = {
	name: 'beacon',
	async probe(target, { http, signal }) {
		try {
			const { value } = await getJson(
				{ base: target.url, path: 'eth/v1/node/version', schema: versionSchema },
				{ http, signal },
			);
			const { client = 'unnamed client', version = '' } = readVersion(value.data.version);
			return { found: `beacon node, ${client} ${version}`.trim(), confidence: 'certain' };
		} catch (error) {
			const isOther =
				error instanceof PollError &&
				(error.code === 'badResponse' || error.code === 'unsupported');
			if (isOther) return undefined;
			throw error;
		}
	},
	open: createBeaconSource,
};

type ReadMetrics = ReturnType<typeof createMetricsReader>;

function createBeaconSource(target: Target): Source {
	const inquiry = createInquiry();
	const readMetrics =
		target.metricsUrl === undefined ? undefined : createMetricsReader(target.metricsUrl);
	const followDuties = createDutyFollower(target.mine);
	let movement: (HeadMovement & { readonly slot: number }) | undefined;

	/** A head that is at another slot has moved. */
	function observe(slot: number, nowMs: number): HeadMovement {
		const hasMovedNow = movement !== undefined && movement.slot !== slot;
		movement = {
			slot,
			movedAtMs: hasMovedNow ? nowMs : (movement?.movedAtMs ?? nowMs),
			hasMoved: hasMovedNow || (movement?.hasMoved ?? false),
		};
		return movement;
	}

	return {
		async poll(context) {
			try {
				return await inquiry.poll(context, target.timeoutMs, async (round) => {
					const { main, answers } = await askAll(target.url, context, round, readMetrics);
					const nowMs = context.now();
					const list = await followDuties(
						{ base: target.url, http: context.http, round, nowMs },
						{
							slot: answers.syncing.head_slot,
							slotsPerEpoch: toCount(answers.spec?.['SLOTS_PER_EPOCH']),
						},
					);
					return {
						latencyMs: main.latencyMs,
						endpoints: round.endpoints(),
						...compose(answers, observe(answers.syncing.head_slot, nowMs), nowMs),
						...defined({
							clock: clockFrom(main, nowMs),
							validators: list && { list: [...list] },
						}),
					};
				});
			} catch (error) {
				movement = undefined;
				throw error;
			}
		},
		close: () => undefined,
	};
}

async function askAll(
	base: string,
	context: PollContext,
	round: Round,
	readMetrics: ReadMetrics | undefined,
) {
	const { http, now } = context;
	const get =
		<T>(path: string, schema: z.ZodType<T>) =>
		(signal: AbortSignal) =>
			getJson({ base, path, schema, maxBodyBytes }, { http, signal });
	const also = <T>(path: string, schema: z.ZodType<T>, everyMs = 0) =>
		round.also(`/${path.split('?')[0]}`, get(path, schema), { everyMs });
	const main = await round.main('/eth/v1/node/syncing', get('eth/v1/node/syncing', syncingSchema));
	const [head, finality, health, count, peers, version, identity, genesis, spec, metrics] =
		await Promise.all([
			also('eth/v1/beacon/headers/head', headerSchema),
			also('eth/v1/beacon/states/head/finality_checkpoints', finalitySchema),
			round.also(`/${healthPath}`, (signal) => askHealth(base, context, signal)),
			also('eth/v1/node/peer_count', peerCountSchema),
			also('eth/v1/node/peers?state=connected', peersSchema, peersMs),
			also('eth/v1/node/version', versionSchema, slowMs),
			also('eth/v1/node/identity', identitySchema, slowMs),
			also('eth/v1/beacon/genesis', genesisSchema, slowMs),
			also('eth/v1/config/spec', specSchema, slowMs),
			readMetrics && round.also('metrics', (signal) => readMetrics(http, signal, now)),
		]);
	const answers: BeaconAnswers = {
		syncing: main.value.data,
		head: head?.data,
		finality: finality?.data,
		healthStatus: health,
		peerCount: count?.data.connected,
		peers: peers?.data,
		version: version?.data.version,
		peerId: identity?.data.peer_id,
		genesis: genesis?.data,
		spec: spec?.data,
		metrics,
	};
	return { main, answers };
}

/** The status is the answer: 200 ready, 206 syncing, 503 not initialised; the body is empty. */
async function askHealth(
	base: string,
	{ http }: PollContext,
	signal: AbortSignal,
): Promise<Answered<number>> {
	const reply = await http.request({ url: below(base, healthPath), signal, acceptStatus: [503] });
	return { ...reply, value: reply.status };
}
