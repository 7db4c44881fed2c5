import { sendJson, startServer } from '../../../helpers/http-server.ts';
import type { TestServer } from '../../../helpers/http-server.ts';

export const genesisSeconds = 1_760_000_000;
export const slotsPerEpoch = 32;
export const slotMs = 12_000;
/** Of validator 77. */
export const pubkey = `0x${'ab'.repeat(48)}`;
const root = `0x${'cd'.repeat(32)}`;

/** A chain with slots of 12 s and epochs of 32, in the shapes of the Beacon API. */
export interface BeaconChain {
	slot: number;
	slashed: readonly string[];
	/** Who did not attest, by epoch. */
	absent: Map<number, readonly string[]>;
	/** Whose turn it was, by slot. */
	proposers: Map<number, string>;
	missedSlots: readonly number[];
	/** Whose sync committee messages are in no block. */
	withoutSyncMessage: readonly string[];
	hasLiveness: boolean;
	hasRewards: boolean;
}

/** Paths, in turn, and what is answered there; `undefined` is 404. */
type Answer = (chain: BeaconChain, url: URL, body: string) => unknown;

const epochIn = ({ pathname }: URL) => Number(pathname.split('/').at(-1));
const idsIn = (body: string) => JSON.parse(body) as readonly string[]; // The client sends indices.
const finalizedEpoch = ({ slot }: BeaconChain) => Math.floor(slot / slotsPerEpoch) - 2;

const answers: readonly (readonly [path: RegExp, answer: Answer])[] = [
	[
		/\/node\/syncing$/,
		({ slot }) => ({
			data: { head_slot: String(slot), sync_distance: '0', is_syncing: false, el_offline: false },
		}),
	],
	[/\/node\/health$/, () => ({})],
	[/\/node\/version$/, () => ({ data: { version: 'Lighthouse/v7.0.1-e42406d/x86_64-linux' } })],
	[/\/node\/peer_count$/, () => ({ data: { connected: '71', disconnected: '500' } })],
	[
		/\/headers\/head$/,
		({ slot }) => ({
			data: {
				root,
				canonical: true,
				header: { message: { slot: String(slot), proposer_index: '9' } },
			},
		}),
	],
	[
		/\/finality_checkpoints$/,
		(chain) => ({
			data: {
				current_justified: { epoch: String(finalizedEpoch(chain) + 1), root },
				finalized: { epoch: String(finalizedEpoch(chain)), root },
			},
		}),
	],
	[/\/config\/spec$/, () => ({ data: { SECONDS_PER_SLOT: '12', SLOTS_PER_EPOCH: '32' } })],
	[
		/\/beacon\/genesis$/,
		() => ({ data: { genesis_time: String(genesisSeconds), genesis_validators_root: root } }),
	],
	[/\/states\/head\/validators$/, validators],
	[/\/liveness\/\d+$/, liveness],
	[/\/duties\/proposer\/\d+$/, proposers],
	[/\/sync_committees$/, () => ({ data: { validators: ['5', '77'] } })],
	[/\/rewards\/sync_committee\/\d+$/, syncRewards],
	[
		/\/beacon\/headers\/\d+$/,
		(chain, url) =>
			chain.missedSlots.includes(epochIn(url)) ? undefined : { data: { root, canonical: true } },
	],
];

function validators({ slashed }: BeaconChain, { searchParams }: URL) {
	const asked = (searchParams.get('id') ?? '').split(',');
	const indices = asked.map((id) => (id === pubkey ? '77' : id));
	return {
		data: indices.map((index) => ({
			index,
			balance: '32000000000',
			status: slashed.includes(index) ? 'active_slashed' : 'active_ongoing',
			validator: {
				pubkey,
				effective_balance: '32000000000',
				slashed: slashed.includes(index),
			},
		})),
	};
}

function liveness({ absent, hasLiveness }: BeaconChain, url: URL, body: string) {
	if (!hasLiveness) return undefined;
	const away = absent.get(epochIn(url)) ?? [];
	return { data: idsIn(body).map((index) => ({ index, is_live: !away.includes(index) })) };
}

function proposers(chain: BeaconChain, url: URL) {
	const duties = [...chain.proposers].filter(
		([slot]) => Math.floor(slot / slotsPerEpoch) === epochIn(url),
	);
	return {
		dependent_root: root,
		data: duties.map(([slot, index]) => ({ pubkey, validator_index: index, slot: String(slot) })),
	};
}

function syncRewards(chain: BeaconChain, _url: URL, body: string) {
	if (!chain.hasRewards) return undefined;
	return {
		execution_optimistic: false,
		data: idsIn(body).map((index) => ({
			validator_index: index,
			reward: chain.withoutSyncMessage.includes(index) ? '-21340' : '21340',
		})),
	};
}

export async function startBeaconNode(
	changes: Partial<BeaconChain> = {},
): Promise<{ readonly chain: BeaconChain; readonly server: TestServer }> {
	const chain: BeaconChain = {
		slot: 3200,
		slashed: [],
		absent: new Map(),
		proposers: new Map(),
		missedSlots: [],
		withoutSyncMessage: [],
		hasLiveness: true,
		hasRewards: true,
		...changes,
	};
	const server = await startServer(({ path, body }, response) => {
		const url = new URL(path, 'http://node');
		const [, answer] = answers.find(([pattern]) => pattern.test(url.pathname)) ?? [];
		const told = answer?.(chain, url, body);
		if (told === undefined) sendJson(response, { code: 404, message: 'NOT_FOUND' }, 404);
		else sendJson(response, told);
	});
	return { chain, server };
}
