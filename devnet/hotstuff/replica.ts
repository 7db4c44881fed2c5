import { performance } from 'node:perf_hooks';
import type { OwnFault } from '../faults.ts';
import type { NodeProcess, World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import { createTraffic } from '../traffic.ts';
import type { Traffic } from '../traffic.ts';
import { headerOf, isAuthentic } from './block.ts';
import type { Block, Header } from './block.ts';
import { BlockFetcher } from './block-fetcher.ts';
import type { BlockTree } from './block-tree.ts';
import type { Committee, QuorumCertificate, TimeoutCertificate } from './committee.ts';
import { ConnectionCounters } from './connection-counters.ts';
import { Counters } from './counters.ts';
import { EquivocationDetector } from './equivocation-detector.ts';
import { Ledger } from './ledger.ts';
import { LedgerState } from './ledger-state.ts';
import { Mempool } from './mempool.ts';
import { messageTypes } from './message.ts';
import type { Message, MessageOf, MessageType } from './message.ts';
import { Misbehavior } from './misbehavior.ts';
import { Pacemaker } from './pacemaker.ts';
import { Proposer } from './proposer.ts';
import { createReplicaPeers } from './replica-peers.ts';
import type { ReplicaSettings, VotingRecord } from './settings.ts';
import { StateCounters } from './state-counters.ts';
import { Store } from './store.ts';
import type { Disk } from './store.ts';
import { StoreCounters } from './store-counters.ts';
import { ValidatorRecords } from './validator-records.ts';
import { VoteCollector } from './vote-collector.ts';
import { VoteWriter } from './vote-writer.ts';

export interface ReplicaOptions {
	readonly world: World;
	readonly committee: Committee;
	readonly settings: ReplicaSettings;
	readonly record: VotingRecord;
	readonly tree: BlockTree;
	readonly disk: Disk;
	readonly version: string;
}

export const client = 'nodetop-devnet-hotstuff2';

/**
 * One run of one replica of HotStuff-2 (https://eprint.iacr.org/2023/397), pipelined: the votes for the
 * block of a view go to the next leader, whose proposal carries their certificate. Two certificates of
 * views in a row commit the first block.
 */
export class Replica implements NodeProcess {
	readonly name: string;
	readonly record: VotingRecord;
	readonly version: string;
	readonly startedAtMs: number;
	readonly startedAtWallMs: number;
	readonly committee: Committee;
	readonly tree: BlockTree;
	readonly counters: Counters;
	readonly connections: ConnectionCounters;
	readonly validators: ValidatorRecords;
	readonly store: Store;
	readonly state: LedgerState;
	readonly pacemaker: Pacemaker;
	readonly detector: EquivocationDetector;
	readonly mempool: Mempool;
	readonly fetcher: BlockFetcher;
	readonly peers: PeerTable<Message>;
	readonly traffic: Traffic<MessageType>;
	readonly ledger: Ledger;
	readonly #world: World;
	readonly #misbehavior: Misbehavior;
	readonly #proposer: Proposer;
	readonly votes: VoteCollector;
	readonly #writer: VoteWriter;
	#isFaulty = false;
	/** What this replica voted for in the present view. */
	#voted: Header | undefined;
	#isPaused = false;
	/** From the first quorum of connected replicas on. */
	#isRunning = false;

	constructor(options: ReplicaOptions) {
		const { world, committee, settings, record, tree, disk, version } = options;
		this.#world = world;
		this.name = world.name;
		this.record = record;
		this.version = version;
		this.startedAtMs = world.nowMs();
		this.startedAtWallMs = world.wallNowMs();
		this.committee = committee;
		this.tree = tree;
		this.counters = new Counters(world.neighbours.map(({ name }) => name));
		this.traffic = createTraffic(messageTypes, this.startedAtMs);
		const { histograms } = this.counters;
		this.connections = new ConnectionCounters(histograms);
		this.validators = new ValidatorRecords(committee);
		this.store = new Store(world, disk, new StoreCounters(histograms));
		this.state = new LedgerState(this.store, new StateCounters(histograms));
		this.detector = new EquivocationDetector(committee, (name, type) => {
			this.validators.onByzantine(name, type);
		});
		this.mempool = new Mempool(world, this.state, settings.transactionsPerSecond);
		this.peers = this.#createPeers(world);
		const { counters, mempool, state, validators } = this;
		const parts = { world, committee, record, tree, counters, mempool, state, validators };
		this.#misbehavior = new Misbehavior({ world, store: this.store, mempool, peers: this.peers });
		this.votes = new VoteCollector(parts);
		this.#writer = new VoteWriter({ ...parts, store: this.store });
		const onMissing = (id: string) => {
			this.fetcher.want(id);
		};
		const isPaused = () => this.#isPaused;
		this.ledger = new Ledger({ ...parts, onMissing });
		this.fetcher = this.#createFetcher(world);
		this.pacemaker = new Pacemaker({
			...parts,
			timeoutMs: settings.timeoutMs,
			isPaused,
			announceTimeout: () => {
				this.#announceTimeout();
			},
			onView: () => {
				this.#onView();
			},
		});
		this.#proposer = new Proposer({
			...parts,
			settings,
			pacemaker: this.pacemaker,
			ledger: this.ledger,
			isPaused,
			onMissing,
			completed: (certificate) => this.votes.completed(certificate),
			offer: (block, to) => {
				this.#offer(block, to);
			},
		});
	}

	start(): void {
		this.peers.start();
		this.mempool.start();
	}

	receive(from: string, text: string): void {
		const startedAt = performance.now();
		const message = this.peers.receive(from, text);
		if (!message || !this.#isRunning) return;
		if (this.#isPaused && message.type !== 'blockRequest') return;
		this.validators.onSeen(from, this.#world.wallNowMs());
		this.#isFaulty = false;
		this.#handle(from, message);
		const seconds = (performance.now() - startedAt) / 1000;
		this.connections.onHandled(message.type, { seconds, isFaulty: this.#isFaulty });
	}

	/** Votes that are not on disk yet, and blocks that wait for their parent. */
	get waiting(): number {
		return this.#writer.waiting + this.fetcher.orphans;
	}

	onPeerClosed(from: string): void {
		this.peers.onClosed(from);
	}

	setPaused(isPaused: boolean): void {
		const resumes = this.#isPaused && !isPaused;
		this.#isPaused = isPaused;
		if (resumes && this.#isRunning) this.#onView();
	}

	inject(fault: OwnFault): void {
		this.#misbehavior.start(fault);
		this.#proposer.setEquivocating(this.#misbehavior.has('equivocation'));
	}

	clearFaults(): void {
		this.#misbehavior.endAll();
		this.#proposer.setEquivocating(false);
	}

	#blame(name: string): void {
		this.#isFaulty = true;
		this.validators.onByzantine(name, 'invalidMessage');
	}

	#createPeers(world: World): PeerTable<Message> {
		const { record, version, traffic, counters, committee, connections } = this;
		return createReplicaPeers({
			world,
			traffic,
			counters,
			connections,
			nodeId: record.nodeId,
			client: `${client}/${version}`,
			onConnected: () => {
				const isQuorum = this.peers.connected().length + 1 >= committee.quorum;
				if (this.#isRunning || !isQuorum) return;
				this.#isRunning = true;
				this.pacemaker.start();
				this.ledger.onCertificate(record.lock);
			},
		});
	}

	#createFetcher(world: World): BlockFetcher {
		const { tree, committee, peers, ledger, record } = this;
		return new BlockFetcher({
			world,
			tree,
			committee,
			peers,
			onBlock: (block) => {
				this.#accept(block);
			},
			onInvalid: (from) => {
				this.#blame(from);
			},
			onConflict: (id) => {
				ledger.onConflict(id);
			},
			onCheckpoint: () => {
				ledger.onCertificate(record.lock);
			},
		});
	}

	#onView(): void {
		this.#voted = undefined;
		this.validators.onView(this.pacemaker.view);
		if (this.#isPaused) return;
		this.#proposer.onView();
		const { view, entry } = this.pacemaker;
		const leader = this.committee.leaderOf(view);
		if (!entry || leader === this.name) return;
		const { lock } = this.record;
		this.peers.send(leader, { type: 'newView', view, lock, timeoutCertificate: entry });
	}

	#announceTimeout(): void {
		const { view, entry } = this.pacemaker;
		this.record.lastVotedView = Math.max(this.record.lastVotedView, view);
		this.peers.broadcast({
			type: 'timeout',
			view,
			lock: this.record.lock,
			...(entry && { timeoutCertificate: entry }),
			...(this.#voted && { voted: this.#voted }),
		});
	}

	#offer(block: Block, to: readonly string[]): void {
		const { entry } = this.pacemaker;
		const reason = entry && { timeoutCertificate: entry };
		for (const name of to) this.peers.send(name, { type: 'proposal', block, ...reason });
		this.#accept(block);
	}

	/** Adds a block whose parent is held, then the blocks that waited for it. */
	#accept(block: Block): void {
		if (!this.tree.add(block)) return;
		this.ledger.onArrival(block);
		this.ledger.onCertificate(block.justify);
		this.#considerVote(block);
		for (const child of this.fetcher.release(block.id)) this.#accept(child);
		if (block.id === this.record.lock.blockId) {
			this.ledger.onCertificate(this.record.lock);
			this.#proposer.propose();
		}
	}

	#considerVote(block: Block): void {
		const { pacemaker, committee, record } = this;
		if (block.view !== pacemaker.view || committee.leaderOf(block.view) !== block.proposer) return;
		pacemaker.onProposal();
		const mayVote = block.view > record.lastVotedView && block.justify.view >= record.lock.view;
		if (mayVote && !this.#isPaused) this.#vote(block);
	}

	#vote(block: Block): void {
		const header = headerOf(block);
		this.record.lastVotedView = Math.max(this.record.lastVotedView, block.view);
		this.#voted = header;
		this.#writer.write(block, () => {
			if (!this.#isPaused) this.#sendVote(header, block);
		});
	}

	#sendVote(header: Header, block: Block): void {
		this.counters.votesSent += 1;
		const next = this.committee.leaderOf(block.view + 1);
		if (next === this.name) this.#onVote(this.name, header, block.id);
		else this.peers.send(next, { type: 'vote', header, blockId: block.id });
		if (this.#misbehavior.has('doubleVote') && next !== this.name) {
			this.peers.send(next, { type: 'vote', header, blockId: block.parent });
		}
		if (this.#misbehavior.has('invalidMessage')) {
			this.peers.broadcast({ type: 'proposal', block: this.#misbehavior.forged(block) });
		}
	}

	#handle(from: string, message: Message): void {
		switch (message.type) {
			case 'proposal':
				this.#onProposal(from, message);
				break;
			case 'vote':
				this.counters.votesReceived += 1;
				this.counters.countVote('vote');
				this.#onVote(from, message.header, message.blockId);
				break;
			case 'timeout':
				this.counters.countVote('timeout');
				this.#onTimeout(from, message);
				break;
			case 'newView':
				this.counters.countVote('newView');
				this.#onNewView(from, message);
				break;
			case 'evidence':
				for (const header of message.headers) this.detector.checkHeader(header);
				break;
			case 'blockRequest':
				this.fetcher.onRequest(from, message);
				break;
			case 'blocks':
				this.fetcher.onBlocks(from, message);
				break;
		}
	}

	#onProposal(from: string, { block, timeoutCertificate }: MessageOf<'proposal'>): void {
		const { committee, counters } = this;
		counters.proposalsReceived += 1;
		const isValid =
			block.proposer === from &&
			committee.leaderOf(block.view) === from &&
			isAuthentic(block) &&
			committee.isValid(block.justify);
		if (!isValid) {
			this.#blame(from);
			return;
		}
		const tookMs = Math.max(0, this.#world.wallNowMs() - block.timestampMs);
		this.connections.propagation.observe(tookMs / 1000, 'proposal');
		this.#checkHeader(headerOf(block));
		this.#onCertificate(block.justify);
		this.#onTimeoutCertificate(from, timeoutCertificate);
		if (this.tree.get(block.parent)) this.#accept(block);
		else this.fetcher.addOrphan(block, from);
	}

	/** Collects the votes of a view whose successor this replica leads. */
	#onVote(voter: string, header: Header, blockId: string): void {
		const { view } = header;
		this.detector.checkVote(voter, { view, blockId });
		this.#checkHeader(header);
		const certificate = this.votes.add(voter, { ...header, blockId });
		if (certificate) this.#onCertificate(certificate);
	}

	#onTimeout(from: string, message: MessageOf<'timeout'>): void {
		this.#onLock(from, message.lock);
		this.#onTimeoutCertificate(from, message.timeoutCertificate);
		if (message.voted) this.#checkHeader(message.voted);
		this.pacemaker.onTimeout(from, message.view);
	}

	#onNewView(from: string, message: MessageOf<'newView'>): void {
		this.#onLock(from, message.lock);
		this.#onTimeoutCertificate(from, message.timeoutCertificate);
		if (message.view !== this.pacemaker.view || !this.pacemaker.entry) return;
		this.#proposer.onNewView(from);
	}

	#onLock(from: string, lock: QuorumCertificate): void {
		if (this.committee.isValid(lock)) this.#onCertificate(lock);
		else this.#blame(from);
	}

	#onCertificate(certificate: QuorumCertificate): void {
		if (certificate.view > this.record.lock.view) this.record.lock = certificate;
		this.ledger.onCertificate(certificate);
		this.pacemaker.follow(certificate);
	}

	#onTimeoutCertificate(from: string, certificate: TimeoutCertificate | undefined): void {
		if (!certificate) return;
		if (this.committee.isQuorum(certificate.voters)) this.pacemaker.followTimeouts(certificate);
		else this.#blame(from);
	}

	/** Sends the evidence to all when the header proves that its leader equivocated. */
	#checkHeader(header: Header): void {
		const headers = this.detector.checkHeader(header);
		if (headers) this.peers.broadcast({ type: 'evidence', headers });
	}
}
