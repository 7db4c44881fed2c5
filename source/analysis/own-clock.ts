import { formatMs, formatNames } from '../domain/format.ts';
import { clockLimitMs } from '../sections/clock/findings.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { remoteHost } from './connection-verdict.ts';
import type { OwnFault } from './connection-verdict.ts';

/** Clocks on their own that agree about ours. */
const leastWitnesses = 2;

/**
 * Nodes whose clocks differ from ours by the same amount: then it is our clock that is wrong. `undefined`
 * when they disagree, when one of them agrees with us, or when too few are known. A node on this machine
 * that agrees with us reads the same clock, and proves nothing.
 */
export function findOwnClock(nodes: readonly NodeSnapshot[]): OwnFault | undefined {
	const witnesses = nodes.flatMap(({ target: { name, url }, poll, clock }) => {
		if (!clock || (poll.status !== 'ok' && poll.status !== 'partial')) return [];
		const isOff = Math.abs(clock.offsetMs) - clock.uncertaintyMs > clockLimitMs;
		const host = remoteHost(url);
		if (host === undefined && !isOff) return [];
		return [{ name, host: host ?? URL.parse(url)?.host ?? url, isOff, ...clock }];
	});
	const hosts = new Set(witnesses.map(({ host }) => host));
	if (hosts.size < leastWitnesses || !witnesses.every(({ isOff }) => isOff)) return undefined;
	const lowest = Math.max(
		...witnesses.map(({ offsetMs, uncertaintyMs }) => offsetMs - uncertaintyMs),
	);
	const highest = Math.min(
		...witnesses.map(({ offsetMs, uncertaintyMs }) => offsetMs + uncertaintyMs),
	);
	// Clocks that are right are within the limit of each other.
	if (lowest - highest > clockLimitMs) return undefined;
	const offsetMs = (lowest + highest) / 2;
	const failing = witnesses.map(({ name }) => name);
	const way = offsetMs > 0 ? 'behind' : 'ahead';
	return {
		failing,
		finding: {
			verdict: 'clock',
			message: `the clock of this machine is ${formatMs(Math.abs(offsetMs))} ${way}`,
			evidence: [`the clocks of ${formatNames(failing)} agree with one another and not with ours`],
		},
	};
}
