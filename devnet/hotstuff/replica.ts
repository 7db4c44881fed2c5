import type { NodeProcess, World } from '../node-process.ts';
import { createPeerTable } from '../peer-table.ts';
import type { PeerTable, TableMessage } from '../peer-table.ts';
import { createTraffic } from '../traffic.ts';
import type { Traffic } from '../traffic.ts';
import { headerOf, isAuthentic } from './block.ts';
import type { Block, Header } from './block.ts';
import type { BlockTree } from './block-tree.ts';
import type { Committee, QuorumCertificate } from './committee.ts';
import { createCounters } from './counters.ts';
import type { Counters } from './counters.ts';
import { createFetcher } from './fetcher.ts';
import type { Fetcher } from './fetcher.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { createMempool } from './mempool.ts';
import type { Mempool } from './mempool.ts';
import { messageTypes } from './message.ts';
import type { Message, MessageOf } from './message.ts';
import { createPacemaker } from './pacemaker.ts';
import type { Pacemaker } from './pacemaker.ts';
import { createProposer } from './proposer.ts';
import type { ReplicaSettings, VotingRecord } from './settings.ts';
import { createVoteTally } from './tally.ts';
import { createWatchman } from './watchman.ts';
import type { Watchman } from './watchman.ts';

export interface ReplicaOptions {
	readonly world: World;
	readonly committee: Committee;
	readonly settings: ReplicaSettings;
	readonly record: VotingRecord;
	readonly tree: BlockTree;
	readonly version: string;
}

/**
 * One life of one replica of HotStuff-2 (https://eprint.iacr.org/2023/397), pipelined: the votes for
 * the block of a view go to the next leader, whose proposal carries their certificate. Two
 * certificates of views in a row commit the first block. A leader that has the certificate of the view
 * before proposes at once; one whose view began by timeouts first waits for what all others have
 * locked, at most Δ.
 */
export interface Replica extends NodeProcess {
	readonly name: string;
	readonly record: VotingRecord;
	readonly version: string;
	readonly startedAtMs: number;
	readonly startedAtWallMs: number;
	readonly committee: Committee;
	readonly tree: BlockTree;
	readonly counters: Counters;
	readonly pacemaker: Pacemaker;
	readonly watchman: Watchman;
	readonly mempool: Mempool;
	readonly fetcher: Fetcher;
	readonly peers: PeerTable<Message>;
	readonly traffic: Traffic<Message['type'] | TableMessage['type']>;
	readonly ledger: Ledger;
}

export const client = 'nodetop-devnet-hotstuff2';

export function createReplica(options: ReplicaOptions): Replica {
	const { world, committee, settings, record, tree, version } = options;
	const startedAtMs = world.nowMs();
	const counters = createCounters();
	const traffic = createTraffic(messageTypes, startedAtMs);
	const watchman = createWatchman(committee);
	const votes = createVoteTally(committee);
	const mempool = createMempool(world, settings.transactionsPerSecond);
	let voted: Header | undefined;
	let isPaused = false;
	let isRunning = false;

	const peers: PeerTable<Message> = createPeerTable<Message>({
		world,
		traffic,
		known: world.neighbours,
		about: () => {
			const address = world.address();
			return {
				nodeId: record.nodeId,
				client: `${client}/${version}`,
				...(address !== undefined && { address }),
			};
		},
		onConnected: () => {
			if (isRunning || peers.connected().length + 1 < committee.quorum) return;
			isRunning = true;
			pacemaker.start();
			ledger.settle(record.lock);
		},
	});

	const ledger = createLedger({
		world,
		tree,
		counters,
		mempool,
		onMissing: (id) => {
			fetcher.want(id);
		},
	});

	const seeCertificate = (certificate: QuorumCertificate): void => {
		if (certificate.view > record.lock.view) record.lock = certificate;
		ledger.settle(certificate);
		pacemaker.follow(certificate);
	};

	const takeVote = (voter: string, header: Header): void => {
		watchman.noteVote(voter, header);
		report(watchman.noteHeader(header));
		if (committee.leaderOf(header.view + 1) !== world.name) return;
		const certificate = votes.add(voter, header);
		if (!certificate) return;
		counters.quorumCertificates += 1;
		seeCertificate(certificate);
	};

	const report = (headers: readonly [Header, Header] | undefined): void => {
		if (headers) peers.broadcast({ type: 'evidence', headers });
	};

	const vote = (block: Block): void => {
		const header = headerOf(block);
		record.lastVotedView = Math.max(record.lastVotedView, block.view);
		voted = header;
		counters.votesSent += 1;
		const next = committee.leaderOf(block.view + 1);
		if (next === world.name) takeVote(world.name, header);
		else peers.send(next, { type: 'vote', header });
	};

	const considerVote = (block: Block): void => {
		if (block.view !== pacemaker.view || committee.leaderOf(block.view) !== block.proposer) return;
		pacemaker.noteProposal();
		const mayVote = block.view > record.lastVotedView && block.justify.view >= record.lock.view;
		if (mayVote && !isPaused) vote(block);
	};

	/** A block whose parent is held: takes it in, with what waited for it. */
	const accept = (block: Block): void => {
		if (!tree.add(block)) return;
		ledger.noteArrival(block.id);
		ledger.settle(block.justify);
		considerVote(block);
		for (const child of fetcher.release(block.id)) accept(child);
		if (block.id === record.lock.blockId) {
			ledger.settle(record.lock);
			proposer.propose();
		}
	};

	const fetcher = createFetcher({
		world,
		tree,
		committee,
		peers,
		onBlock: accept,
		onInvalid: () => {
			counters.invalidMessages += 1;
		},
		onConflict: ledger.noteConflict,
		onCheckpoint: () => {
			ledger.settle(record.lock);
		},
	});

	const proposer = createProposer({
		world,
		committee,
		settings,
		record,
		tree,
		counters,
		mempool,
		pacemaker: () => pacemaker,
		newestArrivalMs: () => ledger.newestArrivalMs,
		isPaused: () => isPaused,
		onMissing: (id) => {
			fetcher.want(id);
		},
		offer: (block, to) => {
			const { entry } = pacemaker;
			const reason = entry && { timeoutCertificate: entry };
			for (const name of to) peers.send(name, { type: 'proposal', block, ...reason });
			accept(block);
		},
	});

	const onView = (): void => {
		voted = undefined;
		if (isPaused) return;
		proposer.onView();
		const { view, entry } = pacemaker;
		const leader = committee.leaderOf(view);
		if (!entry || leader === world.name) return;
		peers.send(leader, { type: 'newView', view, lock: record.lock, timeoutCertificate: entry });
	};

	const pacemaker = createPacemaker({
		world,
		committee,
		counters,
		record,
		timeoutMs: settings.timeoutMs,
		isPaused: () => isPaused,
		announceTimeout: () => {
			const { view, entry } = pacemaker;
			record.lastVotedView = Math.max(record.lastVotedView, view);
			peers.broadcast({
				type: 'timeout',
				view,
				lock: record.lock,
				...(entry && { timeoutCertificate: entry }),
				...(voted && { voted }),
			});
		},
		onView,
	});

	const onProposal = (from: string, message: MessageOf<'proposal'>): void => {
		const { block, timeoutCertificate } = message;
		counters.proposalsReceived += 1;
		const isSound =
			block.proposer === from &&
			committee.leaderOf(block.view) === from &&
			isAuthentic(block) &&
			committee.isValid(block.justify);
		if (!isSound) {
			counters.invalidMessages += 1;
			return;
		}
		report(watchman.noteHeader(headerOf(block)));
		seeCertificate(block.justify);
		seeTimeouts(timeoutCertificate);
		if (tree.get(block.parent)) accept(block);
		else fetcher.park(block, from);
	};

	const seeTimeouts = (certificate: MessageOf<'proposal'>['timeoutCertificate']): void => {
		if (!certificate) return;
		if (committee.isQuorum(certificate.voters)) pacemaker.followTimeouts(certificate);
		else counters.invalidMessages += 1;
	};

	const seeLock = (lock: QuorumCertificate): void => {
		if (committee.isValid(lock)) seeCertificate(lock);
		else counters.invalidMessages += 1;
	};

	const onTimeout = (from: string, message: MessageOf<'timeout'>): void => {
		seeLock(message.lock);
		seeTimeouts(message.timeoutCertificate);
		if (message.voted) report(watchman.noteHeader(message.voted));
		pacemaker.onTimeout(from, message.view);
	};

	const onNewView = (from: string, message: MessageOf<'newView'>): void => {
		seeLock(message.lock);
		seeTimeouts(message.timeoutCertificate);
		if (message.view !== pacemaker.view || !pacemaker.entry) return;
		proposer.onNewView(from);
	};

	const handle = (from: string, message: Message): void => {
		switch (message.type) {
			case 'proposal':
				onProposal(from, message);
				break;
			case 'vote':
				counters.votesReceived += 1;
				takeVote(from, message.header);
				break;
			case 'timeout':
				onTimeout(from, message);
				break;
			case 'newView':
				onNewView(from, message);
				break;
			case 'evidence':
				for (const header of message.headers) watchman.noteHeader(header);
				break;
			case 'blockRequest':
				fetcher.onRequest(from, message);
				break;
			case 'blocks':
				fetcher.onBlocks(from, message);
				break;
		}
	};

	return {
		name: world.name,
		record,
		version,
		startedAtMs,
		startedAtWallMs: world.wallNowMs(),
		committee,
		tree,
		counters,
		ledger,
		pacemaker,
		watchman,
		mempool,
		fetcher,
		peers,
		traffic,
		start() {
			peers.start();
			mempool.start();
		},
		receive(from, text) {
			const message = peers.receive(from, text);
			if (!message || !isRunning) return;
			if (!isPaused || message.type === 'blockRequest') handle(from, message);
		},
		onPeerClosed: peers.onClosed,
		setPaused(paused) {
			const resumes = isPaused && !paused;
			isPaused = paused;
			if (resumes && isRunning) onView();
		},
		inject(fault) {
			if (fault.fault === 'equivocation') proposer.setEquivocating(true);
		},
		clearFaults() {
			proposer.setEquivocating(false);
		},
	};
}
