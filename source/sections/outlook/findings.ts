import type { ConditionFinding, FindingInput, Findings } from '../finding.ts';
import type { UnusualClass } from './schema.ts';

const minuteMs = 60_000;

/** Why a number of a class is unusual: the most certain one. */
function reasonOf(wanted: UnusualClass) {
	return ({ node }: FindingInput): string | undefined => {
		const found = (node.outlook?.unusual ?? []).filter((each) => each.class === wanted);
		const [first] = found.toSorted((a, b) => certainty(b.confidence) - certainty(a.confidence));
		if (!first) return undefined;
		const more = found.length > 1 ? `; and ${found.length - 1} more` : '';
		return `: ${first.reason} (${first.confidence})${more}`;
	};
}

function certainty(confidence: string): number {
	return ['possible', 'likely', 'certain'].indexOf(confidence);
}

/** What is unusual is not ill: the findings of the numbers themselves judge that. */
function unusual(
	field: string,
	name: UnusualClass,
	rest: Pick<ConditionFinding, 'component' | 'message' | 'meaning' | 'nextStep'>,
): ConditionFinding {
	return {
		...rest,
		severity: 'info',
		condition: { value: { field: `outlook.${field}` }, above: 0, absentIsGood: true },
		detail: reasonOf(name),
		holdMs: minuteMs,
		keepFiringMs: minuteMs,
		unit: 'count',
	};
}

const compare =
	'compare with the day before on the History screen (9, then c), and see what changed (d)';

/** What the history shows. docs/history.md says how it is judged. */
export const findings = {
	unusualTraffic: unusual('unusualTraffic', 'traffic', {
		component: 'network',
		message: 'its traffic is unusual',
		meaning:
			'The node sends or receives much more or less than usual at this hour: a new peer, a sync, an attack, or peers that left.',
		nextStep: compare,
	}),
	unusualLatency: unusual('unusualLatency', 'latency', {
		component: 'network',
		message: 'its latency is unusual',
		meaning:
			'The node answers or finalises slower or faster than usual at this hour, though perhaps within its limits.',
		nextStep: compare,
	}),
	unusualPeers: unusual('unusualPeers', 'peers', {
		component: 'network',
		message: 'its number of peers is unusual',
		meaning: 'Peers come or go in other numbers than usual, though the node may still have enough.',
		nextStep: 'see which peers left (d), and whether its port can be reached from outside',
	}),
	unusualNumber: unusual('unusualOther', 'other', {
		component: 'node',
		message: 'a load or rate is unusual',
		meaning: 'The node works differently than usual at this hour.',
		nextStep: compare,
	}),
	diskForecast: {
		component: 'resources',
		condition: {
			value: { field: 'outlook.daysUntilDiskFull.expected' },
			below: { warning: 14, critical: 3, clear: 16 },
			absentIsGood: true,
		},
		onePer: 'host',
		holdMs: 10 * minuteMs,
		unit: 'days',
		message: 'its disk will be full in {value}',
		meaning: 'The free space falls steadily. There is still time: when it is full the node stops.',
		nextStep: 'prune, free space, or add a larger disk before then',
	},
} satisfies Findings;
