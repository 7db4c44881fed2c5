import type { Clock, Timer } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { createListeners, createStore } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { QuestionName, Questions } from '../history/protocol.ts';
import type { Moment, MomentSource } from '../sections/moment.ts';
import type { Travel, TravelState } from '../sections/travel.ts';

/** Asks a history, wherever it is. */
export type AskHistory = <Name extends QuestionName>(
	name: Name,
	question: Questions[Name]['ask'],
) => Promise<Questions[Name]['answer']>;

export interface TimeTravelOptions {
	/** What is shown when nobody travels: the live moments, or the first one of a recording. */
	readonly present: MomentSource;
	/** Whether there is a live view to go back to. */
	readonly isLive: boolean;
	/** Undefined while there is no history. */
	readonly ask: () => AskHistory | undefined;
	readonly clock: Clock;
}

export interface TimeTravel extends Travel {
	/** The live moments, or the one that was travelled to. */
	readonly moments: MomentSource;
	/** Shows what is wrong with the history, once; undefined when it is well again. */
	readonly tell: (problem: string | undefined) => void;
	readonly stop: () => void;
}

const speeds = [1, 2, 5, 10, 30, 60, 120, 300];
const startSpeed = 10;
const playEveryMs = 250;

/** Which moment is shown: that of now, or that of a time. Answers that come late are dropped. */
export function createTimeTravel(options: TimeTravelOptions): TimeTravel {
	const traveller = new Traveller(options);
	return {
		moments: traveller.moments,
		state: traveller.state,
		step: (by) => {
			traveller.step(by);
		},
		goTo: (atMs) => {
			traveller.goTo(atMs);
		},
		togglePlay: () => {
			traveller.togglePlay();
		},
		changeSpeed: (by) => {
			traveller.changeSpeed(by);
		},
		toLive: () => {
			traveller.toLive();
		},
		dismiss: () => {
			traveller.tell(undefined);
		},
		tell: (problem) => {
			traveller.tell(problem);
		},
		stop: () => {
			traveller.pause();
		},
	};
}

class Traveller {
	readonly state: ReadableStore<TravelState>;
	readonly moments: MomentSource;
	readonly #options: TimeTravelOptions;
	readonly #state;
	readonly #listeners = createListeners();
	#shown: Moment | undefined;
	#steps = 0;
	#isAsking = false;
	#generation = 0;
	#playing: Timer | undefined;

	constructor(options: TimeTravelOptions) {
		this.#options = options;
		this.#state = createStore<TravelState>({
			isReplay: !options.isLive,
			isLiveThere: options.isLive,
			isPlaying: false,
			speed: startSpeed,
			notice: undefined,
		});
		this.state = this.#state;
		const { present } = options;
		this.moments = {
			getSnapshot: () => this.#shown ?? present.getSnapshot(),
			subscribe: (listener) => {
				const ends = [
					this.#listeners.subscribe(listener),
					present.subscribe(() => {
						if (!this.#shown) listener();
					}),
				];
				return () => {
					for (const end of ends) end();
				};
			},
		};
	}

	/** Steps that are asked for while one is under way are taken together. */
	step(by: number): void {
		this.pause();
		this.#steps += by;
		if (!this.#isAsking) void this.#takeSteps();
	}

	goTo(atMs: number): void {
		this.pause();
		void this.#show(atMs, 0);
	}

	togglePlay(): void {
		if (this.#playing !== undefined) {
			this.pause();
			return;
		}
		this.#playing = this.#options.clock.setTimeout(() => void this.#play(this.#atMs()), 0);
		this.#change({ isPlaying: true, notice: undefined });
	}

	changeSpeed(by: 1 | -1): void {
		const index = speeds.indexOf(this.#state.getSnapshot().speed) + by;
		this.#change({ speed: speeds[Math.max(0, Math.min(speeds.length - 1, index))] ?? startSpeed });
	}

	toLive(): void {
		this.pause();
		this.#generation += 1;
		if (!this.#options.isLive) {
			this.#change({ notice: 'this is a recording: it has no live view' });
			return;
		}
		this.#shown = undefined;
		this.#change({ isReplay: false, notice: undefined });
		this.#listeners.notify();
	}

	tell(notice: string | undefined): void {
		this.#change({ notice });
	}

	pause(): void {
		this.#options.clock.clearTimeout(this.#playing);
		this.#playing = undefined;
		if (this.#state.getSnapshot().isPlaying) this.#change({ isPlaying: false });
	}

	async #takeSteps(): Promise<void> {
		this.#isAsking = true;
		while (this.#steps !== 0) {
			const steps = this.#steps;
			this.#steps = 0;
			await this.#show(this.#atMs(), steps);
		}
		this.#isAsking = false;
	}

	/** From tick to tick; ends where nothing was recorded later. */
	async #play(fromMs: number): Promise<void> {
		const { clock } = this.#options;
		const { speed } = this.#state.getSnapshot();
		const toMs = fromMs + playEveryMs * speed;
		await this.#show(toMs, 0);
		if (this.#playing === undefined) return;
		const span = await this.#ask('span', {});
		if (span === undefined || toMs >= span.untilMs) {
			this.pause();
			this.#change({ notice: 'nothing was recorded later' });
			return;
		}
		this.#playing = clock.setTimeout(() => void this.#play(toMs), playEveryMs);
	}

	async #show(atMs: number, steps: number): Promise<void> {
		this.#generation += 1;
		const generation = this.#generation;
		const text = await this.#ask('moment', { atMs, steps });
		if (generation !== this.#generation) return;
		if (text === undefined) {
			this.#change({ notice: this.#state.getSnapshot().notice ?? 'nothing was recorded then' });
			return;
		}
		try {
			// Loaded with the first moment that is read: the first picture does not wait for it.
			const { readMoment } = await import('../sections/moment-json.ts');
			const moment = readMoment(text);
			if (steps !== 0 && moment.atMs === this.#shown?.atMs) {
				this.#change({ notice: `nothing was recorded ${steps > 0 ? 'later' : 'before'}` });
				return;
			}
			this.#shown = moment;
			this.#change({ isReplay: true, notice: undefined });
		} catch (error) {
			this.#change({ notice: messageOf(error) });
		}
		this.#listeners.notify();
	}

	async #ask<Name extends QuestionName>(
		name: Name,
		question: Questions[Name]['ask'],
	): Promise<Questions[Name]['answer'] | undefined> {
		const ask = this.#options.ask();
		if (!ask) {
			this.#change({ notice: 'nothing is recorded' });
			return undefined;
		}
		return ask(name, question).catch((error: unknown) => {
			this.#change({ notice: messageOf(error) });
			return undefined;
		});
	}

	#atMs(): number {
		return this.moments.getSnapshot().atMs;
	}

	#change(part: Partial<TravelState>): void {
		this.#state.update((state) => {
			const next = { ...state, ...part };
			const isSame =
				next.isReplay === state.isReplay &&
				next.isPlaying === state.isPlaying &&
				next.speed === state.speed &&
				next.notice === state.notice;
			return isSame ? state : next;
		});
	}
}
