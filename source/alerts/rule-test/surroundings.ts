import type { ChannelPolicy } from '../../domain/channel.ts';
import type { RuleEntry } from '../../domain/rule.ts';
import type { RuleSet } from '../../sections/rule-set.ts';
import type { EvaluationInput } from '../subjects.ts';
import type { Round } from './rounds.ts';

/** Polls, compares and judges as nodetop does. Each simulated process of a test opens its own. */
export interface TestMonitor {
	watch(round: Round): Promise<EvaluationInput>;
	stop(): void;
	/** Judges by these rules from the next poll on. */
	reload(rules: RuleSet): void;
}

export interface RuleTestSurroundings {
	/** The rules of nodetop. */
	readonly builtIn: Readonly<Record<string, RuleEntry>>;
	/** The rules of the profile. */
	readonly own: Readonly<Record<string, RuleEntry>>;
	/** The default settings of a channel. */
	readonly policy: ChannelPolicy;
	readonly openMonitor: () => TestMonitor;
}
