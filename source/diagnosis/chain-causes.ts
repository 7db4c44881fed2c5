import { formatMs } from '../domain/format.ts';
import { clockLimitMs } from '../sections/clock/findings.ts';
import type { FindingCode } from '../sections/findings.ts';
import { groupIssues } from '../sections/findings.ts';
import type { DiagnosisInput, Cause, Evidence } from './case.ts';

const says = (weight: Evidence['weight'], text: string): Evidence => ({ weight, text });

/** A cause that the comparison of the network's nodes names itself. */
function networkCause(
	code: string,
	finding: FindingCode,
	title: string,
	disproof: string,
	next: readonly string[],
): Cause {
	return {
		code,
		place: 'chain',
		title,
		disproof,
		weigh({ group }) {
			const found = group && groupIssues(group).find((issue) => issue.code === finding);
			if (!found) return undefined;
			const text = `${group.name} is ${group.state}: ${found.message}`;
			// What sites tell is hearsay: likely at most.
			const isHearsay = group.hearsay !== undefined;
			return {
				for: isHearsay
					? [says(4, `${text}; part of it is what another nodetop tells`)]
					: [says(4, text), says(4, 'seen across its nodes')],
				against: [],
			};
		},
		next: () => next,
	};
}

export const partition = networkCause(
	'partition',
	'networkPartitioned',
	'the network is split: its nodes form sides that do not hear each other',
	'a node of one side lists a node of the other among its peers',
	['the links between the sides named: routes, firewalls, a provider’s status page'],
);

export const fork = networkCause(
	'fork',
	'networkForked',
	'nodes of the network follow different chains',
	'the hashes at one common height are equal',
	['versions and configuration on the two branches', 'stop validators of the minority branch'],
);

export const networkStalled = networkCause(
	'networkStalled',
	'networkStalled',
	'the whole network stands still',
	'any node of the network makes progress',
	[
		'the network’s status channel: this is not this node’s fault',
		'do not restart all validators at once',
	],
);

/** When every clock is off alike it is ours that is wrong. */
export const ownClock: Cause = {
	code: 'ownClock',
	place: 'us',
	title: 'this machine’s clock is wrong',
	disproof: 'timedatectl here says it is synchronised',
	weigh({ fleet }: DiagnosisInput) {
		const clocks = fleet.flatMap(({ clock }) => (clock ? [clock] : []));
		const [first] = clocks;
		if (!first || clocks.length < 2) return undefined;
		const isOff = clocks.every(
			({ offsetMs, uncertaintyMs }) => Math.abs(offsetMs) - uncertaintyMs > clockLimitMs,
		);
		const isAlike = clocks.every(
			({ offsetMs, uncertaintyMs }) =>
				Math.abs(offsetMs - first.offsetMs) < uncertaintyMs + first.uncertaintyMs,
		);
		if (!isOff || !isAlike) return undefined;
		const text = `the clocks of ${clocks.length} nodes agree with each other, and ours is ${formatMs(Math.abs(first.offsetMs))} off`;
		return {
			for: [says(4, text), says(2, 'one wrong clock is likelier than several')],
			against: [],
		};
	},
	next: () => ['timedatectl; chronyc tracking on this machine'],
};

export const chainCauses: readonly Cause[] = [partition, fork, networkStalled, ownClock];
