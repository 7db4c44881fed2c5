import type { Action } from '../../alerts/alert-state.ts';
import type { Clock } from '../../domain/clock.ts';
import { repeat } from '../../domain/repeat.ts';
import type { Repeated } from '../../domain/repeat.ts';
import type { Hello, PairState, Push, PushAnswer } from './messages.ts';
import { createMirror } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { readMirrored, writeMirrored } from './mirror-files.ts';
import type { PeerClient } from './peer-client.ts';

export interface PairOptions {
	readonly client: PeerClient;
	/** Of the profile's alerts; this process has its lock. */
	readonly directory: string;
	readonly instance: string;
	readonly clock: Clock;
	/** Evaluates and delivers from now on, from the files in the directory. */
	readonly onActive: () => Promise<void>;
	/** Does neither from now on, and lets the files be. */
	readonly onStandby: () => Promise<void>;
	/** Does what a person asked for at the standby. */
	readonly act: (action: Action) => void;
	readonly warn: (line: string) => void;
}

const tickMs = 500;
/** The active one is heard twice a second; a standby that hears nothing for so long takes over. */
const takeOverMs = 3000;

/**
 * Two watches of one profile, of which one is active. The standby keeps a copy of its alert state and of its
 * delivery journal, written before a message is sent; so it goes on as the same process would after a
 * restart, and sends what may have been sent under the same id.
 */
export class Pair {
	readonly mirror: Mirror;
	readonly #options: PairOptions;
	#state: PairState = 'starting';
	/** When the active one was heard last, or when waiting for it began. */
	#heardAtMs: number;
	#savedAtMs = 0;
	#hasFiles = false;
	#actions: Action[] = [];
	#ticking: Repeated | undefined;
	#busy: Promise<unknown> = Promise.resolve();

	constructor(options: PairOptions) {
		const { client, directory, instance, clock } = options;
		this.#options = options;
		this.#heardAtMs = clock.steadyNow();
		const onAnswer = (answer: PushAnswer): void => {
			this.#answered(answer);
		};
		this.mirror = createMirror({ client, directory, instance, onAnswer });
	}

	async start(): Promise<void> {
		const { state } = await readMirrored(this.#options.directory);
		this.#savedAtMs = savedAtOf(state);
		this.#ticking = repeat(this.#options.clock, tickMs, () => this.#tick());
	}

	async stop(): Promise<void> {
		await this.#ticking?.stop();
		await this.#busy;
	}

	/** Without the files of the active one a standby still starts: what it would send may be sent already. */
	hello(): Hello {
		const isReady = this.#state !== 'standby' || this.#hasFiles;
		return {
			state: isReady ? this.#state : 'starting',
			instance: this.#options.instance,
			savedAtMs: this.#savedAtMs,
		};
	}

	/** Keeps an action of a person until the active one fetches it; false when this one is active itself. */
	keepAction(action: Action): boolean {
		if (this.#state === 'active') return false;
		this.#actions.push(action);
		return true;
	}

	/** What the active one sends. */
	take(push: Push): Promise<PushAnswer> {
		const taken = this.#busy.then(() => this.#takeNow(push));
		this.#busy = taken.catch(() => undefined);
		return taken;
	}

	async #takeNow({ files }: Push): Promise<PushAnswer> {
		const { instance, clock, directory } = this.#options;
		if (this.#state === 'active') {
			return { accepted: false, instance, wantsFiles: false, actions: [] };
		}
		this.#heardAtMs = clock.steadyNow();
		if (this.#state === 'starting') await this.#becomeStandby();
		if (files) {
			await writeMirrored(directory, files);
			this.#hasFiles = true;
			this.#savedAtMs = savedAtOf(files.state);
		}
		return {
			accepted: true,
			instance,
			wantsFiles: !this.#hasFiles,
			actions: this.#actions.splice(0),
		};
	}

	async #tick(): Promise<void> {
		if (this.#state === 'active') {
			await this.mirror.beat();
			return;
		}
		const silentMs = this.#options.clock.steadyNow() - this.#heardAtMs;
		if (this.#state === 'standby' && silentMs < takeOverMs) return;
		const hello = await this.#options.client.hello();
		if (hello?.state === 'active') {
			this.#heardAtMs = this.#options.clock.steadyNow();
			if (this.#state === 'starting') await this.#becomeStandby();
		} else if (hello ? this.#isBefore(hello) : silentMs >= takeOverMs) {
			await this.#becomeActive();
		}
	}

	/** Of two that both wait, the one that knows more; in doubt the names decide, at both sides the same. */
	#isBefore({ savedAtMs, instance }: Hello): boolean {
		if (this.#savedAtMs !== savedAtMs) return this.#savedAtMs > savedAtMs;
		return this.#options.instance > instance;
	}

	async #becomeActive(): Promise<void> {
		const { client, warn, onActive } = this.#options;
		this.#state = 'active';
		// The other one may have decided the same at this moment.
		const hello = await client.hello();
		if (hello?.state === 'active' && !this.#isBefore(hello)) {
			await this.#becomeStandby();
			return;
		}
		warn(hello ? 'pair: active' : `pair: active, the other watch is away: ${client.problem()}`);
		await onActive();
	}

	async #becomeStandby(): Promise<void> {
		this.#state = 'standby';
		this.#hasFiles = false;
		this.#heardAtMs = this.#options.clock.steadyNow();
		this.#options.warn('pair: standby, the other watch is active');
		await this.#options.onStandby();
	}

	#answered({ accepted, instance, actions }: PushAnswer): void {
		for (const action of actions) this.#options.act(action);
		// Both were active while the network between them was cut: the names decide.
		if (accepted || this.#state !== 'active' || this.#options.instance > instance) return;
		this.#busy = this.#busy.then(() => this.#becomeStandby());
	}
}

function savedAtOf(state: string): number {
	const [, savedAt = ''] = /"savedAt":\s*"([^"]{1,40})"/.exec(state) ?? [];
	return Date.parse(savedAt) || 0;
}
