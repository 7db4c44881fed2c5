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
	/** What this one sees while it stands by; `undefined` where it does not look. */
	readonly sees: () => readonly string[] | undefined;
	/** Does what a person asked for at the standby. */
	readonly act: (action: Action) => void;
	readonly warn: (line: string) => void;
}

const tickMs = 500;
/** The active one is heard twice a second; a standby that hears nothing for so long takes over. */
const takeOverMs = 3000;

/** Who says that it is active, and since which takeover. */
type Claim = Pick<Hello, 'term' | 'instance'>;

/**
 * Two watches of one profile, of which one is active. The standby keeps a copy of its alert state and of its
 * delivery journal, written before a message is sent; so it goes on as the same process would after a
 * restart, and sends what may have been sent under the same id. Each takeover begins a term: of two that are
 * active, the one of the earlier term steps down, and sends nothing from then on.
 */
export class Pair {
	readonly mirror: Mirror;
	readonly #options: PairOptions;
	#state: PairState = 'starting';
	#term = 0;
	/** When the active one was heard last, or when waiting for it began. */
	#heardAtMs: number;
	#savedAtMs = 0;
	#hasFiles = false;
	#isAwaited = false;
	/** What the standby sees. */
	#seen: ReadonlySet<string> | undefined;
	#actions: Action[] = [];
	#ticking: Repeated | undefined;
	/** What changes the state or the files, one after another. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(options: PairOptions) {
		const { client, directory, instance, clock, warn } = options;
		this.#options = options;
		this.#heardAtMs = clock.steadyNow();
		this.mirror = createMirror({
			client,
			directory,
			clock,
			sender: () => (this.#state === 'active' ? { instance, term: this.#term } : undefined),
			onAnswer: (answer) => {
				this.#answered(answer);
			},
			warn,
		});
	}

	async start(): Promise<void> {
		const { state } = await readMirrored(this.#options.directory);
		this.#savedAtMs = savedAtOf(state);
		this.#ticking = repeat(this.#options.clock, tickMs, () => this.#tick());
	}

	async stop(): Promise<void> {
		await this.#ticking?.stop();
		await this.#turn;
	}

	/**
	 * Without the files of the active one, or not waited for by it, a standby still starts: what it would send
	 * may be sent already.
	 */
	hello(): Hello {
		return {
			state: this.#state === 'standby' && !this.#isReadyStandby() ? 'starting' : this.#state,
			instance: this.#options.instance,
			term: this.#term,
			savedAtMs: this.#savedAtMs,
		};
	}

	/** It has everything that was sent, so it goes on in place of the active one, whatever that one knows. */
	#isReadyStandby(): boolean {
		return this.#state === 'standby' && this.#hasFiles && this.#isAwaited;
	}

	/** Whether this one may send messages. */
	readonly isActive = (): boolean => this.#state === 'active';

	/** Whether the standby sees this alert too; one that is away, or does not look, contradicts nothing. */
	readonly isConfirmed = (fingerprint: string): boolean =>
		!this.mirror.isAwaited() || this.#seen === undefined || this.#seen.has(fingerprint);

	/** Keeps an action of a person until the active one fetches it; false when this one is active itself. */
	keepAction(action: Action): boolean {
		if (this.#state === 'active') return false;
		this.#actions.push(action);
		return true;
	}

	/** What the active one sends. */
	take(push: Push): Promise<PushAnswer> {
		return this.#inTurn(() => this.#takeNow(push));
	}

	#inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
		const done = this.#turn.then(work);
		this.#turn = done.catch(() => undefined);
		return done;
	}

	async #takeNow(push: Push): Promise<PushAnswer> {
		const { instance, clock, directory } = this.#options;
		if (this.#state === 'active' && this.#outranks(push)) {
			return { accepted: false, instance, term: this.#term, wantsFiles: false, actions: [] };
		}
		this.#heardAtMs = clock.steadyNow();
		this.#term = Math.max(this.#term, push.term);
		if (this.#state !== 'standby') await this.#becomeStandby();
		const { files } = push;
		if (files) {
			await writeMirrored(directory, files);
			this.#hasFiles = true;
			this.#savedAtMs = savedAtOf(files.state);
		}
		this.#isAwaited = push.isAwaited;
		return {
			accepted: true,
			instance,
			term: this.#term,
			wantsFiles: !this.#hasFiles,
			sees: this.#options.sees(),
			actions: this.#actions.splice(0),
		};
	}

	async #tick(): Promise<void> {
		if (this.#state === 'active') {
			await this.mirror.beat();
			return;
		}
		if (this.#state === 'standby' && this.#silentMs() < takeOverMs) return;
		// By then the other one can ask this one too: of two that decide at once each sees the other.
		if (this.#state === 'starting' && this.#silentMs() < tickMs) return;
		const hello = await this.#options.client.hello();
		await this.#inTurn(() => this.#decide(hello));
	}

	#silentMs(): number {
		return this.#options.clock.steadyNow() - this.#heardAtMs;
	}

	async #decide(hello: Hello | undefined): Promise<void> {
		if (this.#state === 'active') return;
		this.#term = Math.max(this.#term, hello?.term ?? 0);
		if (hello?.state === 'active') {
			this.#heardAtMs = this.#options.clock.steadyNow();
			if (this.#state === 'starting') await this.#becomeStandby();
			return;
		}
		// A standby that has everything takes over by itself. Where it does not, something is wrong with it.
		const isLeftToOther = hello?.state === 'standby' && this.#silentMs() < 2 * takeOverMs;
		if (this.#state === 'starting' && isLeftToOther) return;
		// A push may have come while the other one was asked.
		const isLongSilent = this.#silentMs() >= takeOverMs;
		if (this.#state === 'standby' && !isLongSilent) return;
		const isFirst = hello ? this.#isReadyStandby() || this.#isBefore(hello) : isLongSilent;
		if (isFirst) await this.#becomeActive();
	}

	/** Of two that both wait, the one that knows more; in doubt the names decide, at both sides the same. */
	#isBefore({ savedAtMs, instance }: Hello): boolean {
		if (this.#savedAtMs !== savedAtMs) return this.#savedAtMs > savedAtMs;
		return this.#options.instance > instance;
	}

	/** Of two that are active, the one that took over last; where both did at once the names decide. */
	#outranks({ term, instance }: Claim): boolean {
		if (this.#term !== term) return this.#term > term;
		return this.#options.instance > instance;
	}

	async #becomeActive(): Promise<void> {
		const { client, warn, onActive } = this.#options;
		this.#term += 1;
		this.#state = 'active';
		// The other one may have decided the same at this moment.
		const hello = await client.hello();
		if (hello?.state === 'active' && !this.#isFirst(hello)) {
			await this.#becomeStandby();
			return;
		}
		warn(hello ? 'pair: active' : `pair: active, the other watch is away: ${client.problem()}`);
		await onActive();
	}

	#isFirst(hello: Hello): boolean {
		return this.#term === hello.term ? this.#isBefore(hello) : this.#term > hello.term;
	}

	#becomeStandby(): Promise<void> {
		this.#standBy();
		return this.#options.onStandby();
	}

	#standBy(): void {
		this.#state = 'standby';
		this.#hasFiles = false;
		this.#isAwaited = false;
		this.#heardAtMs = this.#options.clock.steadyNow();
		this.#options.warn('pair: standby, the other watch is active');
	}

	#answered({ accepted, instance, term, sees, actions }: PushAnswer): void {
		this.#seen = sees && new Set(sees);
		for (const action of actions) this.#options.act(action);
		if (accepted || this.#state !== 'active' || this.#outranks({ term, instance })) return;
		this.#term = term;
		// At once, so that nothing more is sent; what is under way here ends in its turn.
		this.#standBy();
		void this.#inTurn(this.#options.onStandby);
	}
}

function savedAtOf(state: string): number {
	const [, savedAt = ''] = /"savedAt":\s*"([^"]{1,40})"/.exec(state) ?? [];
	return Date.parse(savedAt) || 0;
}
