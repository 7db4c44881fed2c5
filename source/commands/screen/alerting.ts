import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action } from '../../alerts/alert-state.ts';
import { isLocked } from '../../alerts/delivery/lock.ts';
import { isWanted } from '../../alerts/handover.ts';
import { alertDirectory } from '../../config/paths.ts';
import type { SettingsFlags } from '../../config/settings.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { ReadableStore, Store } from '../../domain/store.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { alertingOff } from '../../sections/alerting/schema.ts';
import type { AlertingStatus } from '../../sections/alerting/schema.ts';
import { openAlerting } from '../../app/alerting.ts';
import type { Alerting } from '../../app/alerting.ts';
import type { AlertSettings } from '../../app/alerting-options.ts';
import { attachAlerting } from '../../app/attached-alerting.ts';
import type { AttachedAlerting } from '../../app/attached-alerting.ts';
import type { CommandContext } from '../command.ts';
import { followAlertSettings } from './alert-settings.ts';
import { commandFlagsOf } from '../../app/watch-setup.ts';

export interface ScreenAlertingOptions {
	readonly context: CommandContext;
	readonly flags: Pick<SettingsFlags, 'config' | 'profile'>;
	/**
	 * The profile whose alerts these are. Absent for other nodes than the profile's: their alerts are
	 * kept for this run alone, and nobody is told of them.
	 */
	readonly profile: string | undefined;
	readonly fleet: Fleet;
	/** Follows who asks the rules. */
	readonly status: Store<AlertingStatus>;
	readonly reportBug: (error: unknown) => void;
}

export interface ScreenAlerting {
	/** Does what a person asked for; nothing while no process evaluates rules. */
	act(action: Action): void;
	close(): Promise<void>;
}

const lookEveryMs = 1000;
/** A service that is restarted is back by then: its alerts are not ours to take. */
const looksBeforeTaking = 3;

/**
 * Alerts as a screen has them: asks the rules itself when no other process does, shows those of
 * `nodetop watch` when it does, gives way when one is started and takes its place when it has ended. A
 * changed configuration is taken while it runs, as that one does, but for the nodes.
 * Never rejects: what is wrong is a problem in `status`.
 */
export function startScreenAlerting(options: ScreenAlertingOptions): ScreenAlerting {
	const { context, flags, profile, fleet, status, reportBug } = options;
	const { now, env } = context;
	const file = followAlertSettings({ flags, env, profile });
	const isOfRun = profile === undefined;
	let directory = isOfRun ? '' : alertDirectory(profile, { env });
	let settings: AlertSettings | undefined;
	let own: Alerting | undefined;
	let attached: AttachedAlerting | undefined;
	let unfollow = (): void => undefined;
	let take = (): void => undefined;
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;
	let freeLooks = 0;

	function follow(source: ReadableStore<AlertingStatus>): void {
		unfollow();
		take = () => {
			const next = source.getSnapshot();
			status.update(() => ({ ...next, problems: [...file.problems(), ...next.problems] }));
		};
		unfollow = source.subscribe(take);
		take();
	}

	/** Takes a changed configuration as `nodetop watch` does. */
	async function takeAnew(): Promise<void> {
		const saidBefore = file.problems();
		const changed = await file.renew();
		if (changed) {
			settings = changed;
			await own?.reload(changed);
			attached?.stop();
			if (attached) attach(changed);
		}
		if (file.problems() !== saidBefore && (own ?? attached)) take();
	}

	async function begin(): Promise<void> {
		settings ??= await file.load();
		if (directory === '') directory = await mkdtemp(join(tmpdir(), 'nodetop-alerts-'));
		freeLooks = 0;
		try {
			if (await isLocked(directory)) attach(settings);
			else await openOwn(settings);
		} catch (error) {
			const isTaken = error instanceof UserError && error.exitCode === exitCodes.unavailable;
			if (!isTaken) throw error;
			attach(settings);
		}
	}

	function attach(current: AlertSettings): void {
		attached = attachAlerting({ fleet, directory, settings: current, now });
		follow(attached.state);
	}

	async function openOwn(current: AlertSettings): Promise<void> {
		own = await openAlerting({
			fleet,
			directory,
			settings: current,
			env,
			commandFlags: isOfRun ? [] : commandFlagsOf(profile, { flags, env }),
			now,
			terminal: {
				isTTY: context.stdout.isTTY === true,
				write: (text) => void context.stdout.write(text),
			},
			// What is wrong is told by the problems, which last; a line would break the picture.
			warn: () => undefined,
			reportBug,
		});
		follow(own.state);
	}

	async function look(): Promise<void> {
		await takeAnew();
		if (isOfRun) return;
		if (own) {
			if (!(await isWanted(directory, Date.now()))) return;
			const before = own;
			own = undefined;
			await before.close();
			if (settings) attach(settings);
			return;
		}
		const isFree = !(await isLocked(directory)) && !(await isWanted(directory, Date.now()));
		freeLooks = isFree ? freeLooks + 1 : 0;
		if (freeLooks < looksBeforeTaking) return;
		attached?.stop();
		attached = undefined;
		await begin();
	}

	function fail(error: unknown): void {
		if (!(error instanceof Error && 'code' in error) && !(error instanceof UserError)) {
			reportBug(error);
		}
		if (own ?? attached) return;
		const last = error instanceof Error ? error.message : String(error);
		status.update(() => ({ ...alertingOff, problems: [...file.problems(), last] }));
	}

	/** The look under way, so that `close` does not miss what it opens. */
	let turn = begin().catch(fail).then(lookLater);

	function lookLater(): void {
		if (isClosed) return;
		timer = setTimeout(() => {
			turn = look().catch(fail).then(lookLater);
		}, lookEveryMs);
	}

	return {
		act: (action) => (own ?? attached)?.act(action),
		async close() {
			isClosed = true;
			clearTimeout(timer);
			await turn;
			clearTimeout(timer);
			attached?.stop();
			const last = own;
			own = undefined;
			await last?.close();
			if (isOfRun && directory !== '') await rm(directory, { recursive: true, force: true });
		},
	};
}
