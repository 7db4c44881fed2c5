import * as z from 'zod';
import { defined, definedOrNone } from '../../domain/defined.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Validator } from '../../sections/validators/schema.ts';
import type { PollContext, Source } from '../adapter.ts';
import { createProgressWatch } from '../bft/progress.ts';
import { clockFrom } from '../clock.ts';
import { createInquiry } from '../inquiry.ts';
import type { Round } from '../inquiry.ts';
import { toCount, toInteger } from '../quantity.ts';
import { getJson } from '../rest-client.ts';
import { createEvidenceBook } from './evidence.ts';
import { readChain, readConsensus, readIdentity, readNetwork, readRound } from './reading.ts';
import type { RoundFacts } from './reading.ts';
import { chainRecords } from './signing.ts';
import { createValidatorList } from './validator-list.ts';
import { addressOf, createVoteFollower } from './vote-follower.ts';
import type { VoteFollower } from './vote-follower.ts';
import {
	commitSchema,
	consensusStateSchema,
	evidenceSchema,
	mempoolSchema,
	netInfoSchema,
	signingInfosSchema,
	stakingValidatorsSchema,
	statusSchema,
	upgradePlanSchema,
	validatorsSchema,
} from './wire.ts';
import type { Status, WireValidator } from './wire.ts';

const pageSize = 100;
const maxPages = 3;
/** Commits that are asked for in one poll; a node that is further on is joined at its head. */
const maxCommits = 12;
const validatorsMs = 10_000;
const signingMs = 10_000;
const planMs = 60_000;

/** Polls one CometBFT node, and the REST API of its chain where there is one. */
export function createCometSource(target: Target): Source {
	const inquiry = createInquiry();
	const judge = createProgressWatch(target.intervalMs);
	const votes = createVoteFollower();
	const evidence = createEvidenceBook();
	const listValidators = createValidatorList(target.mine);
	return {
		poll: (context) =>
			inquiry.poll(context, target.timeoutMs, async (round) => {
				const ask = askerOf(target, context, round);
				const answer = await round.main('status', (signal) =>
					getJson(
						{ base: target.url, path: 'status', schema: statusSchema },
						{ ...context, signal },
					),
				);
				const status = answer.value.result;
				const rest = await askRest(ask);
				await follow({ ask, status, votes, evidence, set: rest.set });
				const state = readRound(rest.state?.result.round_state);
				const list = listValidators({
					set: rest.set,
					records: chainRecords(rest.infos?.info, rest.staking?.validators),
					round: state,
					votes,
					doubleVotes: evidence.doubleVotes,
					atMs: context.now(),
				});
				const { latencyMs, serverTimeMs } = answer;
				const clock = clockFrom({ latencyMs, serverTimeMs }, context.now());
				const composed = compose({ status, state, list, rest, evidence }, judge, context.now());
				return { latencyMs, ...defined({ clock }), ...composed, endpoints: round.endpoints() };
			}),
		close: () => undefined,
	};
}

interface Facts {
	readonly status: Status;
	readonly state: RoundFacts;
	readonly list: readonly Validator[];
	readonly rest: Awaited<ReturnType<typeof askRest>>;
	readonly evidence: ReturnType<typeof createEvidenceBook>;
}

function compose(
	{ status, state, list, rest, evidence }: Facts,
	judge: ReturnType<typeof createProgressWatch>,
	nowMs: number,
): Reading {
	const own = readConsensus(status, state, list);
	const verdict = judge({
		committed: own.height,
		attempted: undefined,
		committedAtMs: own.lastFinalizedAt === undefined ? undefined : Date.parse(own.lastFinalizedAt),
		nowMs,
	});
	const pool = rest.pool?.result;
	const isSyncing = status.sync_info.catching_up === true;
	return {
		identity: readIdentity(status),
		consensus: {
			status: isSyncing ? 'syncing' : verdict.status,
			...own,
			byzantine: evidence.total,
			...(evidence.total > 0 && { byzantineByType: { doubleVote: evidence.total } }),
		},
		...defined({
			chain: definedOrNone({
				...readChain(status, rest.plan?.plan),
				txPool: definedOrNone({ pending: toInteger(pool?.total ?? pool?.n_txs) }),
			}),
			mempool: definedOrNone({ bytes: toInteger(pool?.total_bytes) }),
			network: rest.net && readNetwork(rest.net.result),
			validators: list.length === 0 ? undefined : { list: [...list] },
		}),
		...(verdict.note !== undefined && !isSyncing && { notes: [verdict.note] }),
	};
}

type Ask = ReturnType<typeof askerOf>;

/** Secondary questions: to the node, or to the REST API of its chain. */
function askerOf(target: Target, context: PollContext, round: Round) {
	const bases = { rpc: target.url, api: target.apiUrl ?? target.url };
	return <Schema extends z.ZodType>(
		question: {
			readonly of: keyof typeof bases;
			readonly name: string;
			readonly path: string;
			readonly schema: Schema;
		},
		everyMs = 0,
	): Promise<z.infer<Schema> | undefined> =>
		round.also(
			question.name,
			(signal) =>
				getJson<z.infer<Schema>>(
					// The schema parses to what it infers.
					{
						base: bases[question.of],
						path: question.path,
						schema: question.schema as z.ZodType<z.infer<Schema>>,
					},
					{ ...context, signal },
				),
			{ everyMs },
		);
}

async function askRest(ask: Ask) {
	const limit = 'pagination.limit=500';
	const [set, net, state, pool, infos, staking, plan] = await Promise.all([
		askValidators(ask),
		ask({ of: 'rpc', name: 'net_info', path: 'net_info', schema: netInfoSchema }),
		ask({
			of: 'rpc',
			name: 'consensus_state',
			path: 'consensus_state',
			schema: consensusStateSchema,
		}),
		ask({ of: 'rpc', name: 'mempool', path: 'num_unconfirmed_txs', schema: mempoolSchema }),
		ask(
			{
				of: 'api',
				name: 'signing infos',
				path: `cosmos/slashing/v1beta1/signing_infos?${limit}`,
				schema: signingInfosSchema,
			},
			signingMs,
		),
		ask(
			{
				of: 'api',
				name: 'staking validators',
				path: `cosmos/staking/v1beta1/validators?${limit}`,
				schema: stakingValidatorsSchema,
			},
			signingMs,
		),
		ask(
			{
				of: 'api',
				name: 'upgrade plan',
				path: 'cosmos/upgrade/v1beta1/current_plan',
				schema: upgradePlanSchema,
			},
			planMs,
		),
	]);
	return { set, net, state, pool, infos, staking, plan };
}

/** All pages of the present set. */
async function askValidators(ask: Ask): Promise<readonly WireValidator[]> {
	const all: WireValidator[] = [];
	for (let page = 1; page <= maxPages; page += 1) {
		const answer = await ask(
			{
				of: 'rpc',
				name: page === 1 ? 'validators' : `validators, page ${page}`,
				path: `validators?per_page=${pageSize}&page=${page}`,
				schema: validatorsSchema,
			},
			validatorsMs,
		);
		all.push(...(answer?.result.validators ?? []));
		const total = toCount(answer?.result.total) ?? 0;
		if (answer === undefined || all.length >= total) break;
	}
	return all;
}

interface Following {
	readonly ask: Ask;
	readonly status: Status;
	readonly votes: VoteFollower;
	readonly evidence: ReturnType<typeof createEvidenceBook>;
	readonly set: readonly WireValidator[];
}

/** Reads the commits of the heights since the last poll, oldest first. */
async function follow({ ask, status, votes, evidence, set }: Following): Promise<void> {
	const head = toCount(status.sync_info.latest_block_height);
	if (head === undefined || set.length === 0) return;
	const addresses = set.flatMap(({ address }) => addressOf(address) ?? []);
	const next = votes.nextHeight ?? head;
	// The chain began anew, or went on too far.
	if (next > head + 1 || head - next >= maxCommits) votes.skipTo(head);
	for (let height = votes.nextHeight ?? head; height <= head; height += 1) {
		const path = `commit?height=${height}`;
		const answer = await ask({ of: 'rpc', name: 'commit', path, schema: commitSchema });
		if (!answer) return;
		const { signed_header: header } = answer.result;
		if (toCount(header.header.height) !== height) return;
		votes.take(header, addresses);
		if (!evidence.isWanted(header)) continue;
		const block = `block?height=${height}`;
		const found = await ask({ of: 'rpc', name: 'block', path: block, schema: evidenceSchema });
		evidence.take(found?.result.block.evidence?.evidence ?? []);
	}
}
