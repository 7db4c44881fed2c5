import * as z from 'zod';
import { defined } from '../../../domain/defined.ts';
import { PollError } from '../../../domain/errors.ts';
import type { Validator } from '../../../sections/validators/schema.ts';
import type { Http } from '../../http.ts';
import { parseJson } from '../../http.ts';
import type { Round } from '../../inquiry.ts';
import { toAmount, toCount } from '../../quantity.ts';
import { below, getJson, readAs } from '../../rest-client.ts';
import type { Answered } from '../../rest-client.ts';
import { createValidatorScores } from '../../validator-scores.ts';

const optional = z.unknown().optional();
const inData = <Shape extends z.ZodType>(shape: Shape) => z.object({ data: shape });

/** `GET /eth/v1/beacon/states/head/validators?id=…` (ethereum/beacon-APIs v2 and v3). */
const validatorsSchema = inData(
	z.array(
		z.object({
			index: z.unknown(),
			status: optional,
			validator: z.object({ pubkey: optional, slashed: optional, effective_balance: optional }),
		}),
	),
);
/** `POST /eth/v1/validator/liveness/{epoch}`: whether each was seen to attest in that epoch. It only reads. */
const livenessSchema = inData(z.array(z.object({ index: z.unknown(), is_live: z.unknown() })));
/** `GET /eth/v1/validator/duties/proposer/{epoch}`. */
const proposersSchema = inData(
	z.array(z.object({ validator_index: z.unknown(), slot: z.unknown() })),
);
/** `GET /eth/v1/beacon/states/head/sync_committees`. */
const committeeSchema = inData(z.object({ validators: z.array(z.unknown()) }));
/** `POST /eth/v1/beacon/rewards/sync_committee/{block}`: below 0 for a member whose message is not in it. */
const syncRewardsSchema = inData(
	z.array(z.object({ validator_index: z.unknown(), reward: z.unknown() })),
);
const headerSchema = inData(z.object({ root: optional }));

const mostAsked = 200;
const gweiInEther = 1e9;
const rareMs = 60_000;
const headerTimeoutMs = 2000;

interface Followed {
	attested: number;
	missed: number;
	missedInRow: number;
	proposals: number;
	proposalsMissed: number;
	syncDone: number;
	syncMissed: number;
	syncMissedInRow: number;
}

interface Place {
	readonly slot: number;
	readonly slotsPerEpoch: number | undefined;
}

interface Asking {
	readonly base: string;
	readonly http: Http;
	readonly round: Round;
	readonly nowMs: number;
}

/** Counts duties of validators by their index. */
class DutyBook {
	readonly #followed = new Map<string, Followed>();

	of(id: string): Followed | undefined {
		return this.#followed.get(id);
	}

	/** `isLeap`: epochs before were not seen, so that what was missed in a row is not known. */
	noteAttestation(id: string, isLive: boolean, isLeap: boolean): void {
		const duties = this.#entry(id);
		if (isLeap) duties.missedInRow = 0;
		if (isLive) duties.attested += 1;
		else duties.missed += 1;
		duties.missedInRow = isLive ? 0 : duties.missedInRow + 1;
	}

	noteProposal(id: string, isThere: boolean): void {
		const duties = this.#entry(id);
		if (isThere) duties.proposals += 1;
		else duties.proposalsMissed += 1;
	}

	noteSyncMessage(id: string, isThere: boolean): void {
		const duties = this.#entry(id);
		if (isThere) duties.syncDone += 1;
		else duties.syncMissed += 1;
		duties.syncMissedInRow = isThere ? 0 : duties.syncMissedInRow + 1;
	}

	#entry(id: string): Followed {
		const known = this.#followed.get(id) ?? {
			attested: 0,
			missed: 0,
			missedInRow: 0,
			proposals: 0,
			proposalsMissed: 0,
			syncDone: 0,
			syncMissed: 0,
			syncMissedInRow: 0,
		};
		this.#followed.set(id, known);
		return known;
	}
}

/** Follows the duties of one's own validators, epoch by epoch. Asks nothing where there are none. */
export function createDutyFollower(mine: readonly string[] = []) {
	const ids = mine.filter((id) => /^(\d{1,9}|0x[\da-f]{96})$/i.test(id)).slice(0, mostAsked);
	const book = new DutyBook();
	const scores = createValidatorScores();
	/** The epoch whose duties were counted last, and the block whose sync committee was. */
	let countedEpoch: number | undefined;
	let countedSlot: number | undefined;

	return async (asking: Asking, place: Place): Promise<readonly Validator[] | undefined> => {
		if (ids.length === 0) return undefined;
		const { get } = askers(asking);
		const query = `eth/v1/beacon/states/head/validators?id=${ids.join(',')}`;
		const found = await get('validators', query, validatorsSchema, rareMs);
		if (!found) return undefined;
		const indices = found.data.flatMap(({ index }) => toCount(index) ?? []).map(String);
		countedEpoch = await countEpoch(asking, place, { indices, book, countedEpoch });
		const committee = await get(
			'sync committee',
			'eth/v1/beacon/states/head/sync_committees',
			committeeSchema,
			5 * rareMs,
		);
		const inCommittee = committee && new Set(committee.data.validators.map(String));
		const members = indices.filter((index) => inCommittee?.has(index));
		countedSlot = await countSyncMessages(asking, place.slot, { members, book, countedSlot });
		return found.data.flatMap((told): Validator[] => {
			const id = toCount(told.index)?.toString();
			if (id === undefined) return [];
			const duties = book.of(id);
			const done = duties && {
				done: duties.attested + duties.syncDone,
				missed: duties.missed + duties.syncMissed,
			};
			return [
				{
					validator: id,
					mine: true,
					...readStanding(told),
					...(inCommittee && { inSyncCommittee: inCommittee.has(id) }),
					...(duties && figuresOf(duties, inCommittee?.has(id) === true)),
					...(done && scores.next(id, done, asking.nowMs)),
				},
			];
		});
	};
}

function readStanding({
	status,
	validator,
}: z.infer<typeof validatorsSchema>['data'][number]): Partial<Validator> {
	const word = typeof status === 'string' ? status : '';
	const balance = toAmount(validator.effective_balance);
	return defined({
		slashed: validator.slashed === true,
		active: word === '' ? undefined : word.startsWith('active'),
		power: balance === undefined ? undefined : balance / gweiInEther,
	});
}

interface Counting {
	readonly indices: readonly string[];
	readonly book: DutyBook;
	readonly countedEpoch: number | undefined;
}

/** The epoch that is over: who attested, and whose blocks came. Returns the epoch that is counted now. */
async function countEpoch(
	asking: Asking,
	{ slot, slotsPerEpoch }: Place,
	{ indices, book, countedEpoch }: Counting,
): Promise<number | undefined> {
	if (slotsPerEpoch === undefined || indices.length === 0) return countedEpoch;
	const over = Math.floor(slot / slotsPerEpoch) - 1;
	if (over < 0 || countedEpoch === over) return countedEpoch;
	const { get, post } = askers(asking);
	const live = await post('liveness', `eth/v1/validator/liveness/${over}`, indices, livenessSchema);
	if (!live) return countedEpoch;
	const isLeap = countedEpoch !== undefined && over !== countedEpoch + 1;
	for (const { index, is_live: isLive } of live.data) {
		const id = toCount(index)?.toString();
		if (id !== undefined && indices.includes(id)) book.noteAttestation(id, isLive === true, isLeap);
	}
	const path = `eth/v1/validator/duties/proposer/${over}`;
	const duties = await get('proposer duties', path, proposersSchema);
	for (const duty of duties?.data ?? []) {
		const id = toCount(duty.validator_index)?.toString();
		const dutySlot = toCount(duty.slot);
		if (id === undefined || dutySlot === undefined || !indices.includes(id)) continue;
		const isThere = await hasBlock(asking, dutySlot);
		if (isThere !== undefined) book.noteProposal(id, isThere);
	}
	return over;
}

interface CountingSync {
	readonly members: readonly string[];
	readonly book: DutyBook;
	readonly countedSlot: number | undefined;
}

/** Whose messages the newest block has. Returns the slot that is counted now. */
async function countSyncMessages(
	asking: Asking,
	slot: number,
	{ members, book, countedSlot }: CountingSync,
): Promise<number | undefined> {
	if (members.length === 0 || slot === countedSlot) return countedSlot;
	const path = `eth/v1/beacon/rewards/sync_committee/${slot}`;
	const rewards = await askers(asking).post('sync rewards', path, members, syncRewardsSchema);
	if (!rewards) return countedSlot;
	const isMember = new Set(members);
	for (const { validator_index: index, reward } of rewards.data) {
		const id = toCount(index)?.toString();
		const gwei = Number(reward);
		if (id === undefined || !isMember.has(id) || !Number.isFinite(gwei)) continue;
		book.noteSyncMessage(id, gwei >= 0);
	}
	return slot;
}

/** What could not be asked is neither made nor missed. */
async function hasBlock({ base, http }: Asking, slot: number): Promise<boolean | undefined> {
	const url = below(base, `eth/v1/beacon/headers/${slot}`);
	try {
		const signal = AbortSignal.timeout(headerTimeoutMs);
		const reply = await http.request({ url, signal, acceptStatus: [404] });
		return reply.status !== 404 && headerSchema.safeParse(parseJson(reply)).success;
	} catch (error) {
		if (error instanceof PollError) return undefined;
		throw error;
	}
}

function figuresOf(duties: Followed, isInCommittee: boolean): Partial<Validator> {
	const { attested, missed, missedInRow, proposals, proposalsMissed } = duties;
	const { syncDone, syncMissed, syncMissedInRow } = duties;
	const isEpochKnown = attested + missed > 0;
	const isSyncKnown = syncDone + syncMissed > 0;
	return {
		...(isEpochKnown && { votes: attested, missed, missedInRow, proposals, proposalsMissed }),
		...(isSyncKnown && { syncMissed, syncMissedInRow: isInCommittee ? syncMissedInRow : 0 }),
	};
}

function askers({ base, http, round }: Asking) {
	return {
		get: <T>(name: string, path: string, schema: z.ZodType<T>, everyMs = 0) =>
			round.also(name, (signal) => getJson({ base, path, schema }, { http, signal }), { everyMs }),
		post: <T>(name: string, path: string, indices: readonly string[], schema: z.ZodType<T>) =>
			round.also(name, async (signal): Promise<Answered<T>> => {
				const reply = await http.request({ url: below(base, path), signal, json: indices });
				const { latencyMs, serverTimeMs } = reply;
				return { value: readAs(schema, parseJson(reply), `/${path}`), latencyMs, serverTimeMs };
			}),
	};
}
