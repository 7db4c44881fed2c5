import path from 'node:path';
import { readIfThere } from './seen.ts';
import type { Seen, SystemRoots } from './seen.ts';

/** Share of the last minute in which some task, or all of them, waited. */
export interface Pressure {
	readonly someRatio: number;
	/** Absent for the CPU of old kernels. */
	readonly fullRatio: number | undefined;
}

/** Memory pressure of the whole machine (PSI, Documentation/accounting/psi.rst of Linux). */
export async function readMemoryPressure({ proc }: SystemRoots): Promise<Seen<Pressure>> {
	const text = await readIfThere(path.join(proc, 'pressure', 'memory'));
	const pressure = text === undefined ? undefined : parsePressure(text);
	return pressure === undefined
		? { because: 'this system does not report memory pressure (Linux 4.20 or newer with PSI does)' }
		: { value: pressure };
}

/** `some avg10=0.00 avg60=1.25 avg300=0.40 total=4711`, and the same with `full`. */
export function parsePressure(text: string): Pressure | undefined {
	const some = lastMinute(text, 'some');
	return some === undefined ? undefined : { someRatio: some, fullRatio: lastMinute(text, 'full') };
}

function lastMinute(text: string, who: 'some' | 'full'): number | undefined {
	const percent = new RegExp(`^${who} .*\\bavg60=(\\d+(?:\\.\\d+)?)\\b`, 'm').exec(text)?.[1];
	return percent === undefined ? undefined : Number(percent) / 100;
}
