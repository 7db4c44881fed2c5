import type { RuleEntry } from '../domain/rule.ts';
import type { UserTheme } from '../domain/theme.ts';
import type { MetricMappings } from '../domain/metric-mapping.ts';
import type { Target } from '../domain/target.ts';
import type { HistorySettings } from './history.ts';
import type { ProbeSettings } from './probes.ts';

export const colorModes = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof colorModes)[number];

/** The rules of a profile: the user's own, and changes of built-in ones. */
export interface ProfileRules {
	readonly rules: Readonly<Record<string, RuleEntry>>;
	/** `profiles.NAME.rules in FILE`. */
	readonly where: string;
}

/** The source of a setting's value, from strongest to weakest. */
export type Origin = 'flag' | 'environment' | 'profile' | 'file' | 'default';

/** The settings of one run, from flags, environment, profile, file and defaults. Frozen. */
export interface Settings {
	readonly profile: string;
	/** Nodes to watch; empty when none is configured and none was named on the command line. */
	readonly targets: readonly Target[];
	/** URLs of hosts that are tried when several nodes fail, to see whether our own connection works. */
	readonly witnesses: readonly string[];
	/** Absent when probing is off. */
	readonly probes: ProbeSettings | undefined;
	/** Absent when nothing is recorded. */
	readonly history: HistorySettings | undefined;
	/** Mappings of the file and the profile, for nodes that are discovered and not configured. */
	readonly mappings?: MetricMappings | undefined;
	/** The profile's own validators, for nodes that are discovered and not configured. */
	readonly mine?: readonly string[] | undefined;
	/** Rules of the profile as written, and where, for errors; they change what health is judged by. */
	readonly rules?: ProfileRules | undefined;
	readonly intervalMs: number;
	readonly timeoutMs: number;
	/** Time between two health checks of a node. */
	readonly healthIntervalMs: number;
	/** Most repaints per second for new data; keys repaint at once. */
	readonly framesPerSecond: number;
	/** A built-in one, `auto`, or the path of the file that `userTheme` was read from. */
	readonly theme: string;
	readonly userTheme?: UserTheme | undefined;
	readonly color: ColorMode;
	readonly ascii: boolean;
	/** Refuse network tests: they send more than polls do. */
	readonly readOnly: boolean;
}

/** Flags that every command which watches nodes accepts, as given; absent when not given. */
export interface SettingsFlags {
	readonly profile?: string | undefined;
	readonly config?: string | undefined;
	/** A number of milliseconds, or with a unit: `500ms`, `2s`, `1m`. Validated by the loader. */
	readonly interval?: string | undefined;
	readonly timeout?: string | undefined;
	readonly healthInterval?: string | undefined;
	readonly fps?: string | undefined;
	readonly theme?: string | undefined;
	readonly color?: string | undefined;
	readonly ascii?: boolean | undefined;
	readonly readOnly?: boolean | undefined;
	readonly insecure?: boolean | undefined;
	/** `false` for `--no-history`. */
	readonly history?: boolean | undefined;
}
