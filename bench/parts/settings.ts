import { fileURLToPath } from 'node:url';

/** How thoroughly each part measures. */
export interface BenchSettings {
	/** Runs of each figure. */
	readonly runs: number;
	readonly windowMs: number;
	/** Until V8 has compiled what runs every second; before, the figures are of its compiler. */
	readonly warmUpMs: number;
}

export const longSettings: BenchSettings = { runs: 7, windowMs: 10_000, warmUpMs: 45_000 };
export const shortSettings: BenchSettings = { runs: 3, windowMs: 8000, warmUpMs: 20_000 };

export const bin = fileURLToPath(new URL('../../bin/nodetop.js', import.meta.url));

/** Where a program keeps nothing of the person who runs the benchmark. */
export function homeIn(directory: string): Record<string, string> {
	return {
		HOME: directory,
		XDG_STATE_HOME: directory,
		XDG_CONFIG_HOME: directory,
		XDG_DATA_HOME: directory,
	};
}
