// Loaded at start otherwise: the first test of a file would wait for it.
import '../../source/app/monitor-work.ts';
import { openMonitor } from '../../source/app/open-monitor.ts';
import type { Monitor, MonitorOptions } from '../../source/app/open-monitor.ts';
import type { Target } from '../../source/domain/target.ts';

/** A monitor that has begun to poll. A bug of ours fails the test run. */
export function watchNodes(
	targets: readonly Target[],
	options: Partial<MonitorOptions> = {},
): Monitor {
	const monitor = openMonitor({ reportBug: failRun, ...options, targets });
	void monitor.start();
	return monitor;
}

/** Thrown where nothing catches it: the test runner reports it as an error of its own. */
export function failRun(error: unknown): void {
	queueMicrotask(() => {
		throw error;
	});
}
