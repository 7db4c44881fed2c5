import type { OwnFault } from '../faults.ts';
import type { NodeProcess, World } from '../node-process.ts';
import { createTransferCounters } from './counters.ts';
import type { Outcome, TransferCounters } from './counters.ts';
import type { NodeLog } from './node-log.ts';
import { createNotices } from './notices.ts';
import type { Notices } from './notices.ts';
import { createSatelliteRecord } from './satellite.ts';
import type { AuditOutcome, SatelliteRecord } from './satellite.ts';
import { satelliteInfos, versions } from './settings.ts';
import type { StorjSettings } from './settings.ts';
import { createUsage, monthStart } from './usage.ts';
import type { TrafficCause, Usage } from './usage.ts';

/** What survives a restart: what satellites and the disk hold. It begins with the node's first start. */
export interface StorjData {
	state?: {
		readonly usage: Usage;
		readonly satellites: readonly SatelliteRecord[];
		readonly notices: Notices;
	};
}

/** What survives the loss of the data too. */
export interface StorjIdentity {
	readonly nodeId: string;
	readonly wallet: string;
	readonly log: NodeLog;
	/** How often the node was started: the first one finds a node that is in use for months. */
	starts: number;
}

export interface StorageNodeOptions {
	readonly world: World;
	readonly settings: StorjSettings;
	readonly identity: StorjIdentity;
	readonly data: StorjData;
	/** Unix ms at the virtual zero. */
	readonly epochMs: number;
}

type TransferFault = Extract<OwnFault, { fault: 'slowDisk' | 'diskFull' }>;

const actions = [
	{ action: 'GET', word: 'download', cause: 'egress', share: 0.62, mean: 260_000 },
	{ action: 'PUT', word: 'upload', cause: 'ingress', share: 0.3, mean: 300_000 },
	{ action: 'GET_REPAIR', word: 'download', cause: 'repair', share: 0.06, mean: 1_100_000 },
	{ action: 'PUT_REPAIR', word: 'upload', cause: 'ingressRepair', share: 0.02, mean: 900_000 },
] as const satisfies readonly { readonly cause: TrafficCause; readonly [key: string]: unknown }[];

const auditBytes = 256;
const mostPieceBytes = 2_319_872;
const trashShare = 0.02;
const cancelRatio = 0.06;
const failRatio = 0.004;
/** Between two audits of pieces that are lost. */
const foundMs = 100;
const contactMs = 20_000;

/** One run of a storage node: customers and satellites use it, and it writes down what they do. */
export class StorageNode implements NodeProcess {
	readonly name: string;
	readonly identity: StorjIdentity;
	readonly settings: StorjSettings;
	readonly usage: Usage;
	readonly satellites: readonly SatelliteRecord[];
	readonly notices: Notices;
	readonly counters: TransferCounters;
	readonly startedAtMs: number;
	lastPingedMs = 0;
	readonly #world: World;
	readonly #log: NodeLog;
	#isPaused = false;
	#extraMs = 0;
	#freeLimit: number | undefined;
	#version: string = versions.before;
	#monthFromMs: number | undefined;
	#isForwarding = true;
	#serial = 0;

	constructor({ world, settings, identity, data, epochMs }: StorageNodeOptions) {
		const nowMs = world.wallNowMs();
		data.state ??= createState(world, settings, epochMs, identity.starts === 0);
		identity.starts += 1;
		this.name = world.name;
		this.identity = identity;
		this.settings = settings;
		this.usage = data.state.usage;
		this.satellites = data.state.satellites;
		this.notices = data.state.notices;
		this.counters = createTransferCounters(world.random);
		this.startedAtMs = nowMs;
		this.#world = world;
		this.#log = identity.log;
	}

	get version(): string {
		return this.#version;
	}

	get isForwarding(): boolean {
		return this.#isForwarding;
	}

	nowMs(): number {
		return this.#world.wallNowMs();
	}

	/** When the current month began; with the fault `monthStart`, when that fault did. */
	monthStartMs(): number {
		return this.#monthFromMs ?? monthStart(this.nowMs());
	}

	space(): { used: number; trash: number; free: number } {
		const nowMs = this.nowMs();
		const pieces = this.satellites.reduce(
			(sum, { info }) => sum + this.usage.storedAt(info, nowMs),
			0,
		);
		const trash = Math.round(pieces * trashShare);
		const free = Math.max(0, this.settings.allocatedBytes - pieces - trash);
		return { used: pieces + trash, trash, free: Math.min(free, this.#freeLimit ?? free) };
	}

	start(): void {
		this.#write('INFO', 'piecestore:monitor', 'Remaining Bandwidth');
		this.#later(() => {
			this.#transfer();
		}, 1000 / this.settings.transfersPerSecond);
		this.#later(() => {
			this.#auditSome();
		}, this.settings.auditMs);
		this.#contact();
	}

	/** Storage nodes do not talk to one another. */
	receive(): void {}
	onPeerClosed(): void {}

	setPaused(isPaused: boolean): void {
		this.#isPaused = isPaused;
	}

	inject(fault: OwnFault): void {
		switch (fault.fault) {
			case 'lostPieces':
				this.#auditAtOnce('lost', fault.count);
				break;
			case 'auditErrors':
				this.#auditAtOnce('unknown', fault.count);
				break;
			case 'offline':
				for (const satellite of this.satellites) satellite.missed(fault.hours, this.nowMs());
				break;
			case 'rotateLog':
				this.#log.rotate();
				break;
			case 'forwarderCut':
				this.#isForwarding = false;
				break;
			case 'monthStart':
				this.#monthFromMs = this.nowMs();
				break;
			case 'upgrade':
				this.#version = versions.after;
				break;
			case 'slowDisk':
			case 'diskFull':
				this.#setDisk(fault);
				break;
		}
	}

	/** What satellites have seen stays: scores recover by audits only. */
	clearFaults(): void {
		this.#extraMs = 0;
		this.#freeLimit = undefined;
		this.#isForwarding = true;
		this.#monthFromMs = undefined;
		this.#version = versions.before;
	}

	#setDisk(fault: TransferFault): void {
		if (fault.fault === 'slowDisk') this.#extraMs = fault.latencyMs;
		else this.#freeLimit = fault.leftBytes;
	}

	#later(run: () => void, meanMs: number): void {
		this.#world.after(this.#world.random.exponential(meanMs), run);
	}

	#contact(): void {
		if (!this.#isPaused) this.lastPingedMs = this.nowMs();
		this.#world.after(contactMs, () => {
			this.#contact();
		});
	}

	/** A customer stores or reads a piece. */
	#transfer(): void {
		this.#later(() => {
			this.#transfer();
		}, 1000 / this.settings.transfersPerSecond);
		if (this.#isPaused) return;
		const { random } = this.#world;
		const kind = pick(actions, random.next());
		const satellite = pick(
			this.satellites.map((each) => ({ ...each.info, record: each })),
			random.next(),
		).record;
		if (satellite.disqualifiedAtMs !== undefined) return;
		if (satellite.suspendedAtMs !== undefined && kind.word === 'upload') return;
		const size = Math.min(mostPieceBytes, 256 * Math.ceil(random.exponential(kind.mean) / 256));
		const durationMs = 30 + random.exponential(220) + size / 4000 + this.#extraMs;
		const ending = random.next();
		const outcome: Outcome =
			ending < failRatio ? 'failure' : ending < failRatio + cancelRatio ? 'cancel' : 'success';
		this.#move({ ...kind, satellite, size, durationMs, outcome });
	}

	#move(transfer: Transfer): void {
		const { action, word, satellite, size, durationMs } = transfer;
		const fields = this.#fieldsOf(action, satellite, word === 'download' ? size : undefined);
		const free = this.space().free;
		const isFull = word === 'upload' && free < size;
		const more = word === 'upload' ? { available_space: free } : {};
		this.#write('DEBUG', 'piecestore', `${word} started`, { ...fields, ...more });
		this.counters.started(action);
		this.#world.after(isFull ? 5 : durationMs, () => {
			this.#end({ ...transfer, outcome: isFull ? 'failure' : transfer.outcome }, fields, isFull);
		});
	}

	#end(
		{ action, word, cause, satellite, size, durationMs, outcome }: Transfer,
		fields: Readonly<Record<string, string | number>>,
		isFull: boolean,
	): void {
		const sized = word === 'upload' ? { ...fields, size } : fields;
		this.counters.add({ action, outcome, sizeBytes: outcome === 'success' ? size : 0, durationMs });
		if (outcome === 'success') {
			this.#write('INFO', 'piecestore', `${word}ed`, sized);
			this.usage.add(satellite.info, cause, size, this.nowMs());
			if (cause === 'ingress' && this.#freeLimit !== undefined)
				this.#freeLimit = Math.max(0, this.#freeLimit - size);
		} else if (outcome === 'cancel') {
			const reason = word === 'download' ? { reason: 'context canceled' } : {};
			this.#write('INFO', 'piecestore', `${word} canceled`, { ...sized, ...reason });
		} else if (isFull) {
			const error = `not enough available disk space, have: ${this.space().free}, need: ${size}`;
			this.#write('ERROR', 'piecestore', 'upload failed', { ...sized, error });
		} else {
			const error =
				'manager closed: read tcp 10.0.0.2:28967->198.51.100.7:41022: connection reset by peer';
			this.#write('ERROR', 'piecestore', `${word} failed`, { ...sized, error });
		}
	}

	#auditSome(): void {
		this.#later(() => {
			this.#auditSome();
		}, this.settings.auditMs);
		if (this.#isPaused) return;
		const { random } = this.#world;
		const [satellite] = random.sample(this.satellites, 1);
		if (satellite) this.#audit(satellite, 'passed');
	}

	/** The largest satellite audits what the node no longer has, or cannot read. */
	#auditAtOnce(outcome: AuditOutcome, count: number): void {
		const [satellite] = this.satellites;
		if (count === 0 || !satellite || satellite.disqualifiedAtMs !== undefined) return;
		this.#audit(satellite, outcome);
		this.#world.after(foundMs, () => {
			this.#auditAtOnce(outcome, count - 1);
		});
	}

	#audit(satellite: SatelliteRecord, outcome: AuditOutcome): void {
		if (satellite.disqualifiedAtMs !== undefined) return;
		const nowMs = this.nowMs();
		const fields = this.#fieldsOf('GET_AUDIT', satellite, auditBytes);
		const { auditScore, suspensionScore } = satellite;
		const wasSuspended = satellite.suspendedAtMs !== undefined;
		satellite.audit(outcome, nowMs);
		const transfer = { action: 'GET_AUDIT', sizeBytes: auditBytes, durationMs: 40 + this.#extraMs };
		this.#write('DEBUG', 'piecestore', 'download started', fields);
		this.counters.started('GET_AUDIT');
		if (outcome === 'passed') {
			this.#write('INFO', 'piecestore', 'downloaded', fields);
			this.counters.add({ ...transfer, outcome: 'success' });
			this.usage.add(satellite.info, 'audit', auditBytes, nowMs);
		} else {
			const error = outcome === 'lost' ? 'file does not exist' : 'read: input/output error';
			this.#write('ERROR', 'piecestore', 'download failed', { ...fields, error });
			this.counters.add({ ...transfer, sizeBytes: 0, outcome: 'failure' });
		}
		if (satellite.auditScore < auditScore || satellite.suspensionScore < suspensionScore)
			this.#write('WARN', 'reputation:service', 'node scores worsened', {
				satellite_id: satellite.info.id,
				audit_score: satellite.auditScore,
				suspension_score: satellite.suspensionScore,
				online_score: satellite.onlineScore,
			});
		this.#notice(satellite, wasSuspended);
	}

	#notice(satellite: SatelliteRecord, wasSuspended: boolean): void {
		const { info, disqualifiedAtMs, suspendedAtMs } = satellite;
		if (disqualifiedAtMs !== undefined)
			this.notices.add('disqualification', info.id, disqualifiedAtMs);
		else if (suspendedAtMs !== undefined && !wasSuspended)
			this.notices.add('suspension', info.id, suspendedAtMs);
	}

	#fieldsOf(action: string, { info }: SatelliteRecord, size: number | undefined) {
		const { random } = this.#world;
		this.#serial += 1;
		return {
			piece_id: pieceId(random.hex(33)),
			satellite_id: info.id,
			action,
			...(size !== undefined && { offset: 0, size }),
			remote_address: `198.51.100.${this.#serial % 250}:${20_000 + (this.#serial % 40_000)}`,
		};
	}

	#write(
		level: Parameters<NodeLog['write']>[0]['level'],
		logger: string,
		message: string,
		fields: Readonly<Record<string, string | number>> = {},
	): void {
		this.#log.write({ atMs: this.nowMs(), level, logger, message, fields });
	}
}

interface Transfer {
	readonly action: string;
	readonly word: 'upload' | 'download';
	readonly cause: TrafficCause;
	readonly satellite: SatelliteRecord;
	readonly size: number;
	readonly durationMs: number;
	readonly outcome: Outcome;
}

/** A node that is in use since months, or one that has just been installed. */
function createState(world: World, settings: StorjSettings, epochMs: number, isInUse: boolean) {
	const nowMs = world.wallNowMs();
	const joinedAtMs = isInUse ? monthStart(epochMs, -settings.ageMonths) + 5 * 86_400_000 : nowMs;
	return {
		usage: createUsage({ settings, epochMs, joinedAtMs }),
		satellites: satelliteInfos.map((info) =>
			createSatelliteRecord({ info, joinedAtMs, nowMs, random: world.random }),
		),
		notices: createNotices(),
	};
}

function pick<Item extends { readonly share: number }>(items: readonly Item[], at: number): Item {
	let left = at;
	for (const item of items) {
		left -= item.share;
		if (left < 0) return item;
	}
	const [first] = items;
	if (!first) throw new Error('there is nothing to pick from');
	return first;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 52 characters, as piece ids are written. */
function pieceId(hex: string): string {
	let text = '';
	let bits = BigInt(`0x${hex}`);
	for (let index = 0; index < 52; index += 1) {
		text += letters[Number(bits & 31n)];
		bits >>= 5n;
	}
	return text;
}
