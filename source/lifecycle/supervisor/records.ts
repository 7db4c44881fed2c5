import type { Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import { appendJournal } from '../journal.ts';
import type { JournalEntry } from '../journal.ts';
import type { PumpWork } from '../log/pump.ts';
import type { Machine } from '../machine.ts';
import type { ProcessPlace } from '../paths.ts';
import { inWords } from '../small-file.ts';
import { save } from './state.ts';

type Subject = PumpWork | 'journal' | 'state' | 'processes';

const mostKept = 200;

/**
 * Writes down what happens. A disk that takes nothing ends neither the supervisor nor the node: what could not be
 * written is kept and written later, and `problem` says so.
 */
export class Records {
	readonly #place: ProcessPlace;
	readonly #clock: Pick<Clock, 'now'>;
	readonly #problems = new Map<Subject, string>();
	#unwritten: readonly JournalEntry[] = [];

	constructor(place: ProcessPlace, clock: Pick<Clock, 'now'>) {
		this.#place = place;
		this.#clock = clock;
	}

	/** What cannot be written, in words; undefined when everything is. */
	problem(): string | undefined {
		return [...this.#problems.values()][0];
	}

	/** Whether something could not be written, and should be tried again. */
	isBehind(): boolean {
		return this.#problems.has('state') || this.#unwritten.length > 0;
	}

	save(machine: Machine, known: Parameters<typeof save>[2]): void {
		this.#try('state', () => {
			save(this.#place, machine, known);
		});
		if (this.#unwritten.length > 0) this.#writeJournal();
	}

	append(entry: JournalEntry): void {
		this.#unwritten = [...this.#unwritten, entry].slice(-mostKept);
		this.#writeJournal();
	}

	/** Undefined: it is solved. */
	tell(subject: Subject, problem: string | undefined): void {
		if (this.#problems.get(subject) === problem) return;
		if (problem === undefined) this.#problems.delete(subject);
		else this.#problems.set(subject, problem);
		process.stderr.write(
			`${new Date(this.#clock.now()).toISOString()} ${subject}: ${problem ?? 'solved'}\n`,
		);
	}

	#writeJournal(): void {
		this.#try('journal', () => {
			for (const entry of this.#unwritten) {
				appendJournal(this.#place.journal, entry);
				this.#unwritten = this.#unwritten.slice(1);
			}
		});
	}

	#try(subject: 'journal' | 'state', write: () => void): void {
		try {
			write();
			this.tell(subject, undefined);
		} catch (error) {
			this.tell(subject, messageOf(inWords(error, this.#place.directory)));
		}
	}
}
