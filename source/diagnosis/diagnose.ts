import type { DiagnosisInput, Cause, Evidence, Place } from './case.ts';
import { chainCauses } from './chain-causes.ts';
import { nodeCauses } from './node-causes.ts';
import { pathCauses } from './path-causes.ts';

/** How sure, in words that do not pretend to be a probability. */
export type Confidence = 'certain' | 'likely' | 'possible';

export interface Finding {
	readonly cause: string;
	readonly place: Place;
	readonly title: string;
	readonly confidence: Confidence;
	readonly for: readonly string[];
	readonly against: readonly string[];
	readonly next: readonly string[];
	readonly disproof: string;
}

export interface Diagnosis {
	readonly node: string;
	/** `healthy` only when the node is up and nothing was found. */
	readonly verdict: 'healthy' | 'found' | 'unexplained' | 'notKnown';
	/** The likeliest first. */
	readonly findings: readonly Finding[];
}

/** What explains more stands before what it would explain, where the evidence weighs the same. */
const causes: readonly Cause[] = [...chainCauses, ...pathCauses, ...nodeCauses];

/**
 * Names what is wrong with a node and where. Pure and deterministic: each cause weighs the evidence
 * for and against itself; causes against which more speaks than for them are left out.
 */
export function diagnose(input: DiagnosisInput): Diagnosis {
	const weighed = causes.flatMap((cause, rank) => {
		const result = cause.weigh(input);
		if (!result) return [];
		const score = sum(result.for) - sum(result.against);
		return score > 0 ? [{ cause, rank, score, ...result }] : [];
	});
	weighed.sort((a, b) => b.score - a.score || a.rank - b.rank);
	const findings = weighed.map(({ cause, score, for: speaking, against }): Finding => {
		const confidence = score >= 5 ? 'certain' : score >= 3 ? 'likely' : 'possible';
		const { lastStep } = cause;
		const isSure = lastStep !== undefined && confidence !== 'possible';
		return {
			cause: cause.code,
			place: cause.place,
			title: cause.title,
			confidence,
			for: speaking.map(({ text }) => text),
			against: against.map(({ text }) => text),
			next: [...cause.next(input), ...(isSure ? [lastStep] : [])],
			disproof: cause.disproof,
		};
	});
	return { node: input.node.target.name, verdict: verdictOf(input, findings), findings };
}

function verdictOf({ node }: DiagnosisInput, findings: readonly Finding[]): Diagnosis['verdict'] {
	if (findings.length > 0) return 'found';
	if (node.poll.status === 'pending') return 'notKnown';
	return node.health.status === 'up' ? 'healthy' : 'unexplained';
}

function sum(evidence: readonly Evidence[]): number {
	return evidence.reduce((total, { weight }) => total + weight, 0);
}
