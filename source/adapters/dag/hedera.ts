import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Block } from '../../sections/chain/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import type { Dialect } from '../dialect.ts';
import { createInquiry } from '../inquiry.ts';
import { toAmount, toTime } from '../quantity.ts';
import { getJson } from '../rest-client.ts';
import type { Answered } from '../rest-client.ts';
import { defined } from '../../domain/defined.ts';
import { createStillnessWatch, judgeProgress } from './verdict.ts';

/** Shapes of the Hedera mirror node's REST API, v1. A time is `seconds.nanoseconds`. */
const blocksSchema = z.object({
	blocks: z
		.array(
			z.object({
				number: z.int().nonnegative(),
				hash: z.unknown().optional(),
				hapi_version: z.string(),
				timestamp: z.object({ from: z.unknown(), to: z.unknown() }),
			}),
		)
		.max(100),
});
type Blocks = z.infer<typeof blocksSchema>;

const nodesSchema = z.object({
	nodes: z.array(z.unknown()).max(1000),
	links: z.object({ next: z.unknown().optional() }).optional().catch(undefined),
});

const paths = {
	blocks: 'api/v1/blocks?limit=1&order=desc',
	nodes: 'api/v1/network/nodes?limit=100',
};
const names = { blocks: '/api/v1/blocks', nodes: '/api/v1/network/nodes' };
const nodesMs = 10 * 60_000;
/** A block closes each 2 s: asked more often, the last answer is given again. */
const blockMs = 2000;
const patienceMs = 60_000;

/**
 * A Hedera mirror node by its public REST API. It shows the record stream that the network agreed on,
 * not the hashgraph, so there are no vertices; and it is a witness of the network, not a member.
 */
export const hedera: Dialect = {
	name: 'hedera',
	async probe(target, context) {
		const { value } = await askBlocks(target.url, context, context.signal);
		const [newest] = value.blocks;
		const version = newest === undefined ? '' : `, HAPI ${cleanText(newest.hapi_version, 32)}`;
		return { found: `Hedera mirror node${version}`, confidence: 'certain' };
	},
	open: createHederaSource,
};

function askBlocks(
	base: string,
	{ http }: PollContext,
	signal: AbortSignal,
): Promise<Answered<Blocks>> {
	return getJson({ base, path: paths.blocks, schema: blocksSchema }, { http, signal });
}

function createHederaSource(target: Target): Source {
	const inquiry = createInquiry();
	const stillness = createStillnessWatch();
	let last: { readonly reading: Reading; readonly askedAtMs: number } | undefined;

	function read(context: PollContext): Promise<Reading> {
		return inquiry.poll(context, target.timeoutMs, async (round) => {
			const main = await round.main(names.blocks, (signal) =>
				askBlocks(target.url, context, signal),
			);
			const nodes = await round.also(
				names.nodes,
				(signal) =>
					getJson(
						{ base: target.url, path: paths.nodes, schema: nodesSchema },
						{ http: context.http, signal },
					),
				{ everyMs: nodesMs },
			);
			const nowMs = context.now();
			const reading = compose(main.value, nodes, stillness, nowMs);
			const { latencyMs } = main;
			const clock = clockFrom(main, nowMs);
			return { latencyMs, endpoints: round.endpoints(), ...reading, ...defined({ clock }) };
		});
	}

	return {
		async poll(context) {
			const askedAtMs = context.now();
			if (last && askedAtMs - last.askedAtMs < blockMs) return last.reading;
			try {
				const reading = await read(context);
				last = { reading, askedAtMs };
				return reading;
			} catch (error) {
				last = undefined;
				stillness.reset();
				throw error;
			}
		},
		close: () => undefined,
	};
}

function compose(
	{ blocks }: Blocks,
	nodes: z.infer<typeof nodesSchema> | undefined,
	stillness: ReturnType<typeof createStillnessWatch>,
	nowMs: number,
): Reading {
	const [newest] = blocks;
	const closedSeconds = toAmount(newest?.timestamp.to);
	const closedAtMs = closedSeconds === undefined ? undefined : closedSeconds * 1000;
	const head: Block | undefined = newest && {
		number: newest.number,
		...defined({ hash: cleanText(newest.hash, 128), at: toTime(closedAtMs) }),
	};
	const verdict = judgeProgress({
		claimsSynced: undefined,
		peers: undefined,
		newestAtMs: closedAtMs,
		stillness: stillness.observe(newest?.number, nowMs),
		patienceMs,
		nowMs,
	});
	// A page that has a next one does not count all.
	const isWhole = typeof nodes?.links?.next !== 'string';
	const protocol = cleanText(newest?.hapi_version, 32);
	return {
		identity: { client: 'Hedera mirror node' },
		consensus: {
			status: verdict.status,
			...defined({
				height: newest?.number,
				finalized: newest?.number,
				lastFinalizedAt: head?.at,
				validators: isWhole ? nodes?.nodes.length : undefined,
			}),
		},
		...defined({ chain: head && { head, finalized: head } }),
		notes: [
			'shows the record stream that the network agreed on: no vertices and no peers',
			...(protocol === undefined ? [] : [`HAPI version ${protocol}`]),
			...(verdict.note === undefined ? [] : [verdict.note]),
		],
	};
}
