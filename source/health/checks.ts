import { formatBytes } from '../domain/format.ts';
import { isAloneByDesign, isAtRest } from '../sections/idle.ts';
import type { PollErrorCode, Health } from '../domain/words.ts';
import type { Check } from './check.ts';
import { groupChecks } from './group-checks.ts';
import { thresholds } from './thresholds.ts';

/**
 * What a failed poll says of the node. One that refuses us or limits us is alive, but what it does
 * cannot be seen.
 */
const healthOfPollError: Record<PollErrorCode, Health> = {
	unreachable: 'down',
	timeout: 'down',
	badResponse: 'down',
	unauthorized: 'unknown',
	rateLimited: 'unknown',
	unsupported: 'unknown',
	internal: 'unknown',
};

export const pollFailed: Check = {
	code: 'pollFailed',
	component: 'poll',
	run({ node }) {
		const { error } = node.poll;
		if (node.poll.status !== 'failed' || !error) return undefined;
		const health = healthOfPollError[error.code];
		return {
			severity: health === 'down' ? 'critical' : 'warning',
			health,
			message: `${error.code}: ${error.message}`,
			evidence: node.poll.failures > 1 ? `${node.poll.failures} polls in a row failed` : undefined,
			nextStep: error.nextStep,
		};
	},
};

export const endpointFailed: Check = {
	code: 'endpointFailed',
	component: 'poll',
	run({ node }) {
		const failed = (node.poll.endpoints ?? []).filter(({ status }) => status === 'failed');
		const [first] = failed;
		if (!first) return undefined;
		const names = failed.map(({ name }) => name).join(', ');
		return {
			severity: 'warning',
			message: `no answer to ${names}`,
			evidence: first.message,
			nextStep: 'the rest of the node answers: look at its log for these calls',
		};
	},
};

export const consensusTroubled: Check = {
	code: 'consensusTroubled',
	component: 'consensus',
	run({ node }) {
		const status = node.consensus?.status;
		if (status === 'halted') {
			return {
				severity: 'critical',
				health: 'down',
				message: 'consensus is halted',
				nextStep: 'look at the node’s log for the reason of the halt before restarting it',
			};
		}
		if (status === 'stalled') {
			return {
				severity: 'critical',
				message: 'consensus is stalled: nothing new becomes final',
				evidence: lastProgress(node.consensus?.lastFinalizedAt ?? node.chain?.head?.at),
				nextStep: 'compare with another node of the same network; then check peers and clock',
			};
		}
		if (status === 'syncing') {
			return {
				severity: 'warning',
				message: 'the node is syncing',
				evidence: syncEvidence(node),
				nextStep: 'wait while the height rises; if it does not, check peers and disk',
			};
		}
		return undefined;
	},
};

export const noProgress: Check = {
	code: 'noProgress',
	component: 'consensus',
	run({ node, memory, nowMs }) {
		const { progressAtMs } = memory;
		if (progressAtMs === undefined || node.consensus?.status !== 'active') return undefined;
		if (isAtRest(node)) return undefined;
		const stillMs = nowMs - progressAtMs;
		const expectedMs = Math.max(
			thresholds.noProgressMs,
			(node.chain?.blockIntervalMs ?? 0) * thresholds.noProgressIntervals,
		);
		if (stillMs < expectedMs) return undefined;
		return {
			severity: 'warning',
			message: 'says it is active, but nothing has moved',
			evidence: `no change of height, round or finalized for ${Math.round(stillMs / 1000)} s`,
			nextStep: 'compare with another node of the same network',
		};
	},
};

export const finalitySlow: Check = {
	code: 'finalitySlow',
	component: 'consensus',
	run({ node }) {
		const finalityMs = node.consensus?.averageFinalityMs;
		if (finalityMs === undefined || finalityMs < thresholds.finalityWarningMs) return undefined;
		return {
			severity: 'warning',
			message: 'finality is slow',
			evidence: `average ${(finalityMs / 1000).toFixed(1)} s`,
			nextStep: 'check the latency to peers and the number of pending vertices',
		};
	},
};

export const safetyViolated: Check = {
	code: 'safetyViolated',
	component: 'consensus',
	run({ node }) {
		const violations = Number(node.consensus?.safetyViolations ?? 0);
		const equivocations = Number(node.consensus?.equivocations ?? 0);
		if (violations === 0 && equivocations === 0) return undefined;
		// What one participant signs twice, consensus withstands: that alone is no breach of safety.
		return {
			severity: 'critical',
			message: violations > 0 ? 'consensus safety was violated' : 'a participant equivocated',
			evidence: [
				...(violations > 0 ? [`safety violations: ${violations}`] : []),
				...(equivocations > 0 ? [`equivocations: ${equivocations}`] : []),
			].join(', '),
			nextStep: 'keep the node’s log and data, and tell the network’s operators',
		};
	},
};

export const noPeers: Check = {
	code: 'noPeers',
	component: 'network',
	run({ node }) {
		if (node.network?.peers !== 0 || isAloneByDesign(node)) return undefined;
		return {
			severity: 'warning',
			message: 'no peers',
			nextStep: 'check the P2P port, the firewall and the boot nodes',
		};
	},
};

export const chainChanged: Check = {
	code: 'chainChanged',
	component: 'identity',
	run({ node, memory }) {
		const { firstChainId } = memory;
		const chainId = node.identity?.chainId;
		if (firstChainId === undefined || chainId === undefined || chainId === firstChainId) {
			return undefined;
		}
		return {
			severity: 'critical',
			message: 'another chain answers at this address',
			evidence: `chain id was ${firstChainId}, is ${chainId}`,
			nextStep: 'check what runs there, and the proxy in front of it',
		};
	},
};

export const selfReported: Check = {
	code: 'selfReported',
	component: 'node',
	run({ node }) {
		const { selfReport } = node;
		if (!selfReport || selfReport.status === 'up' || selfReport.status === 'unknown') {
			return undefined;
		}
		return {
			severity: selfReport.status === 'down' ? 'critical' : 'warning',
			health: selfReport.status,
			message: `the node calls itself ${selfReport.status === 'down' ? 'unhealthy' : 'degraded'}`,
			evidence: selfReport.reasons.join('; ') || undefined,
			nextStep: 'look at the components named, and at the node’s log',
		};
	},
};

export const diskLow: Check = {
	code: 'diskLow',
	component: 'resources',
	run({ node }) {
		const available = Number(node.resources?.diskAvailableBytes);
		const total = Number(node.resources?.diskTotalBytes);
		const isSized = node.resources?.diskTotalBytes !== undefined;
		if (Number.isNaN(available) || (isSized && !(total > 0))) return undefined;
		const free = isSized ? available / total : available;
		if (free >= (isSized ? thresholds.diskWarningRatio : thresholds.diskWarningBytes))
			return undefined;
		return {
			severity:
				free < (isSized ? thresholds.diskCriticalRatio : thresholds.diskCriticalBytes)
					? 'critical'
					: 'warning',
			message: 'disk is nearly full',
			evidence: isSized ? `${(free * 100).toFixed(1)} % free` : `${formatBytes(free)} free`,
			nextStep: 'free space or add a disk before the node has to stop',
		};
	},
};

export const memoryLow: Check = {
	code: 'memoryLow',
	component: 'resources',
	run({ node }) {
		const available = Number(node.resources?.memoryAvailableBytes);
		const total = Number(node.resources?.memoryTotalBytes);
		if (
			!(total > 0) ||
			Number.isNaN(available) ||
			available / total >= thresholds.memoryWarningRatio
		) {
			return undefined;
		}
		return {
			severity: 'warning',
			message: 'memory is nearly full',
			evidence: `${((available / total) * 100).toFixed(1)} % available`,
			nextStep: 'see which process grew; the kernel kills one when memory ends',
		};
	},
};

export const cpuBusy: Check = {
	code: 'cpuBusy',
	component: 'resources',
	run({ node }) {
		const { cpuRatio, source } = node.resources ?? {};
		if (source !== 'host' || cpuRatio === undefined || cpuRatio < thresholds.cpuWarningRatio)
			return undefined;
		return {
			severity: 'info',
			message: 'the host’s processors are fully busy',
			evidence: `CPU ${(cpuRatio * 100).toFixed(0)} %`,
			nextStep: 'see which process uses them',
		};
	},
};

export const openFilesHigh: Check = {
	code: 'openFilesHigh',
	component: 'resources',
	run({ node }) {
		const open = node.resources?.openFiles;
		const limit = Number(node.resources?.openFilesLimit);
		if (open === undefined || !(limit > 0) || open / limit < thresholds.openFilesWarningRatio)
			return undefined;
		return {
			severity: 'warning',
			message: 'file descriptors run out',
			evidence: `${open} of ${limit} open`,
			nextStep: 'raise the limit (LimitNOFILE, ulimit -n) and restart the node',
		};
	},
};

/** Every check, in the order in which findings of equal weight are listed. */
export const checks: readonly Check[] = [
	pollFailed,
	safetyViolated,
	...groupChecks,
	chainChanged,
	consensusTroubled,
	noProgress,
	selfReported,
	noPeers,
	finalitySlow,
	diskLow,
	memoryLow,
	openFilesHigh,
	cpuBusy,
	endpointFailed,
];

function lastProgress(at: string | undefined): string | undefined {
	return at === undefined ? undefined : `last at ${at}`;
}

function syncEvidence(node: Parameters<Check['run']>[0]['node']): string | undefined {
	const current = node.chain?.head?.number;
	const highest = node.chain?.highestKnown;
	if (current === undefined || highest === undefined) return undefined;
	return `at ${current} of ${highest}`;
}
