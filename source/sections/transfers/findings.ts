import { isCutShort } from '../poll/cut-short.ts';
import type { Findings } from '../finding.ts';

const minuteMs = 60_000;
const silentMs = 15 * minuteMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

function ageOf(at: string | undefined, nowMs: number): number {
	return at === undefined ? Number.POSITIVE_INFINITY : nowMs - Date.parse(at);
}

export const findings = {
	pieceLost: {
		component: 'storage',
		severity: 'critical',
		holdMs: 0,
		bad: 'a satellite audited a piece that the node no longer has, within the last day',
		when({ node: { transfers }, nowMs }) {
			const ageMs = ageOf(transfers?.lostPieceAt, nowMs);
			if (ageMs > dayMs) return undefined;
			const [piece] = (transfers?.lost ?? []).toReversed();
			const which = piece ? `: ${piece.piece.slice(0, 8)}… of ${piece.satellite}` : '';
			return {
				message: `a satellite audited a piece that the node no longer has${which}`,
				evidence: `${transfers?.lostPieces ?? 0} lost pieces in the log`,
				value: transfers?.lostPieces ?? 0,
			};
		},
		meaning:
			'Each audit of a lost piece lowers the audit score by 0.001; below 96 % the satellite disqualifies for good.',
		nextStep: 'stop deleting or moving files, check the disk and its mount at once',
	},
	nodeFatal: {
		component: 'storage',
		severity: 'critical',
		holdMs: 0,
		bad: 'a line of level FATAL in its log within the last hour',
		when({ node: { transfers }, nowMs }) {
			const ageMs = ageOf(transfers?.fatalAt, nowMs);
			if (ageMs > hourMs) return undefined;
			return { message: `it ended with an error: ${transfers?.fatal ?? 'FATAL'}` };
		},
		meaning:
			'The node stopped itself, most often because its disk answered too slowly or not at all.',
		nextStep: 'see the error in its log; check the disk, its cable and its file system',
	},
	transfersSlow: {
		component: 'storage',
		condition: {
			value: { field: 'transfers.recent.slow', per: 'transfers.recent.timed' },
			above: { warning: 0.01, critical: 0.1, clear: 0.005 },
			absentIsGood: true,
		},
		holdMs: 0,
		unit: 'ratio',
		message: '{value} of its transfers took more than 10 s in the last hour',
		meaning: 'Customers take the fastest nodes: a slow one loses races and earns less.',
		nextStep: 'see the slowest ten on Storage; check the disk’s load and the line',
	},
	transfersFail: {
		component: 'storage',
		condition: {
			value: { field: 'transfers.recent.failed', per: 'transfers.recent.succeeded' },
			above: { warning: 0.05, critical: 0.25, clear: 0.03 },
			absentIsGood: true,
		},
		holdMs: 5 * minuteMs,
		unit: 'ratio',
		message: 'for each transfer that succeeded, {value} failed in the last hour',
		meaning: 'Failed transfers earn nothing; failed audits cost the score.',
		nextStep: 'see the errors by kind on Storage',
	},
	logUnread: {
		component: 'storage',
		severity: 'warning',
		condition: {
			value: { field: 'transfers.log.status' },
			oneOf: ['missing', 'connecting', 'failed'],
			absentIsGood: true,
		},
		holdMs: 2 * minuteMs,
		message: 'its log is not read: {value}',
		detail: ({ node }) => node.transfers?.log?.problem && `, ${node.transfers.log.problem}`,
		meaning: 'Transfers, latencies and lost pieces are not seen meanwhile.',
		nextStep: 'check the path or the forwarder, and who may read the log',
	},
	logSilent: {
		component: 'storage',
		limits: { above: { warning: silentMs / 1000, critical: silentMs / 1000 } },
		holdMs: minuteMs,
		keepFiringMs: minuteMs,
		unit: 'seconds',
		bad: 'no new line for 15 minutes; critical where nothing else of the node answers either',
		when({ node, nowMs }) {
			const { log } = node.transfers ?? {};
			if (log?.lastLineAt === undefined || log.progressRatio !== undefined) return undefined;
			const silentForMs = nowMs - Date.parse(log.lastLineAt);
			if (silentForMs <= silentMs) return undefined;
			const minutes = Math.floor(silentForMs / minuteMs);
			const value = Math.floor(silentForMs / 1000);
			if (node.storage ?? node.reputation) {
				return {
					severity: 'warning',
					message: `its log is silent for ${minutes} min, its API answers`,
					value,
					nextStep:
						'see where it logs to now: log.output, log.level, a rotation without copytruncate, or OpenTelemetry',
				};
			}
			if (isCutShort(node.poll)) return 'unknown';
			return {
				severity: 'critical',
				health: 'down',
				message: `neither its log nor its API shows that it runs, for ${minutes} min`,
				value,
				nextStep: 'check whether the node runs: docker ps, systemctl status storagenode',
			};
		},
		meaning: 'What the log shows is old: transfers, latencies and lost pieces are not seen.',
		nextStep: 'see where the node logs to',
	},
} satisfies Findings;
