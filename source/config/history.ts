import * as z from 'zod';

const dayMs = 86_400_000;
const leastBytes = 10_000_000;
const mostDays = 3650;

const days = () => z.int().min(1).max(mostDays).optional();

const defaults = {
	rawDays: 7,
	momentDays: 7,
	minuteDays: 90,
	hourDays: 730,
	maxBytes: 500_000_000,
} as const;

export const historySchema = z.strictObject({
	enabled: z.boolean().optional().describe('false: nothing is recorded'),
	rawDays: days().describe('The numbers of every poll, in days; 7 if absent'),
	momentDays: days().describe('Whole moments, for replay, in days; 7 if absent'),
	minuteDays: days().describe('Numbers by the minute, in days; 90 if absent'),
	hourDays: days().describe('Numbers by the hour, and events, in days; 730 if absent'),
	maxBytes: z
		.int()
		.min(leastBytes)
		.optional()
		.describe('All of it; the oldest goes first. 500 000 000 if absent'),
});

/** How long what is recorded is kept. Frozen after load. */
export interface HistorySettings {
	readonly rawMs: number;
	readonly momentsMs: number;
	readonly minutesMs: number;
	readonly hoursMs: number;
	readonly maxBytes: number;
}

/** The history settings of a profile; `undefined` when nothing is recorded. */
export function historySettings(
	history: z.infer<typeof historySchema> | undefined,
	flag: boolean | undefined,
): HistorySettings | undefined {
	const { enabled = true, ...given } = history ?? {};
	if (!(flag ?? enabled)) return undefined;
	const { rawDays = defaults.rawDays, momentDays = defaults.momentDays } = given;
	const { minuteDays = defaults.minuteDays, hourDays = defaults.hourDays } = given;
	return Object.freeze({
		rawMs: rawDays * dayMs,
		momentsMs: momentDays * dayMs,
		minutesMs: minuteDays * dayMs,
		hoursMs: hourDays * dayMs,
		maxBytes: given.maxBytes ?? defaults.maxBytes,
	});
}
