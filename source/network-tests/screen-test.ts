import type { Sample, Summary, TestName } from './results.ts';

/** The tests that have a key on the screen. */
export type KeyTest = Extract<TestName, 'ping' | 'bandwidth' | 'traceroute' | 'connectivity'>;

/** A test that the user starts on the screen. */
export interface ScreenTest {
	readonly node: string;
	readonly test: KeyTest;
	/** The user was asked and has agreed. */
	readonly isConfirmed: boolean;
	/** Aborted when the panel closes. */
	readonly signal: AbortSignal;
	readonly onSample: (sample: Sample) => void;
}

export type ScreenTestEnd =
	| { readonly kind: 'ended'; readonly summary: Summary }
	/** Nothing was sent: the user has to agree first. */
	| { readonly kind: 'question'; readonly question: string }
	| {
			readonly kind: 'refused';
			readonly message: string;
			readonly nextSteps: readonly string[];
	  };

/** Rejects only for a bug in nodetop. */
export type RunScreenTest = (asked: ScreenTest) => Promise<ScreenTestEnd>;
