import type { Action } from '../../alerts/alert-state.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Lock } from '../../domain/lock.ts';
import type { AlertingOptions, AlertSettings } from '../alerting-options.ts';
import type { Alerting } from '../alerting.ts';
import type { AttachedAlerting } from '../attached-alerting.ts';
import { createAlertingStore } from '../alerting-store.ts';
import type { Monitor } from '../open-monitor.ts';
import { Pair } from './pair.ts';
import type { OwnSight } from './own-sight.ts';
import type { PeerClient } from './peer-client.ts';

type Given = 'fleet' | 'clock' | 'onTransition' | 'reportBug';

export interface PairedOptions extends Omit<AlertingOptions, Given> {
	readonly lock: Lock;
	readonly monitor: Pick<Monitor, 'openAlerting' | 'attachAlerting' | 'openOwnSight'>;
	readonly client: PeerClient;
	/** Random name of the running program. */
	readonly instance: string;
	/** How many of the two have to see an alert before it is told. */
	readonly quorum: 1 | 2;
	readonly clock: Clock;
}

/** The alerts of one watch of a pair, and what the other one may ask of it. */
export interface PairedAlerting extends Alerting {
	readonly pair: Pick<Pair, 'hello' | 'take'>;
}

/** Evaluates and delivers while this watch is the active one; else shows the alerts of the other one. */
export async function openPairedAlerting(options: PairedOptions): Promise<PairedAlerting> {
	const paired = new Paired(options);
	await paired.start();
	return paired;
}

class Paired implements PairedAlerting {
	readonly state = createAlertingStore({ mode: 'attached', problems: [], silences: [] });
	readonly pair: Pair;
	readonly #options: PairedOptions;
	#settings: AlertSettings;
	#own: Alerting | undefined;
	#others: AttachedAlerting | undefined;
	#sight: OwnSight | undefined;
	#unfollow = (): void => undefined;

	constructor(options: PairedOptions) {
		const { client, directory, instance, clock, warn } = options;
		this.#options = options;
		this.#settings = options.settings;
		this.pair = new Pair({
			client,
			directory,
			instance,
			clock,
			onActive: () => this.#evaluate(),
			onStandby: () => this.#attach(),
			sees: () => this.#sight?.firing(),
			act: (action) => this.#own?.act(action),
			warn,
		});
	}

	start(): Promise<void> {
		return this.pair.start();
	}

	readonly act = (action: Action): void => {
		if (!this.pair.keepAction(action)) this.#own?.act(action);
	};

	async reload(settings: AlertSettings): Promise<void> {
		this.#settings = settings;
		await this.#own?.reload(settings);
		if (this.#others) await this.#attach();
	}

	async close(drainMs?: number): Promise<void> {
		await this.pair.stop();
		this.#unfollow();
		this.#others?.stop();
		await this.#sight?.stop();
		await this.#own?.close(drainMs);
		await this.#options.lock.release();
	}

	async #evaluate(): Promise<void> {
		this.#others?.stop();
		this.#others = undefined;
		await this.#sight?.stop();
		this.#sight = undefined;
		const { monitor, client: _client, clock: _clock, quorum, lock, ...rest } = this.#options;
		this.#own = await monitor.openAlerting({
			...rest,
			settings: this.#settings,
			// The lock is that of the process, in either state.
			lock: { ...lock, release: () => Promise.resolve() },
			afterWrite: () => this.pair.mirror.sync(),
			maySend: this.pair.isActive,
			isConfirmed: quorum === 2 ? this.pair.isConfirmed : undefined,
		});
		this.#follow(this.#own.state);
	}

	async #attach(): Promise<void> {
		const own = this.#own;
		this.#own = undefined;
		await own?.close();
		this.#others?.stop();
		const { monitor, directory, quorum } = this.#options;
		const settings = this.#settings;
		this.#others = await monitor.attachAlerting({ directory, settings });
		await this.#sight?.stop();
		this.#sight = quorum === 2 ? await monitor.openOwnSight({ settings }) : undefined;
		this.#follow(this.#others.state);
	}

	#follow(state: Alerting['state']): void {
		this.#unfollow();
		const take = (): void => {
			this.state.set(state.getSnapshot());
		};
		this.#unfollow = state.subscribe(take);
		take();
	}
}
