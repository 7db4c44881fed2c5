import type { Sample, Summary, TestName } from './results.ts';

/** The tests that have a key on the screen. */
export type KeyTest = Extract<TestName, 'ping' | 'bandwidth' | 'traceroute' | 'connectivity'>;

/** A test that somebody at the screen asks for. */
export interface ScreenTest {
	readonly node: string;
	readonly test: KeyTest;
	/** The question was asked and answered with yes. */
	readonly isConfirmed: boolean;
	/** Aborted when the panel closes. */
	readonly signal: AbortSignal;
	readonly onSample: (sample: Sample) => void;
}

export type ScreenTestEnd =
	| { readonly kind: 'ended'; readonly summary: Summary }
	/** Nothing was sent: a person has to agree first. */
	| { readonly kind: 'question'; readonly question: string }
	| {
			readonly kind: 'refused';
			readonly message: string;
			readonly nextSteps: readonly string[];
	  };

/** Rejects only for a bug of ours. */
export type RunScreenTest = (asked: ScreenTest) => Promise<ScreenTestEnd>;
