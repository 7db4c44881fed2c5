import type { Alerting } from '../../app/alerting.ts';
import type { Monitor } from '../../app/open-monitor.ts';
import type { Surroundings } from '../../app/surroundings.ts';
import { compareTargets, configMark, reloadSetup, whyNotTaken } from '../../app/watch-setup.ts';
import type { WatchSetup } from '../../app/watch-setup.ts';
import type { LoadOptions } from '../../config/load.ts';
import { countOf } from '../../config/profiles.ts';
import { UserError } from '../../domain/errors.ts';

/** A watch whose configuration may change. */
export interface FollowedWatch {
	readonly surroundings: Surroundings;
	setup: WatchSetup;
	/** Identifies the configuration file as it was before it was last read. */
	mark: string;
	readonly monitor: Monitor;
	readonly alerting: Alerting;
}

const lookEveryMs = 1000;

/**
 * Reads the configuration again when its file changes and when `onHangUp` calls its listener. Returns the
 * function that ends that.
 */
export function followConfiguration(
	watch: FollowedWatch,
	options: LoadOptions,
	onHangUp: ((listener: () => void) => void) | undefined,
): () => void {
	const { clock, warn, reportBug } = watch.surroundings;
	let turn: Promise<void> = Promise.resolve();
	const takeAnew = (): void => {
		turn = turn
			.then(() => reload(watch, options))
			.catch((error: unknown) => {
				if (error instanceof UserError) warn(whyNotTaken(error));
				else reportBug(error, 'the configuration');
			});
	};
	const look = async (): Promise<void> => {
		const mark = await configMark(options);
		if (mark !== watch.mark) takeAnew();
		watch.mark = mark;
	};
	// Compared each second: the system's own file events end when the file is replaced by another.
	const timer = clock.setInterval(() => {
		turn = turn.then(look);
	}, lookEveryMs);
	onHangUp?.(takeAnew);
	return () => {
		clock.clearInterval(timer);
	};
}

async function reload(watch: FollowedWatch, options: LoadOptions): Promise<void> {
	const { monitor, alerting, surroundings } = watch;
	const next = await reloadSetup(watch.setup, options, surroundings);
	const changes = compareTargets(watch.setup.subject.targets, next.subject.targets);
	watch.setup = next;
	const { added, removed, changed } = changes;
	for (const name of [...removed, ...changed.map((target) => target.name)]) monitor.remove(name);
	for (const target of [...added, ...changed]) monitor.add(target);
	await alerting.reload(next.alerts);
	const { rules, channels } = next.alerts;
	surroundings.warn(
		`the configuration is taken: ${added.length} added, ${removed.length} removed and ${changed.length} changed of ${countOf(next.subject.targets.length, 'node')}; ${rules.size} rules, ${countOf(channels.length, 'channel')}`,
	);
}
