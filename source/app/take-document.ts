import type { Settings } from '../config/settings.ts';
import { untilAborted } from '../domain/waiting.ts';
import { toDocument } from '../fleet/document.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import type { Subject } from './choose-targets.ts';
import { monitorOptions } from './monitor-options.ts';
import { openMonitor } from './open-monitor.ts';
import type { Monitor, MonitorOptions } from './open-monitor.ts';
import { readProfileAlerts } from './profile-alerts.ts';
import type { WatchedProfile } from './profile-alerts.ts';
import type { Surroundings } from './surroundings.ts';

/** Opens a monitor, does the work with it, and stops it however the work ends. */
export async function withMonitor<Result>(
	options: MonitorOptions,
	work: (monitor: Monitor) => Promise<Result>,
): Promise<Result> {
	const monitor = openMonitor(options);
	try {
		return await work(monitor);
	} finally {
		monitor.stop();
	}
}

export interface DocumentContext extends Pick<Surroundings, 'version'> {
	/** What to do next, where nothing was configured. */
	readonly hint?: string | undefined;
}

/** The present state of a monitor as the one document. */
export function documentOf(
	{ moment }: Monitor,
	{ version, hint }: DocumentContext,
): SnapshotDocument {
	return toDocument(moment(), { version, hint });
}

/** Polls every node once, compares them and checks their components. */
export async function settle(monitor: Monitor): Promise<void> {
	await monitor.firstRound();
	await monitor.checkHealth();
}

/**
 * The document after one round over the nodes, or after what of it was done before the signal. Its alerts
 * are those of the process that watches the profile, else the findings of the built-in checks.
 */
export function takeDocument(
	settings: Settings,
	{ targets, hint }: Subject,
	surroundings: Surroundings,
	profile?: WatchedProfile,
): Promise<SnapshotDocument> {
	const { signal } = surroundings;
	const options = monitorOptions('once', settings, targets, surroundings);
	return withMonitor(options, async (monitor) => {
		await untilAborted(settle(monitor), signal);
		if (profile) monitor.setAlerts(await readProfileAlerts(profile, surroundings));
		return documentOf(monitor, { ...surroundings, hint });
	});
}
