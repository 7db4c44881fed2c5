import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Action } from '../../alerts/alert-state.ts';
import { isLocked } from '../../domain/lock.ts';
import { isWanted } from '../../alerts/handover.ts';
import type { AlertSettings } from '../alerting-options.ts';
import type { Monitor } from '../open-monitor.ts';
import type { Surroundings } from '../surroundings.ts';
import { commandFlagsOf } from '../watch-setup.ts';
import { alertDirectory } from '../../config/paths.ts';
import type { SettingsFlags } from '../../config/settings.ts';
import { UserError } from '../../domain/errors.ts';
import { repeat } from '../../domain/repeat.ts';
import type { ReadableStore } from '../../domain/store.ts';
import { alertingOff } from '../../sections/alerting/schema.ts';
import type { AlertingStatus } from '../../sections/alerting/schema.ts';
import { followAlertSettings } from './followed-settings.ts';
import type { FollowedSettings } from './followed-settings.ts';
import { showAlerts, showOthersAlerts } from './shown-alerts.ts';
import type { AlertPlace, ShownAlerts } from './shown-alerts.ts';

export interface ShownAlertingOptions {
	readonly context: Pick<Surroundings, 'env' | 'clock'> & {
		readonly stdout: Writable & { readonly isTTY?: boolean };
	};
	readonly flags: Pick<SettingsFlags, 'config' | 'profile'>;
	/**
	 * The profile whose alerts these are. Absent for other nodes than the profile's: their alerts are
	 * kept for this run alone, and no channel gets them.
	 */
	readonly profile: string | undefined;
	/** Its status of the alerting follows the alerts that are shown. */
	readonly monitor: Pick<Monitor, 'openAlerting' | 'attachAlerting' | 'alerting'>;
	/** Whether the history of the nodes is recorded. */
	readonly isRecorded: boolean;
	readonly reportBug: (error: unknown) => void;
}

export interface ShownAlerting {
	/** Does what a person asked for; nothing while no process evaluates rules. */
	act(action: Action): void;
	close(): Promise<void>;
}

const lookEveryMs = 1000;
/** A service that is restarted is back by then: its alerts are not ours to take. */
const looksBeforeTaking = 3;

/**
 * Alerts as a screen and `nodetop serve` have them: evaluates the rules itself when no other process does, shows those of
 * `nodetop watch` when it does, hands over when one is started and takes its place when it has ended. A
 * changed configuration is taken while it runs, as that one does, but for the nodes.
 * Never rejects: what is wrong is a problem in the monitor's status of the alerting.
 */
export function startShownAlerting(options: ShownAlertingOptions): ShownAlerting {
	const alerts = new FollowedAlerts(options);
	let hasBegun = false;
	const looking = repeat(options.context.clock, lookEveryMs, async () => {
		try {
			if (hasBegun) await alerts.look();
			else await alerts.begin();
		} catch (error) {
			alerts.fail(error);
		}
		hasBegun = true;
	});
	return {
		act: (action) => {
			alerts.act(action);
		},
		async close() {
			await looking.stop();
			await alerts.close();
		},
	};
}

class FollowedAlerts {
	readonly #options: ShownAlertingOptions;
	readonly #file: FollowedSettings;
	/** Whether the alerts are those of this run alone. */
	readonly #isOfRun: boolean;
	#directory: string;
	#settings: AlertSettings | undefined;
	#shown: ShownAlerts | undefined;
	#freeLooks = 0;
	#unfollow = (): void => undefined;

	constructor(options: ShownAlertingOptions) {
		const { context, flags, profile } = options;
		const { env } = context;
		this.#options = options;
		this.#file = followAlertSettings({ flags, env, profile });
		this.#isOfRun = profile === undefined;
		this.#directory = profile === undefined ? '' : alertDirectory(profile, { env });
	}

	async begin(): Promise<void> {
		this.#settings ??= await this.#file.load();
		if (this.#directory === '') {
			this.#directory = await mkdtemp(join(tmpdir(), 'nodetop-alerts-'));
		}
		this.#freeLooks = 0;
		this.#show(await showAlerts(this.#place(), this.#settings));
	}

	/** Takes changed settings, hands over to a `nodetop watch` that asks for it, or takes its place. */
	async look(): Promise<void> {
		await this.#takeChangedSettings();
		if (this.#isOfRun) return;
		const isAskedFor = await isWanted(this.#directory, this.#options.context.clock.now());
		if (this.#shown?.isOwn === true) {
			if (isAskedFor) await this.#handOver(this.#shown);
			return;
		}
		const isFree = !isAskedFor && !(await isLocked(this.#directory));
		this.#freeLooks = isFree ? this.#freeLooks + 1 : 0;
		if (this.#freeLooks < looksBeforeTaking) return;
		const before = this.#shown;
		this.#shown = undefined;
		await before?.close();
		await this.begin();
	}

	/** Reports a bug; and shows why there are no alerts, where there are none. */
	fail(error: unknown): void {
		const isOurs = !(error instanceof UserError || (error instanceof Error && 'code' in error));
		if (isOurs) this.#options.reportBug(error);
		if (this.#shown) return;
		const last = error instanceof Error ? error.message : String(error);
		const problems = [...this.#file.problems(), last];
		this.#options.monitor.alerting.update(() => ({ ...alertingOff, problems }));
	}

	act(action: Action): void {
		this.#shown?.act(action);
	}

	async close(): Promise<void> {
		await this.#shown?.close();
		if (!this.#isOfRun || this.#directory === '') return;
		await rm(this.#directory, { recursive: true, force: true });
	}

	async #takeChangedSettings(): Promise<void> {
		const problemsBefore = this.#file.problems();
		const changed = await this.#file.renew();
		if (changed) {
			this.#settings = changed;
			if (this.#shown) this.#show(await this.#shown.renew(changed));
		}
		if (this.#shown && this.#file.problems() !== problemsBefore) this.#take(this.#shown.state);
	}

	async #handOver(own: ShownAlerts): Promise<void> {
		this.#shown = undefined;
		await own.close();
		if (this.#settings) this.#show(await showOthersAlerts(this.#place(), this.#settings));
	}

	#show(shown: ShownAlerts): void {
		this.#shown = shown;
		this.#unfollow();
		const take = (): void => {
			this.#take(shown.state);
		};
		this.#unfollow = shown.state.subscribe(take);
		take();
	}

	/** The problems of the configuration come first. */
	#take(state: ReadableStore<AlertingStatus>): void {
		const next = state.getSnapshot();
		const problems = [...this.#file.problems(), ...next.problems];
		this.#options.monitor.alerting.update(() => ({ ...next, problems }));
	}

	#place(): AlertPlace {
		const { context, flags, profile, monitor, isRecorded } = this.#options;
		const { env, stdout } = context;
		return {
			monitor,
			directory: this.#directory,
			env,
			commandFlags: profile === undefined ? [] : commandFlagsOf(profile, { flags, env }),
			hasHistory: isRecorded && profile !== undefined,
			terminal: { isTTY: stdout.isTTY === true, write: (text) => void stdout.write(text) },
		};
	}
}
