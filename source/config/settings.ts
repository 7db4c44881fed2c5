import type { ThemeName } from '../domain/words.ts';
import type { MetricMappings } from '../domain/metric-mapping.ts';
import type { Target } from '../domain/target.ts';
import type { ProbeSettings } from './probes.ts';

export const colorModes = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof colorModes)[number];

/** Where a setting's value came from, from strongest to weakest. */
export type Origin = 'flag' | 'environment' | 'profile' | 'file' | 'default';

/** What governs one run, settled from flags, environment, profile, file and defaults. Frozen. */
export interface Settings {
	readonly profile: string;
	/** Nodes to watch; empty when none is configured and none was named on the command line. */
	readonly targets: readonly Target[];
	/** URLs of hosts that are asked whether our own connection stands when several nodes fail. */
	readonly witnesses: readonly string[];
	/** Absent when no path is to be probed. */
	readonly probes: ProbeSettings | undefined;
	/** Of the file and the profile, for nodes that are found and not configured. */
	readonly mappings?: MetricMappings | undefined;
	readonly intervalMs: number;
	readonly timeoutMs: number;
	/** Time between two health checks of a node. */
	readonly healthIntervalMs: number;
	/** At most so many repaints a second for data; keys paint at once. */
	readonly framesPerSecond: number;
	readonly theme: ThemeName;
	readonly color: ColorMode;
	readonly ascii: boolean;
	/** Refuse whatever sends more than polls do: network tests. */
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
}
