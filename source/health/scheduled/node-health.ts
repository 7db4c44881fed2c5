import { checkedComponents } from '../../sections/health/component-health.ts';
import type {
	CheckedComponent,
	CheckResult,
	ComponentHealth,
} from '../../sections/health/component-health.ts';
import type { Target } from '../../domain/target.ts';
import { worstHealth } from '../../domain/words.ts';
import type { Health } from '../../domain/words.ts';
import type { FindingInput } from '../../sections/finding.ts';
import { findingOf } from '../../sections/findings.ts';
import type { Issue } from '../../sections/health/schema.ts';
import { inapplicable, unseen } from './component-check.ts';
import type { ComponentCheck, ComponentInput, Outcome, Recent } from './component-check.ts';
import type { LocalView } from '../local/local-view.ts';
import { observe } from './observations.ts';
import type { Observations } from './observations.ts';
import { componentChecks } from './registry.ts';

export interface RoundInput extends FindingInput {
	/** Issues of the node as the judge found them at its last poll. */
	readonly issues: readonly Issue[];
	readonly recent: Recent;
	/** Why a kind of node has no such component, if it has none. */
	readonly whyAbsent?: ((component: CheckedComponent) => string | undefined) | undefined;
}

/** The scheduled checks of one node, with what they note from round to round. */
export interface NodeHealth {
	/** One round of every check. A check that throws is unknown, and `reportBug` gets the error. */
	round(input: RoundInput): Promise<ComponentHealth[]>;
}

export interface NodeHealthOptions {
	readonly target: Target;
	readonly local: LocalView;
	readonly now: () => number;
	readonly reportBug: (error: unknown) => void;
}

/** Rounds nearer than this say nothing of change. */
const leastApartMs = 1000;

export function createNodeHealth(options: NodeHealthOptions): NodeHealth {
	const { target, local, now, reportBug } = options;
	let before: Observations | undefined;

	async function run(
		check: ComponentCheck,
		input: ComponentInput,
		absent: string | undefined,
	): Promise<CheckResult> {
		const startedAtMs = performance.now();
		const outcome = await attempt(check, input, absent);
		return toResult(check, outcome, {
			lastCheckAt: new Date(now()).toISOString(),
			durationMs: Math.max(0, performance.now() - startedAtMs),
		});
	}

	async function attempt(
		check: ComponentCheck,
		input: ComponentInput,
		absent: string | undefined,
	): Promise<Outcome> {
		if (findingOf(check.issue)?.isSeenHere !== true) {
			if (absent !== undefined) return inapplicable(absent);
			const because = whySilent(input);
			if (because !== undefined) return unseen(because);
		}
		try {
			return await check.run(input);
		} catch (error) {
			reportBug(error);
			return unseen('a bug of nodetop');
		}
	}

	return {
		async round({ whyAbsent, ...given }) {
			const facts = local.begin(target);
			const noted = observe(given.node, await facts.process(), before, now());
			const input = { ...given, target, local: facts, noted, notedBefore: before };
			const results = await Promise.all(
				componentChecks.map((check) => run(check, input, whyAbsent?.(check.component))),
			);
			if (before === undefined || noted.atMs - before.atMs >= leastApartMs) before = noted;
			return checkedComponents.map((component) => {
				const own = results.filter((_, index) => componentChecks[index]?.component === component);
				return { component, status: statusOf(own), checks: own };
			});
		},
	};
}

/** Old words of a node prove nothing about now. */
function whySilent({ node, witness, issues }: ComponentInput): string | undefined {
	if (node.poll.status === 'pending') return 'the node was not polled yet';
	if (node.poll.status !== 'failed') {
		const isOld = issues.some(({ code }) => code === 'answersCached');
		return isOld ? 'what answers is old' : undefined;
	}
	const isOurs =
		node.poll.error?.code === 'noNetwork' ||
		(witness?.verdict === 'us' && witness.failing.includes(node.target.name));
	return isOurs ? 'our own connection is lost' : 'the node does not answer';
}

function toResult(
	{ name, issue }: ComponentCheck,
	outcome: Outcome,
	when: Pick<CheckResult, 'lastCheckAt' | 'durationMs'>,
): CheckResult {
	if (outcome.status === 'unknown') {
		const { because, applies } = outcome;
		return {
			name,
			status: 'unknown',
			message: because,
			...(applies === false && { applies }),
			values: [],
			...when,
		};
	}
	const { status, message } = outcome;
	const values = [...outcome.values];
	if (outcome.status === 'up') return { name, status, message, values, ...when };
	const { evidence, nextStep, severity } = outcome;
	return {
		name,
		status,
		message,
		...(evidence !== undefined && { evidence }),
		...(nextStep !== undefined && { nextStep }),
		severity,
		issue: outcome.code ?? issue,
		values,
		...when,
	};
}

/** What could be seen decides; a check that saw nothing makes no trouble, and no proof. */
function statusOf(results: readonly CheckResult[]): Health {
	const seen = results.map(({ status }) => status).filter((status) => status !== 'unknown');
	return worstHealth(seen);
}
