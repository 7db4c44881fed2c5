import { formatMs } from '../../domain/format.ts';
import { saysDatabaseClosed } from '../../domain/database-closed.ts';
import type { Health, PollErrorCode } from '../../domain/words.ts';
import type { FindingInput, Findings } from '../finding.ts';
import { isCutShort } from './cut-short.ts';
import type { PollReport } from './schema.ts';

const minuteMs = 60_000;
/** What a cache keeps for seconds is no trouble. */
const oldMs = 3 * minuteMs;

/** A node that refuses or limits us is alive, but its state cannot be seen. */
const healthOfPollError: Record<PollErrorCode, Health> = {
	unreachable: 'down',
	timeout: 'down',
	badResponse: 'down',
	unauthorized: 'unknown',
	rateLimited: 'unknown',
	unsupported: 'unknown',
	internal: 'unknown',
	tooBusy: 'unknown',
	noNetwork: 'unknown',
};

/** What gateways answer while the node behind them does not. */
const gatewayStatuses: ReadonlySet<number | undefined> = new Set([502, 503, 504]);

/**
 * What never answered as a node, and answers something else, is another program or at another address:
 * nothing is known of the node itself.
 */
function healthOf({ error, lastGoodAt }: PollReport): Health {
	if (!error) return 'unknown';
	const isStranger = error.code === 'badResponse' && lastGoodAt === undefined;
	if (isStranger && !gatewayStatuses.has(error.httpStatus)) return 'unknown';
	return healthOfPollError[error.code];
}

/** Whether this machine's connection is lost, and not the node. */
function isOurFault({ node, witness }: FindingInput): boolean {
	if (node.poll.error?.code === 'noNetwork') return true;
	return witness?.verdict === 'us' && witness.failing.includes(node.target.name);
}

export const findings = {
	ownConnectionLost: {
		scope: 'fleet',
		component: 'poll',
		severity: 'critical',
		holdMs: 10_000,
		keepFiringMs: 10_000,
		bad: 'several nodes on several hosts stop answering at once, and no witness answers; or this machine has no route to a node',
		whenFleet(witness) {
			if (witness?.verdict !== 'us') return undefined;
			return { message: witness.message, evidence: witness.evidence.join('; ') };
		},
		when(input) {
			if (input.node.poll.status !== 'failed' || !isOurFault(input)) return undefined;
			return {
				message: 'not judged: our own connection is lost',
				evidence: input.witness?.evidence.join('; ') ?? input.node.poll.error?.message,
				health: 'unknown',
			};
		},
		meaning:
			'This machine is cut off from the network. The nodes may be healthy; nodetop cannot see them from here.',
		nextStep: 'restore the network connection of this machine; the nodes may be healthy',
	},
	machineTooBusy: {
		scope: 'fleet',
		component: 'poll',
		severity: 'warning',
		holdMs: 10_000,
		keepFiringMs: 30_000,
		bad: 'this machine is late by so much that the answers of nodes cannot be timed',
		whenFleet(witness) {
			if (witness?.verdict !== 'busy') return undefined;
			return { message: witness.message, evidence: witness.evidence.join('; ') };
		},
		when({ node: { poll } }) {
			if (poll.error?.code !== 'tooBusy') return undefined;
			return {
				message: 'not judged: this machine is too busy',
				evidence: poll.error.message,
				nextStep: poll.error.nextStep,
				health: 'unknown',
			};
		},
		meaning:
			'The machine that runs nodetop is overloaded. The nodes may be healthy; nodetop could not measure some of them in time.',
		nextStep:
			'find what uses the processors of this machine (top); poll less often, or from another machine',
	},
	nodeDown: {
		component: 'poll',
		holdMs: 10_000,
		keepFiringMs: 4000,
		frozenBy: ['ownConnectionLost', 'siteUnreachable'],
		mutes: { codes: ['*'], by: 'node' },
		alertMessage: '{node} does not answer: {finding}',
		bad: 'the poll fails: critical, or a warning when the node refuses or limits it',
		when(input) {
			const { error, status, failures } = input.node.poll;
			if (status !== 'failed' || !error || error.code === 'tooBusy' || isOurFault(input))
				return undefined;
			const health = healthOf(input.node.poll);
			return {
				severity: health === 'down' ? 'critical' : 'warning',
				health,
				message: `${error.code}: ${error.message}`,
				evidence: failures > 1 ? `${failures} polls in a row failed` : undefined,
				nextStep: error.nextStep,
			};
		},
		meaning:
			'The node does not answer polls. The node, its port, its host or the network path may have failed. Its other alerts are paused until it answers.',
		nextStep: 'find out which part fails: nodetop diagnose',
	},
	answersCached: {
		component: 'poll',
		severity: 'warning',
		holdMs: 30_000,
		keepFiringMs: 10_000,
		bad: 'the figures are more than 3 min old; or they come from a cache, and by them the node stands still or its newest block is old',
		when({ node, nowMs }) {
			const { cachedBy, figuresAt } = node.poll;
			const ageMs = figuresAt === undefined ? 0 : nowMs - Date.parse(figuresAt);
			if (cachedBy === undefined && ageMs <= oldMs) return undefined;
			if (cachedBy === undefined) {
				const age = formatMs(Math.round(ageMs / 1000) * 1000);
				return {
					health: 'unknown',
					message: `its figures are ${age} old: its state is not known`,
					evidence: `they are of ${figuresAt}`,
					nextStep:
						'find what does not renew them: the exporter, a gateway in between, or the server that scrapes it',
				};
			}
			const at = node.chain?.head?.at;
			const isOld = ageMs > oldMs || (at !== undefined && nowMs - Date.parse(at) > oldMs);
			if (!isOld && node.consensus?.status !== 'stalled') return undefined;
			return {
				health: 'unknown',
				message: 'answers come from a cache in front of the node: its state is not known',
				evidence: cachedBy,
			};
		},
		meaning:
			'What answers is old: a cache or a gateway kept it, or nobody renews it. Whether the node itself stands still cannot be seen.',
		nextStep: 'poll the node past the cache, or have the cache keep nothing of its API',
	},
	notRecognised: {
		component: 'node',
		severity: 'warning',
		holdMs: 10_000,
		keepFiringMs: 4000,
		frozenBy: ['allValuesLost'],
		mutes: { codes: ['noData'], by: 'node' },
		bad: 'what answers tells nothing of a node: metrics that no mapping knows, an empty page',
		when({ node: { unrecognised } }) {
			if (!unrecognised) return undefined;
			const { seems, nextStep } = unrecognised;
			return { health: 'unknown', message: `not recognised: ${seems}`, nextStep };
		},
		meaning:
			'Something answers at this address, but not with anything that nodetop can read as the state of a node. Its health is unknown.',
		nextStep: 'check the address and the kind: `nodetop add URL` names what answers there',
	},
	allValuesLost: {
		component: 'node',
		severity: 'warning',
		holdMs: 10_000,
		keepFiringMs: 4000,
		frozenBy: ['endpointFailed'],
		mutes: { codes: ['noData', 'notRecognised', 'valuesLost'], by: 'node' },
		bad: 'nothing is left of the values that the node gave before',
		when({ memory: { lost }, node: { unrecognised } }) {
			if (lost?.isAll !== true) return undefined;
			const evidence = `no longer: ${lost.labels.join(', ')}`;
			return {
				health: 'unknown',
				message: 'answers, but gives none of its values any more',
				evidence: unrecognised ? `${evidence}; what answers: ${unrecognised.seems}` : evidence,
			};
		},
		meaning: 'The node answers, but no longer reports any of its values, so its health is unknown.',
		nextStep: 'check whether the node was upgraded, restarted with other options, or replaced',
	},
	valuesLost: {
		component: 'node',
		severity: 'warning',
		holdMs: 10_000,
		keepFiringMs: 4000,
		frozenBy: ['endpointFailed', 'allValuesLost'],
		mutes: { codes: ['noData'], by: 'node' },
		bad: 'values that the node gave before are absent from three polls in a row',
		when({ memory: { lost } }) {
			if (!lost || lost.isAll) return undefined;
			return {
				message: 'gives fewer values than before',
				evidence: `no longer: ${lost.labels.join(', ')}`,
			};
		},
		meaning: 'The node no longer reports some of its values, so nodetop cannot watch them.',
		nextStep: 'check whether the node was upgraded, restarted with other options, or replaced',
	},
	noData: {
		component: 'poll',
		severity: 'warning',
		holdMs: 10_000,
		missingFields: true,
		bad: 'a field that the node used to report is absent from three polls in a row',
		meaning:
			'The node answers, but no longer reports this value, so rules about it cannot be evaluated.',
		nextStep: 'alerts about these values stay as they are; check whether the node was changed',
	},
	databaseClosed: {
		component: 'storage',
		severity: 'critical',
		// A node that is being stopped closes it too.
		holdMs: 10_000,
		keepFiringMs: 10_000,
		mutes: { codes: ['endpointFailed'], by: 'node' },
		bad: 'an endpoint answers that the database is closed',
		when({ node }) {
			const failed = (node.poll.endpoints ?? []).find(
				({ status, message = '' }) => status === 'failed' && saysDatabaseClosed(message),
			);
			if (!failed) return isCutShort(node.poll) ? 'unknown' : undefined;
			return { message: 'its database is closed', evidence: `${failed.name}: ${failed.message}` };
		},
		meaning:
			'The node answers from memory what it can, and stores nothing: its disk was full or failed, or it is being stopped.',
		nextStep:
			'read its log for why the database was closed, and check the disk; then restart the node',
	},
	endpointFailed: {
		component: 'poll',
		severity: 'warning',
		holdMs: minuteMs,
		keepFiringMs: 10_000,
		bad: 'an endpoint fails while the node answers',
		when({ node }) {
			const failed = (node.poll.endpoints ?? []).filter(({ status }) => status === 'failed');
			const [first] = failed;
			if (!first) return isCutShort(node.poll) ? 'unknown' : undefined;
			const names = failed.map(({ name }) => name).join(', ');
			return { message: `no answer to ${names}`, evidence: first.message };
		},
		meaning:
			'One endpoint of the node fails while others answer. The node works, but nodetop cannot see part of it.',
		nextStep: 'look for these calls in the node’s log',
	},
	pollSlow: {
		component: 'poll',
		condition: {
			value: { field: 'poll.steadyLatencyMs' },
			above: { warning: 1000, clear: 700 },
			absentIsUsual: true,
		},
		holdMs: 20_000,
		keepFiringMs: 10_000,
		unit: 'ms',
		message: 'answers in {value} or more, three times in a row',
		alertMessage: '{node} {finding}',
		meaning:
			'The node, its machine or the network path is overloaded. All clients of the node wait this long.',
		nextStep: 'find where the time goes: nodetop diagnose',
	},
	certificateEnds: {
		component: 'poll',
		condition: {
			value: { field: 'poll.certificateDaysLeft' },
			below: { warning: 7, critical: 2, clear: 8 },
			absentIsGood: true,
		},
		holdMs: 10 * minuteMs,
		unit: 'days',
		message: 'its certificate ends in {value}',
		meaning:
			'After this day, programs that check the certificate of the node’s address can no longer reach the node.',
		nextStep:
			'find out why it was not renewed; then reload what presents it: the node or its proxy',
	},
} satisfies Findings;
